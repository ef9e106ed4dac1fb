"""Runs in a chain, how long they are kept, and the sealed note of those that went."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import msgspec
import pytest
from msgspec.structs import replace

from auditor.errors import ConfigError, IntegrityError
from auditor.evidence import chain, contents, manifest, retention, seal
from auditor.evidence.contents import SEAL
from tests.unit.evidence.sealed import account, seal_of, sealed_run
from tests.unit.evidence.test_verify import key

if TYPE_CHECKING:
    from pathlib import Path

    from auditor.evidence.seal import Signer

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    folder = tmp_path / "runs"
    folder.mkdir()
    for number in range(1, 5):
        place = chain.after(folder, chain.head(folder))
        sealed_run(folder / f"r{number}", run=f"r{number}", previous=place.previous, position=place.position)
        found = manifest.from_bytes(seal_of(folder / f"r{number}").manifest_bytes)
        started = (NOW - timedelta(days=100 - number)).isoformat()
        record = folder / f"r{number}" / "record.json"
        record.write_text(record.read_text(encoding="utf-8").replace(found.started, started), encoding="utf-8")
        files = manifest.listed(contents.of_folder(folder / f"r{number}"))
        seal.write(folder / f"r{number}", seal.make(replace(found, started=started, files=files)))
        chain.point(folder, f"r{number}")
    return folder


def problems(runs: Path) -> list[str]:
    seals, found = chain.in_folder(runs)
    return [*found, *chain.holes(seals)]


def test_each_run_follows_the_one_before(runs: Path) -> None:
    seals, _problems = chain.in_folder(runs)

    assert [each.manifest.position for each in seals] == [1, 2, 3, 4]
    assert problems(runs) == []


def test_a_run_that_was_taken_out_leaves_a_hole(runs: Path) -> None:
    shutil.rmtree(runs / "r2")

    (problem,) = problems(runs)

    assert problem.startswith("r3: the run before it, r2, is not here")


def test_a_run_that_was_made_anew_is_found(runs: Path) -> None:
    found = manifest.from_bytes(seal_of(runs / "r2").manifest_bytes)
    seal.write(runs / "r2", seal.make(replace(found, exit_code=0)))

    assert any(problem.startswith("r3: the run before it, r2, is not here") for problem in problems(runs))


def test_a_second_run_at_the_same_place_is_found(runs: Path) -> None:
    first = chain.read(runs / "r1")
    sealed_run(runs / "fork", run="fork", previous=first.link, position=2)

    assert "2 runs have the number 2" in problems(runs)


def test_nothing_is_chained_to_a_seal_that_does_not_verify(runs: Path) -> None:
    (runs / "r4" / SEAL).write_text("{}", encoding="utf-8")

    with pytest.raises(IntegrityError, match="the run before"):
        chain.after(runs, chain.head(runs))


def test_a_head_that_was_sealed_anew_is_told(runs: Path) -> None:
    found = manifest.from_bytes(seal_of(runs / "r4").manifest_bytes)
    seal.write(runs / "r4", seal.make(replace(found, exit_code=0)))

    with pytest.raises(IntegrityError, match="not as it was sealed"):
        chain.after(runs, chain.head(runs))


def test_a_head_that_was_taken_away_is_followed_all_the_same_and_leaves_a_hole(runs: Path) -> None:
    link = chain.read(runs / "r4").link
    shutil.rmtree(runs / "r4")

    place = chain.after(runs, chain.head(runs))

    assert (place.position, place.previous) == (5, link)


def planted(runs: Path, *signers: Signer) -> str:
    """Seal a run with a high number, and note it as the head as somebody does who is not this installation."""
    link = chain.read(runs / "r4").link
    sealed_run(runs / "planted", run="planted", previous=link, position=900, signers=signers)
    found = chain.read(runs / "planted")
    head = chain.Head(name="planted", position=900, link=found.link)
    note = {"head": msgspec.to_builtins(head), "tag": "00" * 32}
    (runs / chain.HEAD).write_bytes(msgspec.json.encode(note))
    return "planted"


def test_a_sealed_run_that_somebody_else_planted_is_not_followed_and_is_told(runs: Path) -> None:
    planted(runs)

    head = chain.head(runs)

    assert head is None
    assert "planted" in chain.strangers(runs, head)
    assert chain.after(runs, head) == chain.Place(position=1, previous=None)


def test_a_planted_run_beside_a_chain_of_ours_changes_nothing(runs: Path) -> None:
    note = (runs / chain.HEAD).read_bytes()
    planted(runs)
    (runs / chain.HEAD).write_bytes(note)

    head = chain.head(runs)

    assert head
    assert (head.name, chain.strangers(runs, head)) == ("r4", ())
    due = retention.due(retention.runs_in(runs), head, keep_days=0, now=NOW)
    assert "r4" not in {each.name for each in due}


def test_a_head_that_another_machine_noted_is_followed_by_whoever_signs_with_its_key(runs: Path) -> None:
    owner, other = key("ed25519"), key("sm2")
    planted(runs, owner)

    assert chain.head(runs, {other.key_id}) is None
    assert chain.head(runs, {owner.key_id}) is not None


@pytest.mark.parametrize("note", [b"", b"r4\n", b"[]", b'{"head": 1, "tag": ""}', b"\xff" * 40])
def test_a_note_that_is_none_is_nobodys(runs: Path, note: bytes) -> None:
    (runs / chain.HEAD).write_bytes(note)

    assert chain.head(runs) is None


def test_a_note_of_another_folder_is_not_ours_here(runs: Path) -> None:
    other = runs.with_name("other")
    shutil.copytree(runs, other)

    assert chain.head(other) is None
    assert chain.head(runs) is not None


def test_only_old_whole_runs_that_nobody_holds_are_due_and_never_the_last(runs: Path) -> None:
    retention.hold(runs, "r1", by="legal", reason="case 7", now=NOW)
    data = (runs / "r2" / SEAL).read_bytes()
    (runs / "r2" / SEAL).write_bytes(data[:-10])

    due = retention.due(retention.runs_in(runs), chain.head(runs), keep_days=30, now=NOW)

    assert [each.name for each in due] == ["r3"]
    assert retention.due(retention.runs_in(runs), chain.head(runs), keep_days=365, now=NOW) == []


def test_pruned_runs_leave_a_sealed_note_and_no_hole(runs: Path) -> None:
    due = retention.due(retention.runs_in(runs), chain.head(runs), keep_days=30, now=NOW)

    last = chain.head(runs)
    assert last
    note = retention.prune(runs, due, head=last, now=NOW, finish=lambda made: made)

    assert sorted(each.name for each in runs.iterdir() if each.name[0] != ".") == [note.name, "r4"]
    found = account(note)
    assert found.is_good
    assert found.manifest
    assert [each.run for each in found.manifest.pruned] == ["r1", "r2", "r3"]
    assert problems(runs) == []
    head = chain.head(runs)
    assert head
    assert head.name == note.name
    assert chain.after(runs, head).position == 6


def test_a_hold_needs_a_name_and_a_reason_and_can_be_released(runs: Path) -> None:
    with pytest.raises(ConfigError, match="--by"):
        retention.hold(runs, "r1", by=" ", reason="x", now=NOW)
    with pytest.raises(ConfigError, match="no run"):
        retention.hold(runs, "../r1", by="a", reason="x", now=NOW)
    retention.hold(runs, "r1", by="legal", reason="case 7", now=NOW)

    retention.release(runs, "r1")

    assert retention.hold_of(runs, "r1") is None
    with pytest.raises(ConfigError, match="not held"):
        retention.release(runs, "r1")


def test_a_hold_that_cannot_be_read_holds(runs: Path) -> None:
    (runs / retention.HOLDS).mkdir()
    (runs / retention.HOLDS / "r1.json").write_text("{", encoding="utf-8")

    assert retention.hold_of(runs, "r1")
