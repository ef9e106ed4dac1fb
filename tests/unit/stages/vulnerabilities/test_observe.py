from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519
from msgspec.structs import replace

from auditor import reasons
from auditor.database.build import build
from auditor.database.install import one_vulnerable
from auditor.database.installed import Database
from auditor.errors import ToolError, ToolMissing
from auditor.formats import dsse, grype_database, packages, public_keys
from auditor.judging import judge
from auditor.model.fact import Fact, Facts, Gap, Measure, Origin, RunStarted
from auditor.model.finding import Finding, Verdict
from auditor.model.record import ToolUse
from auditor.model.system import Part, System
from auditor.stages.sbom.facts import Component
from auditor.stages.vulnerabilities.checks import checks
from auditor.stages.vulnerabilities.facts import Exploitability, KnownVulnerability, Searched
from auditor.stages.vulnerabilities.observe import VulnerabilityStage
from auditor.tools.process import scratch_folder

NOW = datetime(2026, 11, 28, tzinfo=UTC)
OPENSSL = "1.1.1m-15.oe2203sp3"


def osv(name: str, ecosystem: str, package: str, fixed: str, **more: object) -> dict[str, Any]:
    events = [{"introduced": "0"}, {"fixed": fixed}]
    row = {"package": {"ecosystem": ecosystem, "name": package}, "ranges": [{"type": "ECOSYSTEM", "events": events}]}
    return {"id": name, "published": "2026-10-01T00:00:00Z", "affected": [row]} | more


ADVISORIES = (
    osv("PYSEC-2099-1", "PyPI", "kit", "2.0", aliases=["CVE-2099-1"]),
    osv("OESA-2099-1", "openEuler:22.03-LTS-SP3", "openssl", "1:1.1.1m-16.oe2203sp3", upstream=["CVE-2099-5"]),
    osv("OESA-2099-2", "openEuler:22.03-LTS-SP1", "openssl", "1:1.1.1m-99.oe2203sp1", upstream=["CVE-2099-6"]),
    osv("GHSA-1111-2222-3333", "Maven", "org.ex:art", "2.0"),
    osv("DSA-2099", "Debian:12", "openssl", "3.0.11-1~deb12u2", upstream=["CVE-2099-7"]),
)


@dataclass
class Grype:
    """Finds in what it is given the pairs that a test names."""

    found: dict[str, str] = field(default_factory=dict)
    data: bytes | None = None
    problem: ToolError | None = None
    built: str = "2026-11-28T00:00:00Z"
    asked: list[dict[str, Any]] = field(default_factory=list)

    def version(self) -> str:
        return "grype 0.116.0"

    def use(self) -> ToolUse:
        return ToolUse(name="grype", version="0.116.0", digest="sha256:00", is_allowed=True)

    def scan(self, sbom: bytes, database: Path, *, on_beat: object = None) -> bytes:
        if self.problem:
            raise self.problem
        value = json.loads(sbom)
        self.asked.append(value)
        rows = [(each["id"], self.found[each["id"]]) for each in value["artifacts"] if each["id"] in self.found]
        rows += [(each["id"], "PYSEC-2099-1") for each in value["artifacts"] if "self-test" in each["id"]]
        matches = [
            {
                "vulnerability": {
                    "id": advisory,
                    "severity": "Unknown",
                    "fix": {"state": "fixed", "versions": ["2.0"]},
                },
                "relatedVulnerabilities": [{"id": "CVE-2099-1"}],
                "matchDetails": [{"type": "exact-direct-match"}],
                "artifact": {"id": package},
            }
            for package, advisory in rows
        ]
        descriptor = {
            "name": "grype",
            "version": "0.116.0",
            "db": {"status": {"schemaVersion": "v6.1.9", "built": self.built}},
        }
        return (
            self.data if self.data is not None else json.dumps({"matches": matches, "descriptor": descriptor}).encode()
        )


