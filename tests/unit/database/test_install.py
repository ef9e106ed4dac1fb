"""The way in, walked as a user would; at each step a byte is wrong once."""

from __future__ import annotations

import io
import json
import shutil
import sqlite3
import tarfile
import tracemalloc
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import orjson
import pytest
import zstandard
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519

from auditor import reasons
from auditor.database import install
from auditor.database.build import build
from auditor.database.install import MANIFEST_TYPE, Status, import_file, manifest, status
from auditor.errors import ConfigError, IntegrityError, ToolError
from auditor.formats import dsse, grype_database
from auditor.formats.advisories import csaf

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 11, 28, tzinfo=UTC)


def record(name: str, package: str) -> dict[str, Any]:
    events = [{"introduced": "1.0"}, {"fixed": "2.0"}]
    return {
        "id": name,
        "published": "2026-10-01T00:00:00Z",
        "affected": [
            {"package": {"ecosystem": "PyPI", "name": package}, "ranges": [{"type": "ECOSYSTEM", "events": events}]}
        ],
    }


class Grype:
    """Takes over a file as grype does, and finds in an SBOM what its name says (or what a test wants)."""

    def __init__(self, found: tuple[tuple[str, str], ...] | None = None) -> None:
        self.found = found
        self.problem: ToolError | None = None

    def take_over(self, file: Path, database: Path) -> None:
        if self.problem:
            raise self.problem
        (database / "6").mkdir(parents=True)
        shutil.copyfile(file, database / "6" / "vulnerability.db")

    def scan(self, sbom: bytes, database: Path) -> bytes:
        del database
        rows = [each["id"] for each in json.loads(sbom)["artifacts"] if each["version"] == "1.0"]
        found = self.found if self.found is not None else tuple((row, "PYSEC-2099-1") for row in rows)
        matches = [
            {
                "vulnerability": {"id": advisory, "severity": "High"},
                "matchDetails": [{"type": "exact-direct-match"}],
                "artifact": {"id": package},
            }
            for package, advisory in found
        ]
        descriptor = {
            "name": "grype",
            "version": "0.116.0",
            "db": {"status": {"schemaVersion": "v6.1.9", "built": "2026-11-28T00:00:00Z"}},
        }
        return json.dumps({"matches": matches, "descriptor": descriptor}).encode()


@pytest.fixture
def carried(tmp_path: Path) -> Path:
    return made(tmp_path / "out", NOW)


def made(folder: Path, built: datetime) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "feed.jsonl").write_text(json.dumps(record("PYSEC-2099-1", "kit")) + "\n")
    return build((folder / "feed.jsonl",), folder, built=built).path


def taken(file: Path, folder: Path, tool: Grype | None = None, **wishes: Any) -> Status:  # noqa: ANN401
    return import_file(file, folder, tool or Grype(), now=NOW, **wishes)


def signed(file: Path, folder: Path) -> tuple[Path, Path]:
    key = ed25519.Ed25519PrivateKey.generate()
    payload = manifest(file)
    signature = dsse.Signature(key_id="", signature=key.sign(dsse.pae(MANIFEST_TYPE, payload)))
    (folder / "db.dsse.json").write_bytes(dsse.envelope(MANIFEST_TYPE, payload, [signature]))
    pem = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    (folder / "key.pem").write_bytes(pem)
    return folder / "db.dsse.json", folder / "key.pem"


def flipped(file: Path, at: int) -> None:
    data = bytearray(file.read_bytes())
    data[at] ^= 1
    file.write_bytes(data)


def test_same_sources_and_time_give_the_same_bytes(tmp_path: Path) -> None:
    one, other = made(tmp_path / "1", NOW), made(tmp_path / "2", NOW)

    assert one.read_bytes() == other.read_bytes()


def test_signed_database_comes_in_and_the_record_says_by_whom(carried: Path, tmp_path: Path) -> None:
    signature, key = signed(carried, tmp_path)

    found = taken(carried, tmp_path / "db", signature=signature, keys=(key,))

    assert found.contents is not None
    assert found.contents.ecosystems == {"python": 1}
    assert found.imported is not None
    assert len(found.imported.signed_by) == 1


