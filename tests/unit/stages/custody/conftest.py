"""Facts by hand, certificates and records made at test time."""

from __future__ import annotations

import base64
import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from cryptography import x509

from auditor.formats import ceremony_making, der, sm2
from auditor.judging import judge
from auditor.model.fact import Fact, Facts, Gap, Origin, RunStarted
from auditor.model.system import Part, System
from auditor.stages.custody.checks import checks
from auditor.stages.custody.facts import CustodySetting
from auditor.stages.custody.observe import CustodyStage

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from auditor.model.finding import Finding

NOW = "2026-11-28T12:00:00Z"
PART = Part(kind="custody", where="in")
TARGET = System(name="custody=in", parts=(PART,))
ORIGIN = Origin(part="custody=in")


def setting(area: str, subject: str = "thing", **values: Any) -> CustodySetting:  # noqa: ANN401
    return CustodySetting(subject=subject, origin=ORIGIN, area=area, source="file", values=values)


def clock() -> RunStarted:
    return RunStarted(subject="run", origin=ORIGIN, at=NOW)


def judged(facts: Iterable[Fact], gaps: Iterable[Gap] = ()) -> dict[str, list[Finding]]:
    """Return the findings of every check, by number of the reference table."""
    found: dict[str, list[Finding]] = {}
    for finding in judge(checks(), Facts([*facts, clock()], gaps), TARGET).findings:
        if finding.aliases:
            found.setdefault(finding.aliases[0], []).append(finding)
    return found


def no_api(_part: Part) -> Any:  # noqa: ANN401
    pytest.fail("no server was to be asked")


def observed(where: Path | str, **options: Any) -> tuple[dict[str, list[Finding]], Facts, list[object]]:  # noqa: ANN401
    part = Part(kind="custody", where=str(where), options=options)
    target = System(name=part.argument, parts=(part,))
    moment = dt.datetime(2026, 11, 28, 12, tzinfo=dt.UTC)
    items: list[object] = list(CustodyStage(apis=no_api, clock=lambda: moment).observe(target, Facts()))
    facts = Facts([clock(), *(i for i in items if isinstance(i, Fact))], [i for i in items if isinstance(i, Gap)])
    found: dict[str, list[Finding]] = {}
    for finding in judge(checks(), facts, target).findings:
        if finding.aliases:
            found.setdefault(finding.aliases[0], []).append(finding)
    return found, facts, items


def verdicts(found: dict[str, list[Finding]], key: str) -> dict[str, str]:
    """Return the verdicts of one check by subject."""
    return {finding.subject: str(finding.verdict) for finding in found.get(key, [])}


# --- Certificates of SM2, by hand (design/sm-tls-and-keys.md §5) ------------------------------------------------------


@dataclass(frozen=True)
class Person:
    """Somebody with a key and a certificate."""

    id: str
    key: int
    certificate: x509.Certificate

    @property
    def key_pem(self) -> bytes:
        body = base64.encodebytes(sm2.pkcs8(self.key)).decode()
        return f"-----BEGIN PRIVATE KEY-----\n{body}-----END PRIVATE KEY-----\n".encode()


def _name(text: str) -> bytes:
    pair = der.sequence(der.oid("2.5.4.3"), der.tagged(0x0C, text.encode()))
    return der.sequence(der.tagged(0x31, pair))


def _time(moment: dt.datetime) -> bytes:
    return der.tagged(0x18, moment.strftime("%Y%m%d%H%M%SZ").encode())


def issued(
    who: str, issuer: Person | None = None, *, is_ca: bool = False, years: tuple[int, int] = (2025, 2030)
) -> Person:
    """Make a key and a certificate, by an issuer or by itself."""
    key = sm2.generate_private_key()
    algorithm = der.sequence(der.oid(sm2.OID_SM2_WITH_SM3))
    basic = der.sequence(der.tagged(0x01, b"\xff")) if is_ca else der.sequence()
    extension = der.sequence(der.oid("2.5.29.19"), der.tagged(0x01, b"\xff"), der.octet_string(basic))
    moments = [dt.datetime(year, 1, 1, tzinfo=dt.UTC) for year in years]
    inner = der.sequence(
        der.tagged(0xA0, der.integer(2)),
        der.integer(abs(hash((who, key))) + 1),
        algorithm,
        _name(issuer.id if issuer else who),
        der.sequence(_time(moments[0]), _time(moments[1])),
        _name(who),
        sm2.spki(sm2.public_key(key)),
        der.tagged(0xA3, der.sequence(extension)),
    )
    signed = der.sequence(inner, algorithm, der.bit_string(sm2.sign(issuer.key if issuer else key, inner)))
    return Person(who, key, x509.load_der_x509_certificate(signed))


def pem(*people: Person) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding  # noqa: PLC0415

    return b"".join(person.certificate.public_bytes(Encoding.PEM) for person in people)


@dataclass(frozen=True)
class Company:
    """A root, five custodians, a witness and an operator."""

    root: Person
    custodians: tuple[Person, ...]
    witness: Person
    operator: Person

    def people(self) -> list[dict[str, Any]]:
        rows = [
            ceremony_making.participant(p.id, "custodian", f"org-{n}", p.certificate)
            for n, p in enumerate(self.custodians)
        ]
        rows.append(ceremony_making.participant(self.witness.id, "witness", "audit", self.witness.certificate))
        rows.append(ceremony_making.participant(self.operator.id, "operator", "it", self.operator.certificate))
        return rows

    def signed(self, record: dict[str, Any], *signers: Person) -> dict[str, Any]:
        """Return a record with the signatures of some people; of three custodians and the witness by default."""
        entries = []
        for person in signers or (*self.custodians[:3], self.witness):
            value = ceremony_making.signed_with_key(record, person.key_pem)
            entries.append(ceremony_making.signature(record, person.id, person.certificate, value))
        return {**record, "signatures": entries}

    def record(
        self,
        kind: str,
        day: str = "2026-11-20",
        previous: dict[str, Any] | None = None,
        **known: Any,  # noqa: ANN401
    ) -> dict[str, Any]:
        """Return a record of an event that went well, not signed yet."""
        base = {"cluster_id": "c-1", "shares": 5, "threshold": 3, "ended": f"{day}T10:00:00Z"}
        made = ceremony_making.drawn_up(
            kind, f"{day}T09:00:00Z", previous=previous, participants=self.people(), known={**base, **known}
        )
        for each in made.get("shares_map", []):
            each |= {"wrapped_for_fingerprint": "ab" * 20, "wrapped_share_sm3": "cd" * 32}
        if "root_token" in made and "root_token" not in known:
            made["root_token"] = {"accessor": "acc-1", "revoked_at": f"{day}T09:30:00Z"}
        if "snapshot" in made and "snapshot" not in known:
            made["snapshot"] = {"sm3": "ef" * 32, "index": 77, "term": 3, "restored_to": "lab", "result": "ok"}
        return made


@pytest.fixture(scope="session")
def company() -> Company:
    root = issued("ceremony root", is_ca=True)
    return Company(
        root,
        tuple(issued(f"custodian-{n}", root) for n in range(1, 6)),
        issued("witness", root),
        issued("operator", root),
    )


def write(folder: Path, *records: dict[str, Any], root: Person | None = None) -> Path:
    """Write records and the root into a folder."""
    import json  # noqa: PLC0415

    folder.mkdir(parents=True, exist_ok=True)
    for number, record in enumerate(records, 1):
        (folder / f"{number:03}.json").write_text(json.dumps(record))
    if root:
        (folder / "root.pem").write_bytes(pem(root))
    return folder