class Syft:
    """Finds what stands in ``requirements.txt`` with ``==``, as syft does."""

    def use(self) -> ToolUse:
        return ToolUse(name="syft", version="1.51.0", digest="sha256:00", is_allowed=True)

    def scan(self, source: str, scratch: Path, *, name: str, is_image: bool, on_beat: object = None) -> bytes:
        file = Path(source.removeprefix("dir:")) / "requirements.txt"
        rows = [line.split("==") for line in file.read_text().split() if "==" in line] if file.exists() else []
        artifacts = [
            {
                "id": f"{package} {version}",
                "name": package,
                "version": version,
                "type": "python",
                "purl": f"pkg:pypi/{package}@{version}",
                "locations": [{"path": "/requirements.txt"}],
            }
            for package, version in rows
        ]
        return json.dumps({"artifacts": artifacts, "schema": {"version": "16.1.10"}}).encode()


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("db")
    (folder / "a.jsonl").write_text("\n".join(json.dumps(row) for row in ADVISORIES))
    return build((folder / "a.jsonl",), folder, built=NOW).path


def sbom(*purls: str, system: tuple[str, str] | None = None, **more: object) -> dict[str, Any]:
    rows: list[dict[str, Any]] = [
        {"type": "library", "bom-ref": purl, "name": purl.split("/")[-1].split("@")[0], "purl": purl} for purl in purls
    ]
    if system:
        rows.append({"type": "operating-system", "name": system[0], "version": system[1]})
    return {"bomFormat": "CycloneDX", "specVersion": "1.6", "components": rows} | more


def observed(
    folder: Path,
    document: object,
    database: Path | None,
    tool: Grype | None = None,
    *,
    now: datetime = NOW,
    vex: object = None,
    known: tuple[Fact, ...] = (),
    keys: tuple[public_keys.PublicKey, ...] = (),
) -> list[Any]:
    file = folder / "app.cdx.json"
    file.write_text(document if isinstance(document, str) else json.dumps(document))
    options: dict[str, Any] = {}
    if vex is not None:
        (folder / "vex.json").write_text(json.dumps(vex))
        options["vex"] = [str(folder / "vex.json")]
    held = grype_database.contents(database) if database else None
    stage = VulnerabilityStage(
        scanner=tool or Grype(),
        database=lambda: Database(folder=folder, file=database or folder, contents=held),
        trial=one_vulnerable,
        cataloguer=Syft(),
        scratch=scratch_folder,
        keys=lambda _part: keys,
    )
    part = Part(kind="sbom", where=str(file), options=options)
    started = RunStarted(subject="run", origin=Origin(part=""), at=now.isoformat())
    return list(stage.observe(System(name="s", parts=(part,)), Facts([started, *known])))


def findings(items: list[Any], now: datetime = NOW) -> list[Finding]:
    started = RunStarted(subject="run", origin=Origin(part=""), at=now.isoformat())
    facts = Facts([started, *(i for i in items if isinstance(i, Fact))], [i for i in items if isinstance(i, Gap)])
    part = next(each for each in items if isinstance(each, (Gap, Fact)))
    where = (part.target if isinstance(part, Gap) else part.origin.part).removeprefix("sbom=")
    return list(judge(checks(), facts, System(name="s", parts=(Part(kind="sbom", where=where),))))


def named(items: list[Any], verdict: Verdict, check: str = "vuln-none-known") -> list[str]:
    return [each.subject for each in findings(items) if each.id == check and each.verdict is verdict]


def test_match_fails_the_package_and_the_kind_is_searched_not_passed(tmp_path: Path, database: Path) -> None:
    tool = Grype(found={"pkg:pypi/kit@1.0": "PYSEC-2099-1"})

    items = observed(tmp_path, sbom("pkg:pypi/kit@1.0", "pkg:pypi/other@1.0"), database, tool)

    (finding,) = [each for each in findings(items) if each.verdict is Verdict.FAIL]
    assert finding.subject == "pkg:pypi/kit@1.0"
    assert finding.vulnerability is not None
    assert (finding.vulnerability.id, finding.vulnerability.aliases) == ("PYSEC-2099-1", ("CVE-2099-1",))
    assert not [each for each in findings(items) if each.verdict is Verdict.PASS and each.id == "vuln-none-known"]