def test_archive_comes_in_as_the_file_does(carried: Path, tmp_path: Path) -> None:
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w") as archive:
        archive.add(carried, "vulnerability.db")
    packed = tmp_path / "db.tar.zst"
    packed.write_bytes(zstandard.ZstdCompressor().compress(plain.getvalue()))

    assert taken(packed, tmp_path / "db").contents is not None


@pytest.mark.parametrize("at", [0, 100, 5000, -1])
def test_flipped_byte_of_the_database_is_refused_where_it_is_signed(carried: Path, tmp_path: Path, at: int) -> None:
    signature, key = signed(carried, tmp_path)
    flipped(carried, at)

    with pytest.raises(IntegrityError):
        taken(carried, tmp_path / "db", signature=signature, keys=(key,))
    assert status(tmp_path / "db").contents is None


def test_flipped_byte_of_the_manifest_or_the_key_is_refused(carried: Path, tmp_path: Path) -> None:
    signature, key = signed(carried, tmp_path)
    other = signed(carried, tmp_path / "out")[1]

    with pytest.raises(IntegrityError, match="not signed by a trusted key"):
        taken(carried, tmp_path / "db", signature=signature, keys=(other,))
    whole = json.loads(signature.read_bytes())
    whole["payload"] = whole["payload"][:-8] + "AAAAAAA="
    signature.write_text(json.dumps(whole))
    with pytest.raises(IntegrityError):
        taken(carried, tmp_path / "db", signature=signature, keys=(key,))


def test_digest_that_the_user_names_has_to_be_that_of_the_file(carried: Path, tmp_path: Path) -> None:
    with pytest.raises(IntegrityError, match="expected sha256:00"):
        taken(carried, tmp_path / "db", digest="sha256:00")


def test_truncated_database_is_refused(carried: Path, tmp_path: Path) -> None:
    carried.write_bytes(carried.read_bytes()[: carried.stat().st_size // 2])

    with pytest.raises(IntegrityError):
        taken(carried, tmp_path / "db")


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("UPDATE db_metadata SET model = 7", "schema is 7"),
        ("DELETE FROM db_metadata", "0 rows"),
        ("DROP TABLE affected_package_handles", "lacks the table"),
        ("CREATE TRIGGER t AFTER INSERT ON blobs BEGIN DELETE FROM blobs; END", "trigger"),
        ("CREATE VIEW v AS SELECT 1", "view"),
    ],
)
def test_database_of_another_shape_is_refused(carried: Path, tmp_path: Path, statement: str, says: str) -> None:
    with sqlite3.connect(carried) as database:
        database.execute(statement)
    database.close()

    with pytest.raises(IntegrityError, match=says):
        taken(carried, tmp_path / "db")


WRITABLE = "PRAGMA writable_schema = ON"
HOSTILE = {
    "a view that calls itself a table": (
        WRITABLE,
        "ALTER TABLE providers RENAME TO behind",
        (
            "INSERT INTO sqlite_schema VALUES ('table', 'providers', 'providers', 0, "
            "'CREATE VIEW providers AS SELECT * FROM behind')"
        ),
    ),
    "a trigger that calls itself an index": (
        WRITABLE,
        (
            "INSERT INTO sqlite_schema VALUES ('index', 't', 'blobs', 0, "
            "'CREATE TRIGGER t AFTER INSERT ON blobs BEGIN DELETE FROM blobs; END')"
        ),
    ),
    "a virtual table": ("CREATE VIRTUAL TABLE pages USING fts5(body)",),
    "a virtual table behind a comment": (
        WRITABLE,
        (
            "INSERT INTO sqlite_schema VALUES ('table', 'pages', 'pages', 0, "
            "'CREATE/**/VIRTUAL/**/TABLE pages USING fts5(body)')"
        ),
    ),
    "a generated column": (
        "CREATE TABLE more (id integer, body text GENERATED ALWAYS AS/**/(hex(zeroblob(400000000))) VIRTUAL)",
    ),
    "an index over an expression": ("CREATE INDEX costly ON blobs (hex(zeroblob(10 + id)))",),
    "a name for a terminal": ('CREATE VIEW "\x1b]0;owned\x07" AS SELECT 1',),
    "a value without end": ("INSERT INTO providers VALUES (hex(zeroblob(80000000)), '1', 'a', '2026-11-28', 'x')",),
    "a page that is none": (WRITABLE, "UPDATE sqlite_schema SET rootpage = 99999 WHERE name = 'blobs'"),
    "two tables on one page": (
        WRITABLE,
        (
            "UPDATE sqlite_schema SET rootpage = (SELECT rootpage FROM sqlite_schema WHERE name = 'blobs') "
            "WHERE name = 'providers'"
        ),
    ),
    "a table whose statement is none": (WRITABLE, "UPDATE sqlite_schema SET sql = 'DROP' WHERE name = 'cpes'"),
}


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_database_that_would_run_code_or_has_no_end_is_refused(name: str, carried: Path, tmp_path: Path) -> None:
    with sqlite3.connect(carried) as database:
        for statement in HOSTILE[name]:
            database.execute(statement)
    database.close()
    tool = Grype()
    tool.problem = ToolError(reasons.FAILED, "grype was given it", "grype")

    tracemalloc.start()
    with pytest.raises(IntegrityError) as refused:
        taken(carried, tmp_path / "db", tool)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert str(refused.value).isprintable()
    assert peak < 100 * 2**20
    assert status(tmp_path / "db").contents is None


