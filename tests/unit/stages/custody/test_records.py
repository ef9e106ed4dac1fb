from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from auditor.cli import app
from tests.unit.stages.custody.conftest import Company, issued, observed, pem, verdicts, write

if TYPE_CHECKING:
    from pathlib import Path


def chain(company: Company) -> list[dict[str, Any]]:
    """Return records of everything that a year needs, well done."""
    first = company.signed(company.record("init", "2026-09-01", cluster_id="c-1"))
    second = company.signed(company.record("unseal_drill", "2026-10-01", first))
    third = company.signed(company.record("restore_drill", "2026-10-02", second))
    keys = [{"label": "pay", "algorithm": "SM2", "extractable": False, "backup": "module B"}]
    fourth = company.record("module_inventory", "2026-10-03", third, module={"name": "m", "level": "2", "keys": keys})
    fourth["attachments"] = [{"name": "ca-escrow-confirmation.pdf", "sm3": "aa" * 32}]
    return [first, second, third, company.signed(fourth)]


RECORDED = ("006", "008", "028", "029", "062", "063", "064", "065", "067", "068")


def test_records_of_a_year_well_done_pass_every_check_of_records(company: Company, tmp_path: Path) -> None:
    found, facts, _items = observed(write(tmp_path / "r", *chain(company), root=company.root))

    for number in RECORDED:
        assert set(verdicts(found, f"KEY-{number}").values()) == {"pass"}, (number, verdicts(found, f"KEY-{number}"))
    assert not [gap for gap in facts.gaps if gap.reason != "not part of the target"]


@pytest.mark.parametrize("number", RECORDED)
def test_without_records_nothing_about_them_passes(number: str, tmp_path: Path) -> None:
    (tmp_path / "p.hcl").write_text('path "a" { capabilities = ["read"] }')

    found, _facts, _items = observed(tmp_path)

    assert set(verdicts(found, f"KEY-{number}").values()) == {"not_assessed"}


def failing(company: Company, tmp_path: Path, *records: dict[str, Any]) -> dict[str, str]:
    """Return what is wrong, by number of the check."""
    found, _facts, _items = observed(write(tmp_path / "r", *records, root=company.root))
    wrong: dict[str, str] = {}
    for key, findings in found.items():
        for finding in findings:
            if finding.verdict == "fail":
                wrong[key] = wrong.get(key, "") + str(finding.actual)
    return wrong


def test_quorum_short_by_one_fails(company: Company, tmp_path: Path) -> None:
    record = company.signed(company.record("init"), *company.custodians[:2], company.witness)

    assert "2 of the 3 custodians" in failing(company, tmp_path, record)["KEY-062"]


def test_same_person_twice_counts_once(company: Company, tmp_path: Path) -> None:
    one, two = company.custodians[:2]
    record = company.signed(company.record("init"), one, one, two, company.witness)

    said = failing(company, tmp_path, record)["KEY-062"]

    assert "signs twice" in said
    assert "2 of the 3" in said


def test_two_ids_with_one_certificate_are_one_person(company: Company, tmp_path: Path) -> None:
    record = company.record("init")
    record["participants"][1]["certificate_sm3"] = record["participants"][0]["certificate_sm3"]

    wrong = failing(
        company, tmp_path, company.signed(record, company.custodians[0], *company.custodians[2:4], company.witness)
    )

    assert "one certificate" in wrong["KEY-064"]


def test_signature_by_a_stranger_fails(company: Company, tmp_path: Path) -> None:
    stranger = issued("custodian-1", company.root)
    record = company.signed(company.record("init"), stranger, *company.custodians[1:3], company.witness)

    assert "not the one that the record names" in failing(company, tmp_path, record)["KEY-062"]


def test_changed_record_does_not_verify(company: Company, tmp_path: Path) -> None:
    record = company.signed(company.record("init"))
    record["place"] = "elsewhere"

    assert "does not verify" in failing(company, tmp_path, record)["KEY-062"]


def test_no_witness_fails(company: Company, tmp_path: Path) -> None:
    record = company.signed(company.record("init"), *company.custodians[:3])

    assert "no witness" in failing(company, tmp_path, record)["KEY-062"]


def test_certificate_of_another_root_fails(company: Company, tmp_path: Path) -> None:
    other = issued("other root", is_ca=True)
    stranger = issued("custodian-1", other)
    record = company.record("init")
    from auditor.formats.signers import fingerprint  # noqa: PLC0415

    record["participants"][0]["certificate_sm3"] = fingerprint(stranger.certificate)
    signed = company.signed(record, stranger, *company.custodians[1:4], company.witness)

    assert "does not chain" in failing(company, tmp_path, signed)["KEY-062"]


def test_certificate_that_had_expired_fails(company: Company, tmp_path: Path) -> None:
    from auditor.formats.signers import fingerprint  # noqa: PLC0415

    old = issued("custodian-1", company.root, years=(2020, 2026))
    record = company.record("init")
    record["participants"][0]["certificate_sm3"] = fingerprint(old.certificate)
    signed = company.signed(record, old, *company.custodians[1:4], company.witness)

    assert "was not valid" in failing(company, tmp_path, signed)["KEY-062"]