@pytest.mark.parametrize(("changed", "is_told"), [("2024-10-03", True), ("2026-11-20", False)])
def test_feed_that_is_young_by_a_word_only_is_told_of_where_nothing_was_found(
    changed: str, tmp_path: Path, *, is_told: bool
) -> None:
    (tmp_path / "a.jsonl").write_text(
        json.dumps(
            osv("PYSEC-2099-1", "PyPI", "kit", "2.0", modified=f"{changed}T00:00:00Z", published=f"{changed}T00:00:00Z")
        )
    )
    made = build((tmp_path / "a.jsonl",), tmp_path, built=NOW)

    items = observed(tmp_path, sbom("pkg:pypi/other@1.0"), made.path)

    (finding,) = [each for each in findings(items) if each.id == "vuln-none-known"]
    assert finding.verdict is Verdict.NOTHING_FOUND
    assert (changed in finding.detail.en, changed in finding.detail.zh) == (is_told, is_told)


def test_coverage_names_the_rest(tmp_path: Path, database: Path) -> None:
    items = observed(tmp_path, sbom("pkg:pypi/kit@1.0", "pkg:gem/x@1.0", "pkg:pypi/odd@latest"), database)

    (measure,) = [each for each in items if isinstance(each, Measure)]
    assert measure.value == (1, 3)
    assert measure.items == ("pkg:gem/x@1.0", "pkg:pypi/odd@latest")


@pytest.mark.parametrize(
    ("system", "purl", "title"),
    [
        (("kylin", "V10"), "pkg:rpm/kylin/openssl@1.1.1f-4.ky10?arch=x86_64", "kylin v10"),
        (("anolis", "8.8"), "pkg:rpm/anolis/openssl@1.1.1k-9.an8", "anolis 8.8"),
        (("openEuler", "24.03"), "pkg:rpm/openeuler/openssl@3.0.12-5.oe2403", "openeuler 24.03"),
        (("uos", "20"), "pkg:deb/uos/openssl@1.1.1d", "uos 20"),
        (("deepin", "12"), "pkg:deb/deepin/openssl@3.0.1-1", "deepin 12"),
        (("debian", "13"), "pkg:deb/debian/openssl@3.0.1-1", "debian 13"),
        (("debian", ""), "pkg:deb/debian/openssl@3.0.1-1", "debian"),
        (None, "pkg:deb/debian/openssl@3.0.1-1", "debian"),
        (None, "pkg:gem/x@1.0", "gem"),
        (None, "pkg:generic/x@1.0", "generic"),
    ],
)
def test_what_no_row_speaks_of_is_named_and_never_passes(
    tmp_path: Path, database: Path, system: tuple[str, str] | None, purl: str, title: str
) -> None:
    tool = Grype(found={purl: "CVE-2099-7"})

    items = observed(tmp_path, sbom(purl, system=system), database, tool)

    assert named(items, Verdict.NOT_ASSESSED) == [title]
    assert not named(items, Verdict.FAIL)
    assert not named(items, Verdict.NOTHING_FOUND)
    assert not [each for each in tool.asked if any(a["id"] == purl for a in each["artifacts"])]