PRAGMAS = {
    "small pages": ("PRAGMA page_size = 512", "VACUUM"),
    "large pages": ("PRAGMA page_size = 65536", "VACUUM"),
    "the log of a writer": ("PRAGMA journal_mode = WAL",),
    "UTF-16": (),
    "a version and owner of its own": ("PRAGMA user_version = 2147483647", "PRAGMA application_id = 252006674"),
    "pages that move": ("PRAGMA auto_vacuum = FULL", "VACUUM"),
    "an endless cache": ("PRAGMA default_cache_size = 2147483647",),
    "old file format": ("PRAGMA legacy_file_format = ON", "VACUUM"),
    "a CHECK without end": (
        "CREATE TABLE more (id integer, CHECK (id < 1 OR length(hex(zeroblob(400000000))) > 0))",
        "PRAGMA ignore_check_constraints = ON",
        "INSERT INTO more VALUES (1), (2), (3)",
    ),
}


@pytest.mark.parametrize("name", sorted(PRAGMAS))
def test_pragmas_that_a_file_carries_change_nothing_of_what_is_read(name: str, carried: Path, tmp_path: Path) -> None:
    expected = grype_database.contents(carried)
    if name == "UTF-16":
        carried = in_utf16(carried, tmp_path / "utf16.db")
    with sqlite3.connect(carried, isolation_level=None) as database:
        for statement in PRAGMAS[name]:
            database.execute(statement)
    database.close()

    with grype_database.opened(carried) as read:
        cache = read.execute("PRAGMA cache_size").fetchone()
    found = taken(carried, tmp_path / "db")

    assert found.contents == expected
    assert cache == (-65536,)


def in_utf16(file: Path, copy: Path) -> Path:
    with sqlite3.connect(copy) as database:
        database.execute("PRAGMA encoding = 'UTF-16le'")
        source = sqlite3.connect(file)
        database.executescript("\n".join(line for line in source.iterdump() if "sqlite_sequence" not in line))
        source.close()
    database.close()
    return copy


def test_older_database_needs_a_word_of_the_user_and_the_record_says_so(carried: Path, tmp_path: Path) -> None:
    older = made(tmp_path / "older", NOW - timedelta(days=9))
    taken(carried, tmp_path / "db")

    with pytest.raises(ConfigError, match="--allow-rollback"):
        taken(older, tmp_path / "db")
    found = taken(older, tmp_path / "db", may_go_back=True)

    assert found.imported is not None
    assert found.imported.replaced.startswith("2026-11-28")


def test_database_in_which_grype_finds_nothing_is_refused_and_the_old_one_stays(carried: Path, tmp_path: Path) -> None:
    taken(carried, tmp_path / "db")
    newer = made(tmp_path / "newer", NOW + timedelta(days=1))

    with pytest.raises(IntegrityError, match="does not find PYSEC-2099-1"):
        taken(newer, tmp_path / "db", Grype(found=()))

    kept = status(tmp_path / "db").contents
    assert kept is not None
    assert kept.built == NOW


