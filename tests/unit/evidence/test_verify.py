"""Sealed evidence verifies, and any byte that differs is found in the file that it stands in."""

from __future__ import annotations

import io
import shutil
import struct
import subprocess
import zipfile
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from gmssl import sm2 as other
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from auditor.errors import ConfigError, IntegrityError
from auditor.evidence import bundle, contents, manifest, seal
from auditor.evidence.contents import SEAL
from auditor.evidence.verify import Standing
from auditor.formats import pkcs8, public_keys, sm2, stored_zip
from tests.unit.evidence.sealed import CAPTURE, account, failed, seal_of, sealed_run

if TYPE_CHECKING:
    from pathlib import Path

OPENSSL = shutil.which("openssl") or "openssl"
PKCS8 = serialization.PrivateFormat.PKCS8
DER = serialization.Encoding.DER


def key(kind: str) -> pkcs8.PrivateKey:
    if kind == "sm2":
        return pkcs8.load(sm2.pkcs8(sm2.generate_private_key()), b"")
    made = ed25519.Ed25519PrivateKey.generate() if kind == "ed25519" else ec.generate_private_key(ec.SECP256R1())
    return pkcs8.load(made.private_bytes(DER, PKCS8, serialization.NoEncryption()), b"")


def anchor(signer: pkcs8.PrivateKey, name: str = "anchor") -> public_keys.PublicKey:
    return public_keys.load(signer.spki, name)


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return sealed_run(tmp_path / "run")


@pytest.fixture
def packed(run: Path, tmp_path: Path) -> Path:
    return bundle.write(run, tmp_path / "run.auditor.zip")


def test_an_unsigned_run_is_whole_and_says_unsigned(run: Path) -> None:
    found = account(run)

    assert found.is_good
    assert [step.number for step in found.steps] == [1, 2, 3, 4, 5, 6]
    assert "UNSIGNED" in found.steps[4].detail.en
    assert found.steps[4].standing is Standing.OPEN


def test_a_bundle_verifies_as_its_folder_does(packed: Path) -> None:
    assert account(packed).is_good
    assert zipfile.ZipFile(packed).testzip() is None


def test_the_same_run_gives_the_same_bundle_again(run: Path, tmp_path: Path) -> None:
    first = bundle.write(run, tmp_path / "a.auditor.zip").read_bytes()
    copy = tmp_path / "elsewhere"
    shutil.copytree(run, copy, copy_function=shutil.copyfile)

    assert bundle.write(copy, tmp_path / "b.auditor.zip").read_bytes() == first