@pytest.mark.parametrize(
    ("purl", "verdict"),
    [
        (f"pkg:rpm/openeuler/openssl@{OPENSSL}?arch=x86_64&epoch=1", Verdict.FAIL),
        (f"pkg:rpm/openeuler/openssl@{OPENSSL}?arch=x86_64", Verdict.FAIL),
        ("pkg:rpm/openeuler/openssl@1.1.1m-16.oe2203sp3?arch=x86_64&epoch=1", Verdict.NOTHING_FOUND),
        ("pkg:rpm/openeuler/openssl@1.1.1m-17.oe2203sp3?arch=x86_64&epoch=2", Verdict.NOTHING_FOUND),
        (
            f"pkg:rpm/openeuler/openssl-libs@{OPENSSL}?arch=x86_64&epoch=1&upstream=openssl-{OPENSSL}.src.rpm",
            Verdict.FAIL,
        ),
    ],
)
def test_distribution_that_grype_does_not_know_is_matched_by_the_order_of_rpm(
    tmp_path: Path, database: Path, purl: str, verdict: Verdict
) -> None:
    items = observed(tmp_path, sbom(purl, system=("openEuler", "22.03")), database)

    assert [each.verdict for each in findings(items) if each.id == "vuln-none-known"] == [verdict]
    assert {each.id for each in items if isinstance(each, KnownVulnerability)} <= {"CVE-2099-5"}


def test_service_pack_that_nobody_says_is_not_guessed(tmp_path: Path, database: Path) -> None:
    items = observed(tmp_path, sbom("pkg:rpm/openeuler/openssl@1.1.1m-15", system=("openEuler", "22.03")), database)

    assert named(items, Verdict.NOT_ASSESSED) == ["openeuler 22.03"]


def test_version_that_cannot_be_compared_is_named(tmp_path: Path, database: Path) -> None:
    items = observed(tmp_path, sbom("pkg:pypi/kit@latest", "pkg:pypi/kit2"), database)

    assert named(items, Verdict.NOT_ASSESSED) == ["pkg:pypi/kit2", "pkg:pypi/kit@latest"]


def test_package_of_maven_without_group_is_named(tmp_path: Path, database: Path) -> None:
    items = observed(tmp_path, sbom("pkg:maven/art@1.0", "pkg:maven/org.ex/art@3.0"), database)

    assert [(each.subject, each.reason) for each in items if isinstance(each, Gap) and each.kind == "Searched"] == [
        ("pkg:maven/art@1.0", "incomplete name")
    ]


@pytest.mark.parametrize(("days", "says"), [(31, "database too old"), (-3, "database from the future")])
def test_absence_of_a_match_proves_nothing_with_a_database_of_another_time(
    tmp_path: Path, database: Path, days: int, says: str
) -> None:
    tool = Grype(found={"pkg:pypi/kit@1.0": "PYSEC-2099-1"})

    items = observed(tmp_path, sbom("pkg:pypi/kit@1.0"), database, tool, now=NOW + timedelta(days=days))

    assert [each.reason for each in items if isinstance(each, Gap)] == [says]
    assert named(items, Verdict.FAIL) == ["pkg:pypi/kit@1.0"]
    assert named(items, Verdict.NOT_ASSESSED) == ["python"]


@pytest.mark.parametrize(
    ("tool", "reason"),
    [
        (Grype(problem=ToolMissing(reasons.NOT_INSTALLED, "x", "grype")), "not installed"),
        (Grype(problem=ToolError(reasons.TIME_LIMIT, "600 s", "grype 0.116.0")), "time limit"),
        (Grype(problem=ToolError(reasons.ENDED, "signal 9", "grype 0.116.0")), "ended"),
        (Grype(data=b'{"matches": ['), "unreadable report"),
        (Grype(data=b"{}"), "unreadable report"),
        (
            Grype(
                data=json.dumps(
                    {
                        "matches": [],
                        "descriptor": {
                            "name": "grype",
                            "version": "0.116.0",
                            "db": {"status": {"schemaVersion": "v6.1.9", "built": "2026-11-28T00:00:00Z"}},
                        },
                    }
                ).encode()
            ),
            "unreadable report",
        ),
        (
            Grype(
                data=json.dumps(
                    {
                        "matches": [],
                        "descriptor": {
                            "name": "grype",
                            "version": "0.200.0",
                            "db": {"status": {"schemaVersion": "v7.0.0", "built": "2026-11-28T00:00:00Z"}},
                        },
                    }
                ).encode()
            ),
            "unreadable report",
        ),
        (Grype(built="2020-01-01T00:00:00Z"), "unreadable report"),
    ],
)
def test_grype_that_does_not_answer_is_a_gap(tmp_path: Path, database: Path, tool: Grype, reason: str) -> None:
    items = observed(tmp_path, sbom("pkg:pypi/kit@1.0"), database, tool)

    assert [each.reason for each in items if isinstance(each, Gap)] == [reason]
    assert named(items, Verdict.NOT_ASSESSED) == ["python"]