def test_database_in_which_grype_finds_what_is_fixed_is_refused(carried: Path, tmp_path: Path) -> None:
    every = tuple((f"pkg:pypi/kit@{version}", "PYSEC-2099-1") for version in ("1.0", "2.0"))

    with pytest.raises(IntegrityError, match="where it is fixed"):
        taken(carried, tmp_path / "db", Grype(found=every))


def test_import_that_breaks_half_way_leaves_the_old_one_and_no_rubbish(carried: Path, tmp_path: Path) -> None:
    taken(carried, tmp_path / "db")
    (tmp_path / "db" / ".import-1").mkdir()
    tool = Grype()
    tool.problem = ToolError(reasons.TIME_LIMIT, "600 s", "grype 0.116.0")

    with pytest.raises(ToolError):
        taken(made(tmp_path / "newer", NOW + timedelta(days=1)), tmp_path / "db", tool)

    assert status(tmp_path / "db").contents is not None
    assert not list((tmp_path / "db").glob(".import-*"))


def test_file_in_place_of_the_folder_is_said(carried: Path, tmp_path: Path) -> None:
    (tmp_path / "db").write_text("x")

    with pytest.raises(ConfigError, match="cannot be written"):
        taken(carried, tmp_path / "db")


def test_database_put_there_by_hand_is_replaced(carried: Path, tmp_path: Path) -> None:
    (tmp_path / "db" / "6").mkdir(parents=True)
    shutil.copyfile(carried, tmp_path / "db" / "6" / "vulnerability.db")
    assert status(tmp_path / "db").imported is None

    found = taken(made(tmp_path / "newer", NOW + timedelta(days=1)), tmp_path / "db")

    assert found.imported is not None


def test_damaged_database_in_use_is_said_not_raised(carried: Path, tmp_path: Path) -> None:
    taken(carried, tmp_path / "db")
    (tmp_path / "db" / "6" / "vulnerability.db").write_bytes(b"SQLite format 3\0 and nothing else")

    assert status(tmp_path / "db").problem


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("a.jsonl", b'{"id": "X-1"\n', "line 1: no JSON"),
        ("a.json", b"[1]", "no OSV record"),
        ("a.txt", b"x", "no form of advisories"),
        ("a.zip", b"PK", "cannot be read"),
        ("a.csv", b"a,b\n", "no EPSS table"),
        ("a.jsonl.gz", b"no gzip", "cannot be read"),
        ("a.jsonl", b"", "no advisory in"),
    ],
)
def test_source_that_cannot_be_used_is_named(tmp_path: Path, name: str, data: bytes, says: str) -> None:
    (tmp_path / name).write_bytes(data)

    with pytest.raises(ConfigError, match=says):
        build((tmp_path / name,), tmp_path / "out", built=NOW)
    assert not (tmp_path / "out" / "vulnerability.db").exists()


def test_id_given_twice_counts_once_the_last_changed_one(tmp_path: Path) -> None:
    old = record("PYSEC-2099-1", "kit") | {"modified": "2026-01-01T00:00:00Z"}
    new = record("PYSEC-2099-1", "kit") | {"modified": "2026-02-01T00:00:00Z", "withdrawn": "2026-02-01T00:00:00Z"}
    for name, rows in (("1", (old, new)), ("2", (new, old))):
        (tmp_path / f"{name}.jsonl").write_bytes(b"\n".join(orjson.dumps(row) for row in rows))

    one, other = (build((tmp_path / f"{n}.jsonl",), tmp_path / n, built=NOW) for n in ("1", "2"))

    assert one.advisories == 1
    assert list(one.losses.counts) == ["an id given twice with different content: the one changed last counts"]
    with sqlite3.connect(other.path) as database:
        assert database.execute("SELECT status FROM vulnerability_handles").fetchall() == [("rejected",)]
    database.close()


def test_manifest_names_what_is_signed(carried: Path) -> None:
    said = json.loads(manifest(carried))

    assert said["schema"] == install.MANIFEST_SCHEMA
    assert said["size"] == carried.stat().st_size
    assert said["providers"] == {"pypa": "2026-11-28 00:00:00+00:00"}


def dates(path: Path) -> dict[str, str]:
    return {each.name: each.captured[:10] for each in grype_database.contents(path).providers}