def test_without_a_root_no_record_is_proven(company: Company, tmp_path: Path) -> None:
    found, _facts, _items = observed(write(tmp_path, *chain(company)))

    assert set(verdicts(found, "KEY-062").values()) == {"fail"}


def test_gap_replay_and_dates_in_the_chain_fail(company: Company, tmp_path: Path) -> None:
    first, second, third, fourth = chain(company)
    again = {**second, "sequence": 5}
    back = company.signed(company.record("rotate", "2026-01-01", fourth))

    gap = failing(company, tmp_path / "gap", first, third)
    replay = failing(company, tmp_path / "replay", first, second, third, fourth, again)
    dates = failing(company, tmp_path / "dates", first, second, third, fourth, back)
    headless = failing(company, tmp_path / "headless", second, third)

    assert "number 2 is missing" in gap["KEY-063"]
    assert "previous_sm3 is not the digest" in gap["KEY-063"]
    assert "the same event" in replay["KEY-063"]
    assert "ended before" in dates["KEY-063"]
    assert "records before number 2 are missing" in headless["KEY-063"]


@pytest.mark.parametrize(
    ("key", "change", "says"),
    [
        ("KEY-006", {"shares_map": []}, "shares_map is missing"),
        ("KEY-006", {"shares_map": [{"share_no": 1, "custodian_id": "custodian-1"}]}, "without fingerprint"),
        ("KEY-008", {"root_token": {"accessor": "", "revoked_at": None}}, "accessor is missing"),
        ("KEY-008", {"root_token": {"accessor": "a", "revoked_at": "2020-01-01T00:00:00Z"}}, "before it was made"),
        ("KEY-062", {"kind": "init", "started": "yesterday"}, "no time with a zone"),
        ("KEY-062", {"participants": []}, "empty"),
    ],
)
def test_record_that_lacks_something_fails(
    company: Company, tmp_path: Path, key: str, change: dict[str, Any], says: str
) -> None:
    record = company.record("init")

    assert says in failing(company, tmp_path, company.signed({**record, **change}))[key]


def test_separation_of_duties(company: Company, tmp_path: Path) -> None:
    record = company.record("init")
    record["shares_map"][1]["custodian_id"] = "custodian-1"
    for person in record["participants"][:3]:
        person["organisation"] = "One Bank"
    record["participants"].append({**record["participants"][0], "role": "operator"})

    said = failing(company, tmp_path, company.signed(record))["KEY-064"]

    assert "two shares: custodian-1" in said
    assert "two offices: custodian-1" in said
    assert "one bank: 3" in said


def test_drills_and_rekey_that_are_long_ago_fail(company: Company, tmp_path: Path) -> None:
    first = company.signed(company.record("init", "2025-02-01"))
    second = company.signed(company.record("restore_drill", "2026-01-01", first))
    third = company.signed(company.record("custodian_change", "2026-02-01", second))

    wrong = failing(company, tmp_path, first, second, third)

    assert "331 d ago" in wrong["KEY-028"]
    assert "no unseal drill within 180 d" in wrong["KEY-029"]
    assert "no rekey after 3 custodian_change" in wrong["KEY-065"]
    assert "no SM key" in wrong["KEY-067"]
    assert "no escrow" in wrong["KEY-068"]


def test_what_a_clock_that_is_wrong_dates_into_the_future_never_counts_as_recent(
    company: Company, tmp_path: Path
) -> None:
    first = company.signed(company.record("init", "2027-11-01"))
    second = company.signed(company.record("restore_drill", "2027-11-21", first))
    third = company.signed(company.record("unseal_drill", "2027-11-22", second))

    wrong = failing(company, tmp_path, first, second, third)

    assert "in the future" in wrong["KEY-028"]
    assert "no unseal drill within 180 d" in wrong["KEY-029"]
    assert "in the future" in wrong["KEY-065"]


def test_restore_that_did_not_work_fails(company: Company, tmp_path: Path) -> None:
    first = company.signed(company.record("init"))
    second = company.record("restore_drill", "2026-11-21", first, snapshot={"result": "failed"})

    said = failing(company, tmp_path, first, company.signed(second))["KEY-028"]

    assert "snapshot.sm3 is missing" in said
    assert "result = failed" in said


def test_rubbish_among_records_is_a_gap_and_no_pass(company: Company, tmp_path: Path) -> None:
    folder = write(tmp_path, *chain(company), root=company.root)
    (folder / "005.json").write_text('{"kind": "init", "sequence": 5, "sequence": 6}')
    (folder / "006.json").write_bytes(b"\xff\xfe{")

    found, facts, _items = observed(folder, records=str(folder))

    assert {gap.reason for gap in facts.gaps if gap.kind == "CeremonyRecord"} == {"malformed", "not JSON"}
    assert "pass" not in verdicts(found, "KEY-063").values()


