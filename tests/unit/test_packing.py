"""What crosses from a worker to the main process comes back equal; bytes go to the folder of the run on the way."""

from __future__ import annotations

import hashlib
import pickle
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor import reasons
from auditor.formats.facts import to_lines
from auditor.model.artefact import Artefact, Capture
from auditor.model.fact import Fact, Gap, GapClass, Measure, Origin
from auditor.model.folded import Folded
from auditor.model.secret import Secret
from auditor.model.text import Text
from auditor.packing import clean, packed, place_of, unpacked
from auditor.stages.code.facts import SourceFile
from auditor.stages.kubernetes.facts import KubeObject
from auditor.stages.policy.facts import PolicyResult

RESULT = PolicyResult(
    subject="Pod/a/b",
    origin=Origin(part="kubernetes=x", file="b.yaml", line=3, offset=17),
    check="k8s-x",
    outcome="fail",
    expected=Text("no", "无"),
    cites=(("KubeObject", "Pod/a/b"),),
)
GAP = Gap(
    stage="s",
    target="t",
    kind="K",
    subject="u",
    reason=reasons.NO_ANSWER,
    detail="",
    remedy=Text("do", "做"),
    gap_class=GapClass.MISSING,
)
RATIO = Measure(subject="x", origin=Origin(part="lineage=x"), id="lineage.fields", stage="lineage", value=(26, 30))


def test_values_of_several_kinds_come_back_equal_and_in_their_order(tmp_path: Path) -> None:
    values = [RESULT, GAP, RATIO, msgspec.structs.replace(RESULT, subject="Pod/a/c")]

    back = unpacked(packed(values, tmp_path))

    assert back == [values[0], values[3], GAP, RATIO]
    assert [type(each) for each in back] == [PolicyResult, PolicyResult, Gap, Measure]


def test_bytes_of_a_capture_lie_in_the_folder_and_do_not_cross(tmp_path: Path) -> None:
    capture = Capture(data=b"said", media_type="text/plain", tool="opa 1.19")

    (back,) = unpacked(packed([capture], tmp_path))

    assert isinstance(back, Capture)
    assert (back.data, back.digest, back.tool) == (b"", capture.digest, "opa 1.19")
    place = place_of(tmp_path, capture.digest)
    assert place.read_bytes() == b"said"
    assert place.stat().st_mode & 0o777 == 0o600


def test_an_artefact_gets_its_name_digest_and_size(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(b"{}")
    given_bytes = Artefact(name="sbom/a.cdx.json", media_type="application/json", part="image=x", data=b"[]")
    given_file = Artefact(name="sbom/b.cdx.json", media_type="application/json", part="image=x", file=str(source))

    one, other = unpacked(packed([given_bytes, given_file], tmp_path / "run"))

    assert isinstance(one, Artefact)
    assert isinstance(other, Artefact)
    assert (tmp_path / "run/sbom/a.cdx.json").read_bytes() == b"[]"
    assert other.digest == "sha256:" + hashlib.sha256(b"{}").hexdigest()
    assert (other.size_bytes, other.file) == (2, str(tmp_path / "run/sbom/b.cdx.json"))
    assert source.exists()


@pytest.mark.parametrize("name", ["../x", "/etc/x", "a/../../x", "", "."])
def test_an_artefact_leaves_the_folder_of_the_run_under_no_name(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="cannot be called"):
        packed([Artefact(name=name, media_type="x", part="image=x", data=b"1")], tmp_path)


def test_a_secret_crosses_in_no_value(tmp_path: Path) -> None:
    class Holder(Fact, frozen=True, kw_only=True):
        token: Any

    with pytest.raises(TypeError):
        packed([Holder(subject="x", origin=Origin(part="x"), token=Secret("hunter2"))], tmp_path)


def test_names_and_numbers_that_no_format_holds_are_made_writable(tmp_path: Path) -> None:
    odd = msgspec.structs.replace(RESULT, subject="\udcff", cites=(("KubeObject", "\ud800"),))

    (back,) = unpacked(packed([odd], tmp_path))

    assert isinstance(back, PolicyResult)
    assert (back.subject, back.cites) == ("\\udcff", (("KubeObject", "\\ud800"),))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=())),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(JSON)