def test_feed_that_nobody_vouches_for_is_as_old_as_its_last_change(tmp_path: Path) -> None:
    row = record("PYSEC-2099-1", "kit") | {"published": "2024-01-01T00:00:00Z", "modified": "2024-10-03T12:00:00Z"}
    (tmp_path / "a.jsonl").write_text(json.dumps(row))

    silent = build((tmp_path / "a.jsonl",), tmp_path / "1", built=NOW, is_said=False)
    said = build((tmp_path / "a.jsonl",), tmp_path / "2", built=NOW, fetched=NOW - timedelta(days=3))

    assert dates(silent.path) == {"pypa": "2024-10-03"}
    assert dates(said.path) == {"pypa": f"{NOW - timedelta(days=3):%Y-%m-%d}"}


def test_word_of_a_person_on_the_age_of_a_feed_travels_with_the_database(tmp_path: Path) -> None:
    row = record("PYSEC-2099-1", "kit") | {"modified": "2024-10-03T12:00:00Z", "published": "2024-01-01T00:00:00Z"}
    (tmp_path / "a.jsonl").write_text(json.dumps(row))

    silent = build((tmp_path / "a.jsonl",), tmp_path / "1", built=NOW, is_said=False)
    said = build((tmp_path / "a.jsonl",), tmp_path / "2", built=NOW)
    taken(said.path, tmp_path / "db")

    held = status(tmp_path / "db").contents
    assert held is not None
    assert [(each.captured[:10], each.changed) for each in held.providers] == [("2026-11-28", "2024-10-03")]
    assert [each.changed for each in grype_database.contents(silent.path).providers] == [""]
    assert json.loads((tmp_path / "2" / "build.json").read_bytes())["fetched_is_said"] is True


def test_change_after_the_build_does_not_make_a_feed_younger_than_its_build(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(json.dumps(record("PYSEC-2099-1", "kit") | {"modified": "2099-01-01T00:00:00Z"}))

    made_ = build((tmp_path / "a.jsonl",), tmp_path / "1", built=NOW, is_said=False)

    assert dates(made_.path) == {"pypa": f"{NOW:%Y-%m-%d}"}


def test_feed_without_a_date_asks_for_one(tmp_path: Path) -> None:
    row = {key: value for key, value in record("PYSEC-2099-1", "kit").items() if key not in {"modified", "published"}}
    (tmp_path / "a.jsonl").write_text(json.dumps(row))

    with pytest.raises(ConfigError, match="--fetched"):
        build((tmp_path / "a.jsonl",), tmp_path / "1", built=NOW, is_said=False)


@pytest.mark.parametrize("name", ["a.json", "a.jsonl", "a.xml"])
def test_advisories_of_a_gigabyte_are_refused_without_being_held(name: str, tmp_path: Path) -> None:
    with (tmp_path / name).open("wb") as file:
        file.write(b"<updates>" if name.endswith("xml") else b'{"id": "')
        file.truncate(2**30)  # a hole: it takes no room on disk

    tracemalloc.start()
    with pytest.raises(ConfigError):
        build((tmp_path / name,), tmp_path / "out", built=NOW)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 300 * 2**20


def test_ranges_that_go_round_in_a_circle_give_the_versions_between(tmp_path: Path) -> None:
    events = [{"introduced": "2.0"}, {"fixed": "1.0"}, {"introduced": "1.0"}, {"fixed": "2.0"}, {"introduced": "2.0"}]
    row = record("PYSEC-2099-1", "kit")
    row["affected"][0]["ranges"] = [{"type": "ECOSYSTEM", "events": events}] * 2
    (tmp_path / "a.jsonl").write_text(json.dumps(row))

    made_ = build((tmp_path / "a.jsonl",), tmp_path / "1", built=NOW)

    assert made_.affected == 1


def test_products_of_csaf_that_relate_to_each_other_in_a_circle_end() -> None:
    relation = {
        "category": "default_component_of",
        "full_product_name": {"name": "a of b", "product_id": "a"},
        "product_reference": "b",
        "relates_to_product_reference": "a",
    }
    other = {**relation, "full_product_name": {"name": "b of a", "product_id": "b"}, "product_reference": "a"}
    names = [{"name": each, "product_id": each} for each in "ab"]

    assert set(csaf.products({"full_product_names": names, "relationships": [relation, other]})) == {"a", "b"}