# --- The command line -------------------------------------------------------------------------------------------------


def test_record_is_drawn_up_signed_and_proven_on_the_command_line(company: Company, tmp_path: Path) -> None:
    runner = CliRunner()
    people = [*company.custodians[:3], company.witness]
    for person in people:
        (tmp_path / f"{person.id}.pem").write_bytes(pem(person))
        (tmp_path / f"{person.id}.key").write_bytes(person.key_pem)
    (tmp_path / "root.pem").write_bytes(pem(company.root))
    record = tmp_path / "records/001.json"
    record.parent.mkdir()
    sign = ["custody", "record", "sign", str(record)]
    arguments = ["custody", "record", "new", "unseal_drill", "-o", str(record), "--threshold", "3", "--shares", "5"]
    for person in people:
        role = "witness" if person.id == "witness" else "custodian"
        arguments += ["--participant", f"{person.id}:{role}:org {person.id}:{tmp_path / person.id}.pem"]

    made = runner.invoke(app, arguments)
    short = runner.invoke(
        app, ["custody", "record", "verify", str(record.parent), "--root", str(tmp_path / "root.pem")]
    )
    signed = [
        runner.invoke(
            app,
            [*sign, "--as", p.id, "--certificate", f"{tmp_path / p.id}.pem", "--key", f"{tmp_path / p.id}.key"],
        )
        for p in people
    ]
    whole = runner.invoke(
        app, ["custody", "record", "verify", str(record.parent), "--root", str(tmp_path / "root.pem")]
    )
    wrong = runner.invoke(
        app,
        [
            *sign,
            "--as",
            "custodian-1",
            "--certificate",
            f"{tmp_path}/custodian-1.pem",
            "--key",
            f"{tmp_path}/witness.key",
        ],
    )
    stranger = runner.invoke(
        app,
        [*sign, "--as", "nobody", "--certificate", f"{tmp_path}/witness.pem", "--key", f"{tmp_path}/witness.key"],
    )

    assert made.exit_code == 0, made.output
    assert short.exit_code == 1
    assert "quorum" in short.output
    assert [each.exit_code for each in signed] == [0, 0, 0, 0], signed[0].output
    assert whole.exit_code == 0, whole.output
    assert wrong.exit_code == 2
    assert stranger.exit_code == 2
    assert json.loads(record.read_text())["sequence"] == 1


def test_schema_of_records_is_valid_and_takes_a_good_record(company: Company) -> None:
    import jsonschema  # noqa: PLC0415

    schema = json.loads(CliRunner().invoke(app, ["custody", "record", "schema"]).output)

    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(company.signed(company.record("init")), schema)


def test_package_is_listed_signed_and_compared(company: Company, tmp_path: Path) -> None:
    runner = CliRunner()
    folder = tmp_path / "package"
    folder.mkdir()
    (folder / "bao").write_bytes(b"program")
    (folder / "bao.cdx.json").write_text("{}")
    (folder / "LICENSE").write_text("MPL-2.0")
    release = issued("release", company.root)
    for name, data in (("k", release.key_pem), ("c", pem(release)), ("r", pem(company.root))):
        (tmp_path / name).write_bytes(data)

    made = runner.invoke(
        app,
        ["custody", "package", "new", str(folder), "--key", str(tmp_path / "k"), "--certificate", str(tmp_path / "c")],
    )
    good = runner.invoke(app, ["custody", "package", "verify", str(folder), "--root", str(tmp_path / "r")])
    audited, _facts, _items = observed(folder, roots=[str(tmp_path / "r")])
    (folder / "bao").write_bytes(b"another")
    (folder / "extra").write_bytes(b"x")
    bad = runner.invoke(app, ["custody", "package", "verify", str(folder), "--root", str(tmp_path / "r")])
    broken, _facts, _items = observed(folder, roots=[str(tmp_path / "r")])

    assert made.exit_code == 0, made.output
    assert good.exit_code == 0, good.output
    assert set(verdicts(audited, "KEY-061").values()) == {"pass"}
    assert bad.exit_code == 1
    assert "bao is not what the manifest says" in bad.output
    assert "extra is not in the manifest" in bad.output
    assert set(verdicts(broken, "KEY-061").values()) == {"fail"}


def test_signature_of_a_module_is_taken_in_both_forms(company: Company) -> None:
    """Modules give r and s side by side; GM/T 0009 has them as DER."""
    from auditor.formats import ceremony, ceremony_making, signers, sm2  # noqa: PLC0415

    record = company.record("init")
    person = company.custodians[0]
    encoded = ceremony_making.signed_with_key(record, person.key_pem)
    r, s = sm2.signature_from_der(encoded)
    plain = r.to_bytes(32, "big") + s.to_bytes(32, "big")
    key_info = signers.spki(person.certificate)

    assert signers.verifies(key_info, ceremony.signed_octets(record), encoded)
    assert signers.verifies(key_info, ceremony.signed_octets(record), plain)
    assert not signers.verifies(key_info, ceremony.signed_octets(record), bytes(64))