def test_no_database_is_a_gap(tmp_path: Path) -> None:
    items = observed(tmp_path, sbom("pkg:pypi/kit@1.0"), None)

    assert [each.reason for each in items if isinstance(each, Gap)] == ["no database"]


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"bomFormat": "CycloneDX"}', '{"spdxVersion": "SPDX-2.3"}'])
def test_document_without_packages_is_never_silence(tmp_path: Path, database: Path, text: str) -> None:
    items = observed(tmp_path, text, database)

    assert [each for each in items if isinstance(each, Gap)]
    assert not [each for each in items if isinstance(each, Searched)]


def vex(**changed: object) -> dict[str, Any]:
    statement: dict[str, Any] = {
        "vulnerability": {"name": "CVE-2099-1"},
        "products": [{"@id": "pkg:pypi/kit@1.0"}],
        "status": "not_affected",
        "justification": "component_not_present",
    }
    return {
        "@context": "https://openvex.dev/ns/v0.2.0",
        "author": "Team",
        "timestamp": "2026-11-20T00:00:00Z",
        "statements": [statement | changed],
    }


def with_vex(folder: Path, database: Path, document: object) -> tuple[Finding, Exploitability]:
    purls = ("pkg:pypi/kit@1.0", "pkg:pypi/kit@1.1")
    tool = Grype(found=dict.fromkeys(purls, "PYSEC-2099-1"))
    items = observed(folder, sbom(*purls), database, tool, vex=document)
    finding = next(each for each in findings(items) if each.subject == purls[0] and each.verdict is Verdict.FAIL)
    return finding, next(each for each in items if isinstance(each, Exploitability))


def test_statement_leaves_the_finding_standing_and_waived(tmp_path: Path, database: Path) -> None:
    finding, statement = with_vex(tmp_path, database, vex())

    assert finding.verdict is Verdict.FAIL
    assert finding.waived is not None
    assert finding.waived.owner == "Team"
    assert "2026-11-20" in finding.waived.reason
    assert (statement.matched, statement.fault) == (1, "")


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"products": [{"@id": "pkg:pypi/kit@9"}]}, ""),
        ({"products": [{"@id": "pkg:npm/kit@1.0"}]}, ""),
        (
            {"products": [{"@id": "pkg:oci/other@sha256:" + "a" * 64, "subcomponents": [{"@id": "pkg:pypi/kit@1.0"}]}]},
            "",
        ),
        ({"vulnerability": {"name": "CVE-1999-1"}}, ""),
        ({"products": [{"@id": "*"}]}, "everything"),
        ({"timestamp": "2027-11-20T00:00:00Z"}, "future"),
        ({"justification": ""}, "no justification"),
    ],
)
def test_statement_that_does_not_fit_silences_nothing_and_is_a_finding(
    tmp_path: Path, database: Path, changed: dict[str, object], fault: str
) -> None:
    finding, statement = with_vex(tmp_path, database, vex(**changed))

    assert finding.waived is None
    assert (statement.matched, statement.fault) == (0, fault)


def test_statement_without_version_is_told_of_where_it_covers_more_than_one(tmp_path: Path, database: Path) -> None:
    finding, statement = with_vex(tmp_path, database, vex(products=[{"@id": "pkg:pypi/kit"}]))

    assert finding.waived is not None
    assert (statement.is_broad, statement.versions) == (True, 2)


