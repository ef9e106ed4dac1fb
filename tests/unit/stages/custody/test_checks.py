"""Each check with a good and a bad case by hand, and none of them passes where nothing was seen.

The same cases against the real server are in tests/contract/custody/test_live.py. Those that rest on recorded answers
in the shapes of HashiCorp's public API documentation: the licence (KEY-058) and the reporting (KEY-059), which OpenBao
does not have, and versions of Vault (KEY-001).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from auditor import reasons
from auditor.model.finding import Severity
from auditor.stages.custody.checks import checks
from auditor.stages.custody.facts import AREAS, AuditDevice, CustodyKey, KeyPolicy, KeyRight, PolicyRule
from auditor.stages.custody.gaps import gap
from auditor.stages.custody.texts import say
from tests.unit.stages.custody.conftest import ORIGIN, judged, setting

if TYPE_CHECKING:
    from auditor.model.fact import Fact, Gap


def key(**values: Any) -> CustodyKey:  # noqa: ANN401
    base: dict[str, Any] = {
        "store": "transit",
        "algorithm": "aes256-gcm96",
        "is_exportable": False,
        "has_plaintext_backup": False,
        "is_deletable": False,
        "latest_version": 2,
        "min_decryption_version": 1,
        "min_encryption_version": 0,
        "newest_at": "2026-11-01T00:00:00Z",
        "rotation_s": 2592000.0,
        "values": {},
    }
    return CustodyKey(subject="transit/loan", origin=ORIGIN, **{**base, **values})


def policy(*rules: tuple[str, str], name: str = "p") -> KeyPolicy:
    made = tuple(PolicyRule(path=p, capabilities=tuple(sorted(c.split())), line=1) for p, c in rules)
    return KeyPolicy(subject=name, origin=ORIGIN, rules=made, source="file")


def device(name: str = "audit a", **options: Any) -> AuditDevice:  # noqa: ANN401
    return AuditDevice(
        subject=name, origin=ORIGIN, type="file", options={"file_path": "/a/l", **options}, source="file"
    )


def listener(address: str = "10.0.0.5:8200", **values: Any) -> Fact:  # noqa: ANN401
    base = {"_type": "tcp", "_address": address, "_no_tls": False, "_local": False}
    return setting("listener", f"listener {address}", **{**base, **values})


def token(**values: Any) -> Fact:  # noqa: ANN401
    base = {
        "policies": ["use"],
        "ttl": 3600.0,
        "creation_ttl": 3600.0,
        "explicit_max_ttl": 0.0,
        "period": 0.0,
        "type": "service",
        "orphan": True,
        "path": "auth/token/create",
        "display_name": "x",
        "accessor_digest": "ab",
    }
    return setting("token", "token ab", **{**base, **values})


SURVEY = setting("token-survey", "tokens", count=1, batch=0)
GOOD_TOKEN = token(explicit_max_ttl=7200.0)
SNAPSHOTS: dict[str, Any] = {"count": 1, "newest": 1795860000.0, "newest_name": "a.snap", "grows": True}
METHOD: dict[str, Any] = {
    "type": "oidc",
    "for_people": True,
    "token_type": "service",
    "max_lease_ttl": 3600.0,
    "visibility": "hidden",
}

CASES: dict[str, tuple[list[Fact], list[list[Fact]]]] = {
    "001": (
        [setting("version", version="2.7.2", product="openbao")],
        [
            [setting("version", version="2.4.3", product="openbao")],
            [setting("version", version="1.19.6", product="vault")],
            [setting("version", version="1.9.0", product="vault")],
            [setting("version", version="2.7.2", product="openbao", others=["2.6.2"])],
        ],
    ),
    "002": ([setting("initialised", initialised=True)], [[setting("initialised", initialised=False)]]),
    "004": (
        [
            setting("seal", _type="shamir"),
            setting("seal", "b", _type="pkcs11"),
            setting("seal", "c", _type="transit", address="https://10.0.0.9"),
        ],
        [
            [setting("seal", _type="static")],
            [setting("seal", _type="awskms")],
            [setting("seal", _type="transit", address="https://vault.example.com")],
        ],
    ),
    "005": (
        [setting("shares", n=5, t=3)],
        [[setting("shares", n=n, t=t)] for n, t in ((1, 1), (5, 2), (4, 3), (5, 5), (7, 3), (0, 0))],
    ),
    "007": (
        [SURVEY, GOOD_TOKEN],
        [[SURVEY, token(policies=["root"], ttl=0.0)], [SURVEY, token(policies=["a", " Root"])]],
    ),
    "009": (
        [SURVEY, GOOD_TOKEN],
        [
            [SURVEY, token(ttl=0.0, creation_ttl=0.0)],
            [SURVEY, token(period=99.0)],
            [SURVEY, token(creation_ttl=1e6)],
            [SURVEY, token()],
        ],
    ),
    "010": (
        [setting("in-progress", "rekey", started=False, refused=True)],
        [[setting("in-progress", "rekey", started=True)]],
    ),
    "011": ([setting("open-door", name="x", open=False)], [[setting("open-door", name="x", open=True)]]),
    "012": (
        [setting("audit", count=2, devices=["a", "b"])],
        [[setting("audit", count=1, devices=["a"])], [setting("audit", count=0)]],
    ),
    "013": (
        [
            setting("audit", count=2, targets=["file /a/x", "file /b/x"]),
            setting("audit", "s", count=2, targets=["file /a/x", "socket h:1"]),
        ],
        [
            [setting("audit", count=2, targets=["file /a/x", "file /a/y"])],
            [setting("audit", count=1, targets=["file /a/x"])],
        ],
    ),
    "014": (
        [device(mode="0600"), device("audit b")],
        [
            [device(**options)]
            for options in (
                {"log_raw": "true"},
                {"hmac_accessor": "false"},
                {"mode": "0644"},
                {"prefix": "x"},
                {"file_path": "stdout"},
            )
        ],
    ),
    "015": (
        [setting("audit-kept", rotated=True, remote_copy=True, gap_s=10)],
        [
            [setting("audit-kept", rotated=False, remote_copy=True)],
            [setting("audit-kept", rotated=True)],
            [setting("audit-kept", rotated=True, remote_copy=True, gap_s=99999)],
        ],
    ),
    "016": (
        [listener(), listener("127.0.0.1:1", _local=True, _no_tls=True)],
        [[listener("0.0.0.0:8200", _no_tls=True)]],
    ),
    "017": (
        [listener(tls_min_version="tls13")],
        [[listener(tls_min_version="tls10")], [listener(tls_min_version="tls11")]],
    ),
    "018": (
        [setting("sm-transport", demanded=True, gateway="gw:443", beyond=[])],
        [
            [setting("sm-transport", demanded=True, gateway="", beyond=[])],
            [setting("sm-transport", demanded=True, gateway="g", beyond=["a"])],
        ],
    ),
    "019": ([listener()], [[listener(tls_disable_client_certs="true")]]),
    "020": (
        [listener(x_forwarded_for_authorized_addrs=["10.0.0.1/32"], proxy_protocol_behavior="allow_authorized")],
        [
            [listener(x_forwarded_for_authorized_addrs="0.0.0.0/0")],
            [listener(proxy_protocol_behavior="use_always")],
            [listener(proxy_protocol_authorized_addrs=["::/0"])],
        ],
    ),
    "021": (
        [
            setting("storage", _type="raft"),
            setting("storage", "p", _type="postgresql", connection_url="postgres://h/d?sslmode=verify-full"),
        ],
        [
            [setting("storage", _type="inmem")],
            [setting("storage", _type="file")],
            [setting("storage", _type="postgresql", connection_url="postgres://h/d?sslmode=disable")],
            [setting("storage", _type="postgresql", connection_url="postgres://h/d")],
            [setting("storage", _type="consul", address="http://consul:8500")],
        ],
    ),
    "022": ([setting("development", is_dev=False)], [[setting("development", is_dev=True, how="-dev")]]),
    "023": (
        [setting("raft-members", voters=["a", "b", "c"], leader="a", leader_votes=True)],
        [
            [setting("raft-members", voters=["a"], leader="a", leader_votes=True)],
            [setting("raft-members", voters=list("abcd"), leader="a", leader_votes=True)],
            [setting("raft-members", voters=list("abc"), leader="d", leader_votes=False)],
        ],
    ),
    "024": (
        [setting("autopilot", healthy=True, failure_tolerance=1, cleanup=True, min_quorum=3)],
        [
            [setting("autopilot", healthy=False, failure_tolerance=1)],
            [setting("autopilot", healthy=True, failure_tolerance=0)],
            [setting("autopilot", healthy=True, failure_tolerance=1, cleanup=True, min_quorum=0)],
        ],
    ),
    "025": (
        [setting("raft-join", leader_api_addr="https://a:8200", leader_ca_cert_file="/ca")],
        [
            [setting("raft-join", leader_api_addr="http://a:8200", leader_ca_cert_file="/ca")],
            [setting("raft-join", leader_api_addr="https://a:8200")],
            [setting("raft-join", auto_join="provider=aws", auto_join_scheme="http")],
        ],
    ),
    "026": (
        [setting("raft-snapshots", **SNAPSHOTS)],
        [
            [setting("raft-snapshots", **{**SNAPSHOTS, "newest": 1795000000.0})],
            [setting("raft-snapshots", **{**SNAPSHOTS, "grows": False})],
            [setting("raft-snapshots", **SNAPSHOTS), setting("raft-snapshot", "a", problems=["damaged"])],
        ],
    ),
    "027": ([setting("raft-snapshot", mode="0600")], [[setting("raft-snapshot", mode="0644")]]),
    "030": ([setting("memory", safe=True)], [[setting("memory", safe=False, swap=True, mlock_off=True)]]),
    "031": (
        [setting("process", user="vault", core="0", no_new_privileges=True, others=[])],
        [
            [setting("process", user="root", core="0", no_new_privileges=True)],
            [setting("process", user="vault", core="", no_new_privileges=True)],
            [setting("process", user="vault", core="0", no_new_privileges=False)],
            [setting("process", user="vault", core="0", no_new_privileges=True, others=["nginx"])],
        ],
    ),
    "032": (
        [setting("writable", mode="0640", owner="root", group="vault", service="vault")],
        [
            [setting("writable", mode="0640", owner="vault", group="vault", service="vault")],
            [setting("writable", mode="0660", owner="root", group="vault", service="vault")],
            [setting("writable", mode="0646", owner="root", group="root", service="vault")],
            [setting("writable", mode="", owner="root", group="root", service="vault")],
        ],
    ),
    "033": (
        [setting("configuration-secrets", "secrets in a.hcl", file="a.hcl")],
        [
            [
                setting("configuration-secrets", "secrets in a.hcl", file="a.hcl"),
                setting("secret-place", "seal.pkcs11.pin", file="a.hcl"),
            ]
        ],
    ),
    "034": ([setting("switch", name="x", on=False)], [[setting("switch", name="raw_storage_endpoint", on=True)]]),
    "035": (
        [setting("log-level", level="info")],
        [[setting("log-level", level="trace")], [setting("log-level", level="debug")]],
    ),
    "036": (
        [setting("ui", on=False, allowed=None), setting("ui", "CORS", cors=True, on=True, origins=["https://a"])],
        [
            [setting("ui", on=True, allowed=None)],
            [setting("ui", on=True, allowed=False)],
            [setting("ui", "CORS", cors=True, on=True, origins=["*"])],
        ],
    ),
    "037": (
        [listener(custom_response_headers={"default": {"Strict-Transport-Security": ["max-age=1"]}})],
        [[listener()]],
    ),
    "038": (
        [setting("plugins", directory="/p"), setting("plugin", "p", sha256sum="ab" * 32)],
        [
            [setting("plugins", auto_download=True)],
            [setting("plugin", sha256sum="")],
            [setting("plugin", sha256sum="ab" * 32, image="ghcr.io/x", air_gapped=True)],
        ],
    ),
    "039": (
        [setting("auth", types=["token", "oidc"]), setting("auth-method", "m", type="userpass", has_mfa=True)],
        [
            [setting("auth", types=["token"])],
            [setting("auth-method", type="userpass", has_mfa=False)],
            [setting("auth-method", type="ldap", has_mfa=True, url="ldap://d")],
            [setting("auth-method", type="github", has_mfa=True)],
        ],
    ),
    "040": (
        [setting("ttl", seconds=86400.0, said="24h"), setting("ttl", "m", **METHOD)],
        [
            [setting("ttl", seconds=31536000.0, said="8760h")],
            [setting("ttl", seconds=2764800.0, said="")],
            [setting("ttl", **{**METHOD, "token_type": "default-service"})],
            [setting("ttl", **{**METHOD, "visibility": "unauth"})],
        ],
    ),
    "041": ([setting("lockout", disabled=False)], [[setting("lockout", disabled=True)]]),
    "042": (
        [policy(("secret/data/app/*", "read update")), policy(("*", "create update"), name="break-glass")],
        [[policy((path, "update"))] for path in ("*", "+/*", "sys/*", "auth/*", "s*", "+/+/*", "sys/+/*")],
    ),
    "043": (
        [policy(("sys/audit", "read sudo")), policy(("sys/seal", "update"), name="q")],
        [[policy(("sys/raw/*", "read sudo"))], [policy(("*", "sudo"))]],
    ),
    "044": (
        [
            policy(
                ("transit/*", "create read update list"), ("transit/export/*", "deny"), ("transit/backup/*", "deny")
            ),
            policy(("sys/policies/acl/*", "read list"), name="reader"),
        ],
        [
            [policy((path, words))]
            for path, words in (
                ("sys/raw/*", "read"),
                ("sys/raw", "list"),
                ("sys/storage/raft/snapshot", "read"),
                ("sys/storage/raft/snapshot-force", "update"),
                ("sys/policies/acl/*", "update"),
                ("sys/policy/+", "create update"),
                ("auth/token/create", "update"),
                ("auth/token/create/*", "update"),
                ("+/export/*", "read"),
                ("transit/backup/loan", "read"),
                ("transit/+/+/loan", "read"),
            )
        ],
    ),
    "045": (
        [setting("identity", policies=["use", "rooted"])],
        [[setting("identity", policies=[each])] for each in ("root", "ROOT", " Root ", "r oot")],
    ),
    "046": ([key()], [[key(is_exportable=True)]]),
    "047": ([key()], [[key(has_plaintext_backup=True)]]),
    "048": ([key()], [[key(is_deletable=True)]]),
    "049": (
        [key(latest_version=12, min_decryption_version=10)],
        [
            [key(latest_version=10, min_decryption_version=1)],
            [key(latest_version=9, min_decryption_version=8, min_encryption_version=8)],
        ],
    ),
    "050": ([key()], [[key(rotation_s=0.0)], [key(newest_at="2025-01-01T00:00:00Z")], [key(newest_at="")]]),
    "051": ([key()], [[key(algorithm="rsa-2048")], [key(values={"sm_required": True})]]),
    "052": (
        [setting("barrier-key", installed="2026-11-01T00:00:00Z", encryptions=10, max_operations=100, automatic=True)],
        [
            [setting("barrier-key", installed="2024-11-01T00:00:00Z", automatic=True)],
            [setting("barrier-key", installed="2030-11-01T00:00:00Z", automatic=True)],
            [
                setting(
                    "barrier-key", installed="2026-11-01T00:00:00Z", encryptions=95, max_operations=100, automatic=True
                )
            ],
            [setting("barrier-key", installed="2026-11-01T00:00:00Z", automatic=False)],
        ],
    ),
    "053": ([setting("kv-names", suspicious=[], count=3)], [[setting("kv-names", suspicious=["a/sm2-key"])]]),
    "054": (
        [setting("kv", version=2, cas_required=True, max_versions=10)],
        [
            [setting("kv", version=1)],
            [setting("kv", version=2, max_versions=10)],
            [setting("kv", version=2, cas_required=True)],
        ],
    ),
    "055": (
        [setting("pki", roots_with_key=[]), setting("pki-role", "r", max_ttl=2592000.0)],
        [
            [setting("pki", roots_with_key=["r"])],
            [setting("pki-role", allow_any_name=True)],
            [setting("pki-role", max_ttl=315360000.0)],
        ],
    ),
    "056": (
        [setting("leases", irrevocable=0, tokens=9)],
        [[setting("leases", irrevocable=2)], [setting("leases", tokens=10**7)]],
    ),
    "057": ([setting("quotas", rate_limits=1)], [[setting("quotas", rate_limits=0)]]),
    "058": (
        [setting("licence", expires="2027-11-28T00:00:00Z")],
        [
            [setting("licence", expires="2026-12-01T00:00:00Z")],
            [setting("licence", expires="2027-11-28T00:00:00Z", differs=True)],
            [setting("licence", expires="")],
        ],
    ),
    "059": (
        [setting("reporting", licence=False, usage_off=True, air_gapped=True)],
        [
            [setting("reporting", licence=None, air_gapped=True)],
            [setting("reporting", licence=False, usage_off=False, air_gapped=True)],
        ],
    ),
    "060": (
        [setting("egress", air_gapped=True)],
        [[setting("egress", air_gapped=True), setting("outside", what="seal", target="awskms")]],
    ),
    "061": (
        [setting("package", problems=[], trusted=True)],
        [[setting("package", problems=["x"], trusted=True)], [setting("package", trusted=False)]],
    ),
    "066": (
        [
            setting(
                "module", "module seal pkcs11", _type="pkcs11", lib="/l", slot="0", mechanism="0x1087", _pin_here=False
            )
        ],
        [
            [setting("module", "module seal pkcs11", _type="pkcs11", lib="/l", slot="0", _pin_here=True)],
            [setting("module", "module seal pkcs11", _type="pkcs11", lib="/l")],
            [setting("module", "module seal pkcs11", _type="pkcs11", slot="0")],
            [setting("module", "module seal pkcs11", _type="pkcs11", lib="/l", slot="0", mechanism="CKM_AES_CBC")],
        ],
    ),
    "069": (
        [
            setting(
                "drift", "disk", file={"ui": "true", "max_lease_ttl": "1h"}, listeners=[], storage="raft", seal="shamir"
            ),
            setting("drift", "live", sanitized={"enable_ui": True, "max_lease_ttl": 3600}),
        ],
        [
            [
                setting(
                    "drift", "disk", file={"raw_storage_endpoint": False}, listeners=[], storage="raft", seal="shamir"
                ),
                setting("drift", "live", sanitized={"raw_storage_endpoint": True}),
            ]
        ],
    ),
    "070": (
        [setting("namespaces", names=["a"], expected=["a"], sealed=[])],
        [
            [setting("namespaces", names=["a"], expected=[])],
            [setting("namespaces", names=["a"], expected=["a"], sealed=["a"])],
        ],
    ),
    "071": (
        [setting("own-token", policies=["auditor-custody"], powers=[], expires="2026-11-28T13:00:00Z", ttl=3600.0)],
        [
            [setting("own-token", policies=["root"], powers=[], expires="x", ttl=3600.0)],
            [setting("own-token", policies=["a"], powers=["change policies: update"], expires="x", ttl=3600.0)],
            [setting("own-token", policies=["a"], powers=[], expires="", ttl=0.0)],
        ],
    ),
}
RECORDS = {"003", "006", "008", "028", "029", "062", "063", "064", "065", "067", "068"}
"""In test_records.py, from records that were signed; KEY-003 against the real server."""


def test_every_number_of_the_reference_table_has_a_case() -> None:
    assert set(CASES) | RECORDS == {f"{number:03}" for number in range(1, 72)}
    assert [each.aliases for each in checks()] == [(f"KEY-{number:03}",) for number in range(1, 72)]


@pytest.mark.parametrize("number", sorted(CASES))
def test_good_case_passes(number: str) -> None:
    found = judged(CASES[number][0])[f"KEY-{number}"]

    assert {str(each.verdict) for each in found} == {"pass"}, [(f.subject, f.verdict, f.actual) for f in found]


@pytest.mark.parametrize(("number", "case"), [(n, i) for n in sorted(CASES) for i in range(len(CASES[n][1]))])
def test_bad_case_fails_and_says_why(number: str, case: int) -> None:
    found = judged(CASES[number][1][case])[f"KEY-{number}"]

    failures = [each for each in found if each.verdict == "fail"]
    assert failures, [(f.subject, f.verdict, f.actual, f.gap) for f in found]
    assert all(str(each.actual) for each in failures)


@pytest.mark.parametrize("check", checks(), ids=lambda each: each.aliases[0])
def test_what_nobody_showed_is_never_a_pass(check: Any) -> None:  # noqa: ANN401
    nothing = judged([])[check.aliases[0]]
    lost = judged([], [*_everything_lost()])[check.aliases[0]]

    assert {str(each.verdict) for each in nothing} == {"not_applicable"}
    assert {str(each.verdict) for each in lost} == {"not_assessed"}


def _everything_lost() -> list[Gap]:
    from auditor.stages.custody.facts import CeremonyRecord, CustodySetting  # noqa: PLC0415

    gaps = [
        gap("custody=in", CustodySetting, reasons.NO_PERMISSION, "x", say("custody.remedy.again"), topic=area)
        for area in AREAS
    ]
    kinds: tuple[type[Fact], ...] = (CustodyKey, KeyPolicy, AuditDevice, CeremonyRecord)
    return gaps + [gap("custody=in", kind, reasons.NO_PERMISSION, "x", say("custody.remedy.again")) for kind in kinds]


def test_web_interface_that_nobody_forbids_is_said_for_information() -> None:
    (finding,) = judged([setting("ui", on=True, allowed=None)])["KEY-036"]

    assert finding.severity is Severity.INFO


def test_severity_of_an_advisory_is_its_own() -> None:
    found = judged([setting("version", version="2.3.1", product="openbao")])["KEY-001"]

    assert Severity.CRITICAL in {each.severity for each in found}


def test_versions_are_compared_as_numbers() -> None:
    from auditor.stages.custody.advisories import is_before  # noqa: PLC0415

    assert is_before("1.9.10", "1.19")
    assert not is_before("1.19.0+ent", "1.19")
    assert is_before("rubbish", "1.0")


def test_who_may_take_a_key_is_told_in_both_languages() -> None:
    right = KeyRight(
        subject="transit/loan",
        origin=ORIGIN,
        action="export",
        path="transit/export/encryption-key/loan",
        capability="read",
        count=3,
        holders=("entity alice: ops via group operators in staff", "token 5e (auth/token/root): root", "role b: x"),
    )

    found = next(
        each
        for several in judged([key(is_exportable=True), right]).values()
        for each in several
        if each.id == "custody-key-not-exportable"
    )

    assert found.actual.en == (
        "exportable = true; export: 3 (entity alice: ops via group operators in staff, "
        "token 5e (auth/token/root): root, role b: x)"
    )
    assert found.actual.zh == (
        "exportable = true；导出：3（实体 alice: ops（经由 staff 中的组 operators）、"
        "令牌 5e (auth/token/root): root、角色 b: x）"
    )