def test_whatever_is_cleaned_can_be_written_and_what_was_clean_stays(value: object) -> None:
    once = clean(value)

    msgspec.json.encode(once)
    msgspec.msgpack.encode(once)
    assert clean(once) == once


def test_what_is_equal_in_a_batch_is_there_once(tmp_path: Path) -> None:
    many = [
        msgspec.structs.replace(RESULT, subject=f"Pod/a/{number}", expected=Text("no", "无")) for number in range(200)
    ]

    back = unpacked(packed(many, tmp_path))

    assert back == many
    assert len({id(each.expected) for each in back if isinstance(each, PolicyResult)}) == 1
    assert len({id(each.origin.part) for each in back if isinstance(each, PolicyResult)}) == 1


def test_each_value_has_its_own_again_and_what_is_equal_in_places_of_its_own_is_shared(tmp_path: Path) -> None:
    many = [
        msgspec.structs.replace(
            RESULT,
            subject=f"Pod/a/{number % 3}",
            origin=Origin(part="kubernetes=x", file=None if number % 2 else "b.yaml", line=number % 4 + 1),
            severity="" if number % 5 else "low",
            cites=() if number % 2 else (("KubeObject", f"Pod/a/{number}"),),
        )
        for number in range(100)
    ]

    back = [each for each in unpacked(packed(many, tmp_path)) if isinstance(each, PolicyResult)]

    assert back == many
    assert len({id(each.origin) for each in back}) == len({each.origin for each in many}) == 4
    assert len({id(each.subject) for each in back}) == 3


@given(st.lists(st.tuples(st.sampled_from("abc"), st.none() | st.text(max_size=2), st.integers(1, 3)), min_size=1))
def test_whatever_many_values_have_in_common_they_come_back_equal(rows: list[tuple[str, str | None, int]]) -> None:
    values = [
        msgspec.structs.replace(RESULT, subject=subject, origin=Origin(part="p", file=file, line=line))
        for subject, file, line in rows
    ]

    assert unpacked(packed(values, Path("/nowhere"))) == [clean(each) for each in values]


def test_password_of_an_address_crosses_with_no_value_and_the_argument_it_belongs_to_stays(tmp_path: Path) -> None:
    argument = "lineage=postgres://me:hunter2@db"
    origin = Origin(part=argument, file="postgres://me:hunter2@db/x")
    names = ("postgres://me:hunter2@db", "pkg:a/b@1?u=https:%2F%2Fme:hunter2%40h%2Fx", "a%3A%2F%2Fme%3Ahunter2%40h")
    facts = [SourceFile(subject=n, origin=origin, language="python", size_bytes=1, sha256="s") for n in names]

    found = [each for each in unpacked(packed(facts, tmp_path)) if isinstance(each, SourceFile)]

    assert [each.subject for each in found] == [name.replace("hunter2", "(masked)") for name in names]
    assert {(each.origin.part, each.origin.file) for each in found} == {(argument, "postgres://me:(masked)@db/x")}


@pytest.mark.parametrize("name", ["https://host:8443/p@v2", "registry:5000/a@sha256:00", "http://a/b:c@d", "a://b@c"])
def test_address_without_a_password_stays(name: str, tmp_path: Path) -> None:
    fact = SourceFile(subject=name, origin=Origin(part="p"), language="python", size_bytes=1, sha256="s")

    assert unpacked(packed([fact], tmp_path)) == [fact]


def test_large_mappings_stay_bytes_in_the_main_process_and_are_what_they_were(tmp_path: Path) -> None:
    manifest = {"kind": "Pod", "spec": {"containers": [{"name": "a"}]}}
    origin = Origin(part="kubernetes=x")
    pod = KubeObject(
        subject="Pod/a/b", origin=origin, api_version="v1", kind="Pod", namespace="a", name="b", manifest=manifest
    )

    (back,) = unpacked(packed([pod], tmp_path))

    assert isinstance(back, KubeObject)
    assert isinstance(back.manifest, Folded)
    assert dict(back.manifest) == manifest
    assert (len(back.manifest), back.manifest["kind"]) == (2, "Pod")
    assert repr(back) == repr(pod)
    assert to_lines([back]) == to_lines([pod]), "the record's facts"
    assert unpacked(packed([back], tmp_path)) == [back], "on its way to another worker"
    assert type(pickle.loads(pickle.dumps(back)).manifest) is dict  # noqa: S301 - our own bytes