def test_vex_that_cannot_be_read_is_a_gap(tmp_path: Path, database: Path) -> None:
    items = observed(tmp_path, sbom("pkg:pypi/kit@1.0"), database, vex={"x": 1})

    assert [each.kind for each in items if isinstance(each, Gap)] == ["Exploitability"]


def test_vulnerability_past_its_time_fails_its_kind(tmp_path: Path, database: Path) -> None:
    tool = Grype(found={"pkg:pypi/kit@1.0": "PYSEC-2099-1"})
    items = observed(tmp_path, sbom("pkg:pypi/kit@1.0"), database, tool)
    old = [replace_date(each) for each in items]

    assert named(items, Verdict.PASS, "vuln-fixed-in-time") == ["python"]
    assert named(old, Verdict.FAIL, "vuln-fixed-in-time") == ["python"]


def replace_date(item: object) -> object:
    return replace(item, known_since="2020-01-01") if isinstance(item, KnownVulnerability) else item


def of_tree(folder: Path, database: Path | None) -> list[Any]:
    held = grype_database.contents(database) if database else None
    stage = VulnerabilityStage(
        scanner=Grype(found={"pkg:pypi/kit@1.0": "PYSEC-2099-1"}),
        database=lambda: Database(folder=folder, file=database or folder, contents=held),
        trial=one_vulnerable,
        cataloguer=Syft(),
        scratch=scratch_folder,
    )
    started = RunStarted(subject="run", origin=Origin(part=""), at=NOW.isoformat())
    part = Part(kind="code", where=str(folder))
    return list(stage.observe(System(name="s", parts=(part,)), Facts([started])))


def test_lock_file_gives_vulnerabilities_at_their_lines(tmp_path: Path, database: Path) -> None:
    (tmp_path / "requirements.txt").write_text("# pins\nother==1.0\nkit==1.0\n")

    (found,) = [each for each in of_tree(tmp_path, database) if isinstance(each, KnownVulnerability)]

    assert (found.origin.file, found.origin.line) == ("requirements.txt", 3)