@pytest.mark.parametrize("name", ["record.json", "report.zh.html", "facts/CodeMatch.jsonl.zst"])
def test_a_changed_file_is_named(run: Path, name: str) -> None:
    data = bytearray((run / name).read_bytes())
    data[len(data) // 2] ^= 1
    (run / name).write_bytes(data)

    assert ("every file is as it was sealed", (name,)) in failed(run)


def test_a_removed_an_added_and_a_renamed_file_are_named(run: Path) -> None:
    (run / "report.zh.html").rename(run / "report.html")
    (run / "facts" / "CodeMatch.jsonl.zst").unlink()

    ((_title, files),) = failed(run)

    assert files == ("facts/CodeMatch.jsonl.zst", "report.html", "report.zh.html")


def test_a_capture_that_the_record_rests_on_is_missed_even_if_the_seal_does_not_list_it(tmp_path: Path) -> None:
    folder = sealed_run(tmp_path / "run")
    (folder / "captures" / "sha256" / "5e" / CAPTURE).unlink()
    old = manifest.from_bytes(seal_of(folder).manifest_bytes)
    kept = tuple(each for each in old.files if "captures" not in each.path)
    seal.write(folder, seal.make(replace(old, files=kept)))

    assert failed(folder) == [("the record belongs to the seal and rests on what is there", ("record.json",))]


def test_a_record_of_another_run_under_the_seal_is_found(tmp_path: Path) -> None:
    folder = sealed_run(tmp_path / "run")
    old = manifest.from_bytes(seal_of(folder).manifest_bytes)
    seal.write(folder, seal.make(replace(old, exit_code=0)))

    assert [files for _title, files in failed(folder)] == [("record.json",)]


def test_a_link_in_a_run_is_refused(run: Path) -> None:
    (run / "more").symlink_to("/etc/passwd")

    with pytest.raises(IntegrityError, match="'more'"):
        contents.open_contents(run)


def test_a_run_without_a_seal_does_not_verify_and_makes_no_bundle(run: Path, tmp_path: Path) -> None:
    (run / SEAL).unlink()

    assert failed(run) == [("the seal is whole", (SEAL,))]
    with pytest.raises(ConfigError, match="not sealed"):
        bundle.write(run, tmp_path / "b.auditor.zip")


def test_reports_written_later_are_no_part_of_it(run: Path) -> None:
    (run / "later").mkdir()
    (run / "later" / "report.md").write_text("later", encoding="utf-8")

    assert account(run).is_good


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(where=st.floats(0, 1, exclude_max=True), mask=st.integers(1, 255))
def test_any_byte_of_a_bundle_that_differs_is_found_and_placed(packed: Path, where: float, mask: int) -> None:
    data = bytearray(packed.read_bytes())
    at = int(where * len(data))
    entries = {entry.name: entry for entry in _entries(packed)}
    data[at] ^= mask
    broken = packed.with_name("broken.auditor.zip")
    broken.write_bytes(data)

    inside = next((e.name for e in entries.values() if e.data <= at < e.data + e.size), None)
    if inside is None:
        with pytest.raises(IntegrityError):
            contents.open_contents(broken)
        return
    files = {name for _title, names in failed(broken) for name in names}
    assert inside in files


def _entries(place: Path) -> list[stored_zip.Entry]:
    with place.open("rb") as file:
        return stored_zip.read(file)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(where=st.floats(0, 1, exclude_max=True))
def test_a_truncated_bundle_is_refused(packed: Path, where: float) -> None:
    data = packed.read_bytes()
    short = packed.with_name("short.auditor.zip")
    short.write_bytes(data[: int(where * len(data))])

    with pytest.raises(IntegrityError):
        contents.open_contents(short)


@pytest.mark.parametrize("name", ["../up", "/root", "a/../../b", "a\\b", "C:/x", "", "a//b", "./a", "a\x00b", "a\nb"])
def test_names_that_climb_are_refused(tmp_path: Path, name: str) -> None:
    place = tmp_path / "evil.auditor.zip"
    with zipfile.ZipFile(place, "w") as made:
        info = zipfile.ZipInfo("placeholder")
        info.filename = name
        made.writestr(info, b"x")

    with pytest.raises(IntegrityError):
        contents.open_contents(place)


def test_a_compressed_archive_is_refused_before_it_swells(tmp_path: Path) -> None:
    place = tmp_path / "bomb.auditor.zip"
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("evidence.json", b"\0" * 50_000_000)

    with pytest.raises(IntegrityError, match=r"evidence\.json"):
        contents.open_contents(place)


def test_a_file_twice_is_refused(packed: Path, tmp_path: Path) -> None:
    place = tmp_path / "twice.auditor.zip"
    shutil.copy(packed, place)
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(place, "a") as made:
        made.writestr("record.json", b"{}")

    with pytest.raises(IntegrityError):
        contents.open_contents(place)


def test_bytes_before_and_behind_the_archive_are_refused(packed: Path, tmp_path: Path) -> None:
    place = tmp_path / "padded.auditor.zip"
    for data in (b"#!/bin/sh\n" + packed.read_bytes(), packed.read_bytes() + b"x"):
        place.write_bytes(data)
        with pytest.raises(IntegrityError):
            contents.open_contents(place)


def test_a_hundred_thousand_files_go_in_and_come_out(tmp_path: Path) -> None:
    names = [f"f/{number:06}" for number in range(100_000)]
    place = tmp_path / "many.auditor.zip"
    with place.open("wb") as file:
        stored_zip.write(file, ((name, lambda: io.BytesIO(b"x")) for name in names))

    assert list(contents.open_contents(place).sizes) == names
    with zipfile.ZipFile(place) as read:
        assert len(read.namelist()) == 100_000


def test_a_large_file_has_the_long_form_that_others_read() -> None:
    entry = stored_zip.Entry("big", 0, 5 << 30, 7)

    assert struct.unpack("<HHQQ", stored_zip._local(entry)[-20:]) == (1, 16, 5 << 30, 5 << 30)


@pytest.mark.parametrize("kind", ["ed25519", "ecdsa", "sm2"])
def test_a_signature_by_a_trusted_key_verifies(tmp_path: Path, kind: str) -> None:
    signer = key(kind)
    folder = sealed_run(tmp_path / "run", signers=(signer,))

    found = account(folder, keys=(anchor(signer, "ciso.pem"),))

    assert found.is_good
    assert "ciso.pem" in found.proves[1].en


def test_two_signers_of_different_algorithms_both_count(tmp_path: Path) -> None:
    first, second = key("sm2"), key("ed25519")
    folder = sealed_run(tmp_path / "run", signers=(first, second))

    assert account(folder, keys=(anchor(first, "a"), anchor(second, "b")), threshold=2).is_good
    assert not account(folder, keys=(anchor(first, "a"),), threshold=2).is_good


def test_without_anchors_a_signature_is_whole_but_open(tmp_path: Path) -> None:
    folder = sealed_run(tmp_path / "run", signers=(key("ed25519"),))

    found = account(folder)

    assert found.is_good
    assert found.steps[4].standing is Standing.OPEN


def test_a_signature_by_another_key_than_the_trusted_one_fails(tmp_path: Path) -> None:
    folder = sealed_run(tmp_path / "run", signers=(key("ed25519"),))

    assert failed(folder, keys=(anchor(key("ed25519")),)) == [("who signed it", (SEAL,))]


def test_an_unsigned_run_fails_where_a_signature_is_wanted(run: Path) -> None:
    assert failed(run, keys=(anchor(key("sm2")),)) == [("who signed it", (SEAL,))]


def test_one_bad_signature_of_two_fails(tmp_path: Path) -> None:
    good, bad = key("sm2"), key("ed25519")
    folder = sealed_run(tmp_path / "run", signers=(good, bad))
    made = seal_of(folder)
    rotten = replace(made.signatures[1], sig=made.signatures[0].sig)
    seal.write(folder, seal._closed(replace(made, signatures=(made.signatures[0], rotten))))

    assert failed(folder, keys=(anchor(good),)) == [("who signed it", (SEAL,))]


def test_an_sm2_signature_with_an_empty_id_fails(tmp_path: Path) -> None:
    number = sm2.generate_private_key()

    class Empty:
        spki = sm2.spki(sm2.public_key(number))
        key_id = public_keys.load(spki, "x").key_id

        def sign(self, message: bytes) -> bytes:
            return sm2.sign(number, message, b"")

    with pytest.raises(IntegrityError, match="does not verify"):
        sealed_run(tmp_path / "run", signers=(Empty(),))


def test_the_same_key_signs_once(tmp_path: Path) -> None:
    signer = key("sm2")

    with pytest.raises(IntegrityError, match="has signed this already"):
        sealed_run(tmp_path / "run", signers=(signer, signer))


def test_an_sm2_signature_verifies_with_openssl_and_with_gmssl(tmp_path: Path) -> None:
    signer = key("sm2")
    folder = sealed_run(tmp_path / "run", signers=(signer,))
    made = seal_of(folder)
    (tmp_path / "signed").write_bytes(made.signed)
    signature = seal.decoded(made.signatures[0].sig)
    (tmp_path / "sig").write_bytes(signature)
    pem = subprocess.run(
        [OPENSSL, "pkey", "-pubin", "-inform", "DER"], input=signer.spki, capture_output=True, check=True
    ).stdout
    (tmp_path / "key.pem").write_bytes(pem)

    said = subprocess.run(
        [
            OPENSSL,
            "dgst",
            "-sm3",
            "-verify",
            "key.pem",
            "-signature",
            "sig",
            "-sigopt",
            "distid:1234567812345678",
            "signed",
        ],
        cwd=tmp_path,
        capture_output=True,
        check=False,
    )
    point = sm2.public_key_from_spki(signer.spki)
    r, s = sm2.signature_from_der(signature)
    opinion = other.CryptSM2(private_key="", public_key=f"{point[0]:064x}{point[1]:064x}")

    assert said.stdout == b"Verified OK\n"
    assert opinion.verify_with_sm3(f"{r:064x}{s:064x}", made.signed)


def test_the_run_before_is_held_against_the_link(tmp_path: Path) -> None:
    first = sealed_run(tmp_path / "one", run="r1")
    data = seal_of(first).manifest_bytes
    link = manifest.link_to(manifest.from_bytes(data), data)
    second = sealed_run(tmp_path / "two", run="r2", previous=link, position=2)
    other = sealed_run(tmp_path / "other", run="r0")

    assert account(second).steps[3].standing is Standing.OPEN
    assert account(second, previous=seal_of(first)).is_good
    assert failed(second, previous=seal_of(other)) == [("its place in the chain of runs", (SEAL,))]


def test_a_position_that_does_not_follow_is_found(tmp_path: Path) -> None:
    first = sealed_run(tmp_path / "one", run="r1")
    data = seal_of(first).manifest_bytes
    link = manifest.link_to(manifest.from_bytes(data), data)

    far = sealed_run(tmp_path / "far", run="r2", previous=link, position=7)
    lone = sealed_run(tmp_path / "lone", run="r3", position=2)

    assert failed(far, previous=seal_of(first)) == [("its place in the chain of runs", (SEAL,))]
    assert failed(lone) == [("its place in the chain of runs", (SEAL,))]


def test_a_newer_schema_is_told_as_one(run: Path) -> None:
    text = (run / SEAL).read_text(encoding="utf-8").replace("auditor-evidence/1", "auditor-evidence/2")
    (run / SEAL).write_text(text, encoding="utf-8")

    (step,) = account(run).steps

    assert "made by another version" in step.detail.en