def test_dependencies_that_nothing_pins_are_named(tmp_path: Path, database: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[project]\ndependencies = ["kit>=1", "jinja2"]\n')

    (gap,) = [each for each in of_tree(tmp_path, database) if isinstance(each, Gap)]

    assert (gap.subject, gap.reason) == ("pyproject.toml", "versions not pinned")
    assert "jinja2, kit" in gap.detail


def test_open_lines_beside_pinned_ones_are_named(tmp_path: Path, database: Path) -> None:
    (tmp_path / "requirements.txt").write_text("kit==1.0\nloose>=2\n")
    (tmp_path / "pyproject.toml").write_text('[project]\ndependencies = ["kit"]\n')

    (gap,) = [each for each in of_tree(tmp_path, database) if isinstance(each, Gap)]

    assert "(loose)" in gap.detail


def test_tree_that_declares_nothing_is_not_spoken_of(tmp_path: Path, database: Path) -> None:
    (tmp_path / "a.py").write_text("x = 1\n")

    assert of_tree(tmp_path, database) == []


def test_tree_without_a_database_lacks_what_could_be_given(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("kit==1.0\n")

    (gap,) = [each for each in of_tree(tmp_path, None) if isinstance(each, Gap)]

    assert (gap.reason, gap.gap_class.value) == ("no database", "missing")


CSAF_VEX: dict[str, Any] = {
    "document": {
        "csaf_version": "2.0",
        "category": "csaf_vex",
        "title": "made up",
        "publisher": {"name": "Team", "category": "vendor", "namespace": "https://example.invalid"},
        "tracking": {
            "id": "X-1",
            "status": "final",
            "version": "1",
            "current_release_date": "2026-11-20T00:00:00Z",
            "initial_release_date": "2026-11-20T00:00:00Z",
            "revision_history": [],
        },
    },
    "product_tree": {
        "full_product_names": [
            {
                "product_id": "P1",
                "name": "kit",
                "product_identification_helper": {"purl": "pkg:pypi/kit@1.0"},
            }
        ]
    },
    "vulnerabilities": [
        {
            "cve": "CVE-2099-1",
            "product_status": {"known_not_affected": ["P1"]},
            "flags": [{"label": "vulnerable_code_not_present", "product_ids": ["P1"]}],
        }
    ],
}
CYCLONEDX_VEX: dict[str, Any] = {
    "bomFormat": "CycloneDX",
    "specVersion": "1.6",
    "metadata": {"timestamp": "2026-11-20T00:00:00Z", "authors": [{"name": "Team"}]},
    "vulnerabilities": [
        {
            "id": "CVE-2099-1",
            "analysis": {"state": "not_affected", "justification": "code_not_present"},
            "affects": [{"ref": "pkg:pypi/kit@1.0"}],
        }
    ],
}


@pytest.mark.parametrize("document", [vex(), CSAF_VEX, CYCLONEDX_VEX], ids=["OpenVEX", "CSAF", "CycloneDX"])
def test_each_form_of_vex_leaves_the_finding_standing_and_waived(
    document: dict[str, Any], tmp_path: Path, database: Path
) -> None:
    finding, statement = with_vex(tmp_path, database, document)

    assert (finding.verdict, statement.matched, statement.fault) == (Verdict.FAIL, 1, "")
    assert finding.waived is not None
    assert finding.waived.owner == "Team"


@pytest.mark.parametrize(
    "document",
    [
        vex(products=[{"@id": "pkg:pypi/other@1.0"}]),
        json.loads(json.dumps(CSAF_VEX).replace("kit@1.0", "other@1.0")),
        json.loads(json.dumps(CYCLONEDX_VEX).replace("kit@1.0", "other@1.0")),
    ],
    ids=["OpenVEX", "CSAF", "CycloneDX"],
)
def test_statement_of_each_form_that_fits_nothing_is_a_finding(
    document: dict[str, Any], tmp_path: Path, database: Path
) -> None:
    tool = Grype(found={"pkg:pypi/kit@1.0": "PYSEC-2099-1"})
    items = observed(tmp_path, sbom("pkg:pypi/kit@1.0"), database, tool, vex=document)

    assert named(items, Verdict.FAIL) == ["pkg:pypi/kit@1.0"]
    assert len(named(items, Verdict.FAIL, "vuln-vex-fits")) == 1
    assert all(each.waived is None for each in findings(items))


def test_sbom_in_xml_is_matched_like_one_in_json(tmp_path: Path, database: Path) -> None:
    tool = Grype(found={"pkg:pypi/kit@1.0": "PYSEC-2099-1"})
    purl = "pkg:pypi/kit@1.0"
    component = f'<component type="library"><name>kit</name><version>1.0</version><purl>{purl}</purl></component>'
    document = f'<bom xmlns="http://cyclonedx.org/schema/bom/1.6"><components>{component}</components></bom>'

    items = observed(tmp_path, document, database, tool)

    assert named(items, Verdict.FAIL) == ["pkg:pypi/kit@1.0"]


@pytest.mark.parametrize(("version", "verdict"), [("22.03 (LTS-SP3)", Verdict.FAIL), ("24.03 (LTS-SP3)", Verdict.PASS)])
def test_support_of_openeuler_is_told_by_service_pack(
    version: str, verdict: Verdict, tmp_path: Path, database: Path
) -> None:
    items = observed(tmp_path, sbom("pkg:pypi/kit@1.0", system=("openEuler", version)), database)

    assert [each.verdict for each in findings(items) if each.id == "vuln-distribution-supported"] == [verdict]


@pytest.mark.parametrize(
    ("document", "alone", "beside"),
    [
        (vex(products=[{"@id": "pkg:pypi/absent@1.0"}]), Verdict.FAIL, Verdict.NOT_APPLICABLE),
        (vex(justification=""), Verdict.FAIL, Verdict.NOT_APPLICABLE),
        (vex(products=[{"@id": "pkg:pypi/other@1.0"}]), Verdict.FAIL, Verdict.FAIL),
        (vex(products=[{"@id": "*"}]), Verdict.FAIL, Verdict.FAIL),
        (vex(), Verdict.PASS, Verdict.PASS),
    ],
    ids=["about nothing here", "no justification", "about a package without a match", "about everything", "sound"],
)
def test_each_claim_about_a_statement_has_one_owner(
    document: dict[str, Any], alone: Verdict, beside: Verdict, tmp_path: Path, database: Path
) -> None:
    """What is wrong with a statement itself is said by `sbom-vex` where the stage of SBOMs looks at it."""
    tool = Grype(found={"pkg:pypi/kit@1.0": "PYSEC-2099-1"})
    given = sbom("pkg:pypi/kit@1.0", "pkg:pypi/other@1.0")
    declared = Component(
        subject="pkg:pypi/kit@1.0", origin=Origin(part=f"sbom={tmp_path / 'app.cdx.json'}"), name="kit", version="1.0",
        type="python", purl="pkg:pypi/kit@1.0", is_declared=True,
    )  # fmt: skip

    found = [
        [each.verdict for each in findings(items) if each.id == "vuln-vex-fits"]
        for items in (
            observed(tmp_path, given, database, tool, vex=document),
            observed(tmp_path, given, database, tool, vex=document, known=(declared,)),
        )
    ]

    assert found == [[alone], [beside]]


def test_statement_that_a_stranger_signed_silences_nothing_and_is_a_finding(tmp_path: Path, database: Path) -> None:
    key = ed25519.Ed25519PrivateKey.generate()
    own = ed25519.Ed25519PrivateKey.generate().public_key()
    pem = own.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    payload = json.dumps(
        {"_type": "https://in-toto.io/Statement/v1", "subject": [], "predicateType": "x", "predicate": vex()}
    )
    message = dsse.pae(dsse.IN_TOTO, payload.encode())
    signed = dsse.envelope(dsse.IN_TOTO, payload.encode(), [dsse.Signature(key_id="", signature=key.sign(message))])
    tool = Grype(found={"pkg:pypi/kit@1.0": "PYSEC-2099-1"})

    items = observed(
        tmp_path, sbom("pkg:pypi/kit@1.0"), database, tool, vex=json.loads(signed), keys=(public_keys.load(pem, "own"),)
    )

    assert [each.fault for each in items if isinstance(each, Exploitability)] == ["stranger"]
    assert len(named(items, Verdict.FAIL, "vuln-vex-fits")) == 1
    assert all(each.waived is None for each in findings(items))


@pytest.mark.parametrize(
    "change",
    [
        {},
        {
            "artifacts": [
                {"name": "kit", "version": "1.0", "type": "python", "purl": "pkg:pypi/kit@1.0", "metadata": []}
            ]
        },
        {"files": [{"location": {"path": "/" + "x" * 5000}}]},
    ],
    ids=["short way", "metadata of another shape", "with files"],
)
def test_catalogue_is_read_the_short_way_and_the_long_one(change: dict[str, Any]) -> None:
    kit = {"id": "1", "name": "kit", "version": "1.0", "type": "python", "purl": "pkg:pypi/kit@1.0", "metadata": {}}
    value = {
        "artifacts": [kit],
        "distro": {"id": "debian", "versionID": "12"},
        "schema": {"version": "16.1.10"},
        **change,
    }

    (short,) = packages.read(json.dumps(value, separators=(",", ":")).encode()).packages
    (long,) = packages.read(json.dumps(value, indent=1).encode()).packages

    assert (short.subject, short.type) == ("pkg:pypi/kit@1.0", "python")
    assert (long.subject, long.version) == (short.subject, short.version)
