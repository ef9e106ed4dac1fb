# ruff: noqa: E501 - tables
"""Each of the thirty checks on real bytes: one image that is good, one that is bad, one where the thing is absent."""

from __future__ import annotations

import json
import struct
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from auditor.formats import issuing, sm2
from auditor.judging import judge
from auditor.model.fact import Fact, Facts, Gap, Origin, RunStarted
from auditor.model.finding import Finding, Verdict
from auditor.model.system import Part, System
from auditor.stages.image.checks import JUDGES, checks
from auditor.stages.image.facts import ImageBase
from auditor.stages.image.observe import ImageStage
from tests.unit.stages.image.layouts import (
    GOOD_CONFIG,
    GOOD_FILES,
    OS_RELEASE,
    PASSWD,
    Entry,
    Layout,
    link,
    tar,
)

if TYPE_CHECKING:
    from pathlib import Path

NOW = "2026-11-28T00:00:00+00:00"
RAW_KEY = "MC4CAQAwBQYDK2VwBCIEIAFKXA4O3CZSpKceipJuYDhVTz" + "aKpVaD0000000000"
PRIVATE_KEY = f"-----BEGIN {'PRIVATE'} KEY-----\n{RAW_KEY}\n-----END {'PRIVATE'} KEY-----\n"
TOKEN = "ghp" + "_16C7e42F292c6912E7710c838347Ae178B4a"
CAPABILITY = struct.pack("<IIIII", 0x02000001, 1 << 13, 0, 0, 0).decode("utf-8", "surrogateescape")


def observed(where: str, **options: Any) -> tuple[list[Finding], Facts]:  # noqa: ANN401 - of a part
    part = Part(kind="image", where=where, options=options)
    system = System(name=part.argument, parts=(part,))
    seen = list(ImageStage().observe(system, Facts()))
    started = RunStarted(subject="run", origin=Origin(part=part.argument), at=NOW)
    facts = Facts([started, *(x for x in seen if isinstance(x, Fact))], [x for x in seen if isinstance(x, Gap)])
    return list(judge(checks(), facts, system).findings), facts


def verdicts(findings: list[Finding], check: str) -> dict[str, Verdict]:
    return {each.subject: each.verdict for each in findings if each.id == check}


def of(folder: Path, check: str, **how: Any) -> dict[str, Verdict]:  # noqa: ANN401 - as `image`
    return verdicts(observed(f"oci:{image(folder, **how)}")[0], check)


def image(
    folder: Path,
    *,
    files: dict[str, Any] | None = None,
    without: tuple[str, ...] = (),
    config: dict[str, Any] | None = None,
    upper: dict[str, Any] | None = None,
    **how: Any,  # noqa: ANN401
) -> Path:
    """Write a good image with changes: values of None in `config` take a key away."""
    said = {key: value for key, value in {**GOOD_CONFIG, **(config or {})}.items() if value is not None}
    layers = [tar({name: value for name, value in {**GOOD_FILES, **(files or {})}.items() if name not in without})]
    if upper is not None:
        layers.append(tar(upper))
    made = Layout(folder)
    made.image(*layers, config=said, **how)
    return made.close()


@cache
def ids() -> tuple[str, ...]:
    return tuple(each.check for each in JUDGES)


BAD: dict[str, tuple[dict[str, Any], str]] = {
    "image-user-not-root": ({"config": {"User": "0"}}, "linux/amd64"),
    "image-user-known": ({"config": {"User": "nobody2"}}, "linux/amd64"),
    "image-tools-absent": ({"files": {"usr/bin/x86_64-linux-gnu-gcc-12": ("\x7fELF", 0o755)}}, "usr/bin/x86_64-linux-gnu-gcc-12"),
    "image-package-manager-absent": ({"files": {"usr/bin/apt-get": ("\x7fELF", 0o755)}}, "usr/bin/apt-get"),
    "image-distribution-supported": (
        {"files": {"etc/os-release": OS_RELEASE.replace("12", "9")}}, "linux/amd64"),
    "image-recent": ({"created": "2025-01-01T00:00:00Z"}, "linux/amd64"),
    "image-healthcheck-set": ({"config": {"Healthcheck": {"Test": ["NONE"]}}}, "linux/amd64"),
    "image-update-with-install": (
        {"history": [{"created_by": "RUN apt-get -q update"}, {"created_by": "RUN apt-get install -y x"}]}, "linux/amd64"),
    "image-setuid-listed": ({"files": {"usr/bin/su": ("\x7fELF", 0o4755)}}, "usr/bin/su"),
    "image-capabilities-listed": (
        {"files": {"usr/bin/ping": Entry(b"\x7fELF", 0o755, pax={"SCHILY.xattr.security.capability": CAPABILITY})}},
        "usr/bin/ping"),
    "image-add-not-used": (
        {"history": [{"created_by": "COPY . /"}, {"created_by": "ADD https://example.invalid/x.bin /x # buildkit"}]},
        "linux/amd64"),
    "image-config-secret-absent": (
        {"config": {"Env": ["PATH=/bin", "DB_PASSWORD=Tr0ub4dor-and-3"]}}, "Env DB_PASSWORD"),
    "image-history-secret-absent": (
        {"history": [{"created_by": f"RUN |1 GIT_TOKEN={TOKEN} /bin/sh -c git clone"}]}, "history 1"),
    "image-files-secret-absent": ({"files": {"srv/app/key.pem": PRIVATE_KEY}, "upper": {"srv/app/.wh.key.pem": ""}},
        "srv/app/key.pem"),
    "image-package-sources-signed": (
        {"files": {"etc/apt/sources.list": "deb [trusted=yes] http://x.invalid/ ./\n"}}, "etc/apt/sources.list"),
    "image-package-files-unaltered": (
        {"files": {"var/lib/dpkg/status": "", "var/lib/dpkg/info/x.md5sums": f"{'0' * 32}  usr/bin/x\n",
                   "usr/bin/x": ("replaced", 0o755)}}, "usr/bin/x"),
    "image-sudo-absent": ({"files": {"usr/bin/sudo": ("\x7fELF", 0o755)}}, "usr/bin/sudo"),
    "image-volumes-safe": ({"config": {"Volumes": {"/etc": {}}}}, "linux/amd64"),
    "image-caches-absent": (
        {"files": {"var/lib/apt/lists/deb.debian.org_dists_bookworm_InRelease": "x"}}, "var/lib/apt/lists"),
    "image-reference-pinned": ({"name": "registry.example/app:latest"}, "linux/amd64"),
    "image-passwords-set": (
        {"files": {"etc/shadow": "root::19000:0:99999:7:::\napp:!:19000::::::\n"}}, "linux/amd64: root"),
    "image-accounts-unique": (
        {"files": {"etc/passwd": PASSWD + "toor:x:0:0::/root:/usr/sbin/nologin\n"}}, "linux/amd64: toor"),
    "image-leftovers-absent": ({"files": {"srv/app/.git/config": "[core]"}}, "srv/app/.git"),
    "image-world-writable-absent": ({"files": {"srv/app/data": Entry(kind=b"5", mode=0o777)}}, "srv/app/data"),
    "image-ports-safe": ({"config": {"ExposedPorts": {"22/tcp": {}}}}, "linux/amd64"),
    "image-entrypoint-exec-form": (
        {"config": {"Entrypoint": ["/bin/sh", "-c", "start $MODE"]}}, "linux/amd64"),
    "image-labels-present": ({"config": {"Labels": {"vendor": "x"}}}, "linux/amd64"),
    "image-model-origin-known": ({"files": {"srv/app/model.pt": b"\x80\x04\x95" + b"\0" * 8 + b"."}}, "srv/app/model.pt"),
}  # fmt: skip
"""What makes each check fail, and the subject that it names. Base and signature need options; they have their own tests."""
OWN = {"image-base-trusted", "image-signed"}
SEARCHES = {"image-config-secret-absent", "image-history-secret-absent", "image-files-secret-absent"}
"""A search that matched nothing proves nothing."""
ABSENT: dict[str, tuple[dict[str, Any], Verdict]] = {
    "image-user-not-root": ({"config": {"User": None}}, Verdict.FAIL),
    "image-user-known": ({"without": ("etc/passwd",)}, Verdict.PASS),
    "image-distribution-supported": ({"without": ("etc/os-release",)}, Verdict.NOT_APPLICABLE),
    "image-recent": ({"created": None}, Verdict.FAIL),
    "image-healthcheck-set": ({"config": {"Healthcheck": None}}, Verdict.FAIL),
    "image-update-with-install": ({"history": []}, Verdict.NOT_ASSESSED),
    "image-add-not-used": ({"history": []}, Verdict.NOT_ASSESSED),
    "image-history-secret-absent": ({"history": []}, Verdict.NOT_ASSESSED),
    "image-config-secret-absent": ({"config": {"Env": None, "Labels": None}}, Verdict.NOTHING_FOUND),
    "image-package-sources-signed": ({}, Verdict.NOT_APPLICABLE),
    "image-package-files-unaltered": ({}, Verdict.NOT_APPLICABLE),
    "image-volumes-safe": ({"config": {"Volumes": None}}, Verdict.PASS),
    "image-reference-pinned": ({"name": ""}, Verdict.NOT_APPLICABLE),
    "image-passwords-set": ({"without": ("etc/passwd", "etc/shadow")}, Verdict.NOT_APPLICABLE),
    "image-accounts-unique": ({"without": ("etc/passwd",)}, Verdict.NOT_APPLICABLE),
    "image-ports-safe": ({"config": {"ExposedPorts": None}}, Verdict.PASS),
    "image-entrypoint-exec-form": ({"config": {"Entrypoint": None}}, Verdict.PASS),
    "image-labels-present": ({"config": {"Labels": None}}, Verdict.FAIL),
    "image-model-origin-known": ({}, Verdict.NOTHING_FOUND),
}
FILES = (
    "image-caches-absent",
    "image-capabilities-listed",
    "image-files-secret-absent",
    "image-leftovers-absent",
    "image-package-manager-absent",
    "image-setuid-listed",
    "image-sudo-absent",
    "image-tools-absent",
    "image-world-writable-absent",
)
"""Checks of files: what is absent is a layer that cannot be read, and none of them may pass then."""


def test_every_check_has_a_good_a_bad_and_an_absent_case() -> None:
    """Walk over all checks: `test_good_image_fails_no_check` shows the good case of each, by its verdict."""
    assert len(ids()) == 30
    assert set(ids()) == BAD.keys() | OWN
    assert set(ids()) == ABSENT.keys() | set(FILES) | OWN
    assert not ABSENT.keys() & set(FILES)


@pytest.mark.parametrize("check", sorted(BAD))
def test_bad_image_fails_and_names_what_is_bad(check: str, tmp_path: Path) -> None:
    how, subject = BAD[check]

    found = of(tmp_path, check, **how)

    assert found.get(subject) is Verdict.FAIL, found


def test_good_image_fails_no_check(tmp_path: Path) -> None:
    database = {
        "var/lib/dpkg/status": "",
        "var/lib/dpkg/info/x.md5sums": "9dd4e461268c8034f5c8564e155c67a6  usr/bin/x\n",
        "usr/bin/x": ("x", 0o755),
        "etc/apt/sources.list": "deb https://deb.debian.org/debian bookworm main\n",
        "srv/app/model.safetensors": struct.pack("<Q", 2) + b"{}",
    }

    findings, facts = observed(f"oci:{image(tmp_path, files=database)}")

    assert {each.id: each.subject for each in findings if each.verdict is Verdict.FAIL} == {}
    assert {gap.kind for gap in facts.gaps} == {"ImageTrust", "ImageBase"}
    passed = {each.id for each in findings if each.verdict is Verdict.PASS}
    assert passed == set(ids()) - OWN - SEARCHES
    assert {each.id for each in findings if each.verdict is Verdict.NOTHING_FOUND} == SEARCHES


@pytest.mark.parametrize("check", sorted(ABSENT))
def test_absent_thing_is_no_pass_by_silence(check: str, tmp_path: Path) -> None:
    how, verdict = ABSENT[check]

    assert set(of(tmp_path, check, **how).values()) == {verdict}


@pytest.mark.parametrize("check", FILES)
def test_unreadable_layer_costs_the_checks_of_files_their_verdict(check: str, tmp_path: Path) -> None:
    folder = image(tmp_path)
    manifest = json.loads((folder / "index.json").read_text())["manifests"][0]["digest"]
    layer = json.loads((folder / "blobs/sha256" / manifest[7:]).read_text())["layers"][0]["digest"]
    (folder / "blobs/sha256" / layer[7:]).unlink()

    assert set(verdicts(observed(f"oci:{folder}")[0], check).values()) == {Verdict.NOT_ASSESSED}


@pytest.mark.parametrize("user", ["0:0", "root:root", "0:65534", "", "00", "+0"])
def test_every_spelling_of_root_is_root(user: str, tmp_path: Path) -> None:
    assert of(tmp_path, "image-user-not-root", config={"User": user}) == {"linux/amd64": Verdict.FAIL}


def test_account_with_uid_0_is_root_whatever_its_name(tmp_path: Path) -> None:
    files = {"etc/passwd": PASSWD + "svc:x:0:0::/:/usr/sbin/nologin\n"}

    assert of(tmp_path, "image-user-not-root", config={"User": "svc"}, files=files) == {"linux/amd64": Verdict.FAIL}


@pytest.mark.parametrize("user", ["10001:0", "app:app", "65534", "app"])
def test_group_0_is_not_root(user: str, tmp_path: Path) -> None:
    assert of(tmp_path, "image-user-not-root", config={"User": user}) == {"linux/amd64": Verdict.PASS}


def test_unknown_name_is_not_proven_to_be_another_than_root(tmp_path: Path) -> None:
    assert of(tmp_path, "image-user-not-root", config={"User": "ghost"}) == {"linux/amd64": Verdict.FAIL}


@pytest.mark.parametrize(
    "upper",
    [{"srv/app/.wh.key.pem": ""}, {"srv/app/key.pem": ""}, {"srv/.wh.app": ""}, {"srv/app/.wh..wh..opq": ""}, {"srv": "file"}],
)  # fmt: skip
def test_deleted_key_is_found_with_its_layer(upper: dict[str, str], tmp_path: Path) -> None:
    folder = image(tmp_path, files={"srv/app/key.pem": PRIVATE_KEY}, upper=upper)

    findings, facts = observed(f"oci:{folder}")

    (found,) = [each for each in findings if each.id == "image-files-secret-absent"]
    assert (found.subject, found.verdict) == ("srv/app/key.pem", Verdict.FAIL)
    assert "layer 1" in found.detail.en
    assert "still in the image" in found.detail.en
    assert "CRT-003" in found.aliases
    assert RAW_KEY not in repr(findings) + repr(list(facts.kinds()))


def test_key_in_the_environment_of_an_image_and_a_protected_one_have_their_numbers(tmp_path: Path) -> None:
    protected = PRIVATE_KEY.replace("PRIVATE KEY", "ENCRYPTED PRIVATE KEY")
    real = issuing.pem("PRIVATE KEY", sm2.pkcs8(sm2.generate_private_key())).decode()
    folder = image(tmp_path, config={"Env": [f"TLS={real}"]}, files={"srv/app/enc.pem": protected})

    findings, _facts = observed(f"oci:{folder}")

    failed = {each.id: each.aliases for each in findings if each.verdict is Verdict.FAIL}
    assert "CRT-004" in failed["image-config-secret-absent"]
    assert "CRT-003" not in failed["image-files-secret-absent"]


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("root/.aws/credentials", "[default]\naws_secret_access_key = wJalrXUtnFEMIK7MDENGbPxRfiCYzzzzzzzzzzzz\n"),
        ("root/.docker/config.json", '{"auths": {"r.example": {"auth": "dXNlcjpwYXNzd29yZA=="}}}'),
        ("app/.env", "DB_PASSWORD=Tr0ub4dor-and-3\n"),
        ("root/.netrc", "machine x login y password Tr0ub4dor\n"),
        ("root/.git-credentials", "https://me:Tr0ub4dor@git.example\n"),
        ("srv/app/settings.yaml", f"token: {TOKEN}\n"),
        ("etc/shadow", "root:$6$abcdefgh$" + "x" * 86 + ":19000:0:99999:7:::\n"),
        ("root/.ssh/id_ed25519", PRIVATE_KEY),
    ],
)
def test_credential_files_are_found(path: str, content: str, tmp_path: Path) -> None:
    assert of(tmp_path, "image-files-secret-absent", files={path: content}).get(path) is Verdict.FAIL


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("root/.ssh/id_ed25519.pub", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGFtYWRldXAgcHVibGljIGtleQ== me@x\n"),
        ("app/.env", "DB_PASSWORD=\nAPI_KEY=${API_KEY}\nDEBUG=1\n"),
        ("app/.env.example", "DB_PASSWORD=Tr0ub4dor-and-3\n"),
        ("root/.docker/config.json", '{"auths": {}, "credsStore": "desktop"}'),
        ("usr/lib/libcrypto.so", b"\x7fELF" + b"-----BEGIN " + b"PRIVATE KEY-----\0"),
        ("usr/share/ca-certificates/x.crt", "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"),
        ("srv/app/readme.txt", "put your -----BEGIN " + "PRIVATE KEY----- here"),
        ("etc/app.yaml", "url: postgresql://user:password@db/x\n"),
        ("etc/shadow", "root:*:19000:0:99999:7:::\n"),
    ],
)
def test_what_is_no_secret_is_no_finding(path: str, content: str | bytes, tmp_path: Path) -> None:
    assert of(tmp_path, "image-files-secret-absent", files={path: content}) == {"linux/amd64": Verdict.NOTHING_FOUND}


def test_public_variables_of_official_images_are_no_secrets(tmp_path: Path) -> None:
    env = [
        "GPG_KEY=E3FF2839C048B25C084DEBE9B26995E310250568",
        "PYTHON_SHA256=" + "ab" * 32,
        "TOKENIZERS_PARALLELISM=no",
    ]

    assert set(of(tmp_path, "image-config-secret-absent", config={"Env": env}).values()) == {Verdict.NOTHING_FOUND}


def test_secret_of_a_variable_stands_nowhere(tmp_path: Path) -> None:
    secret = "Tr0ub4dor-and-3-more"
    folder = image(tmp_path, config={"Env": [f"DB_PASSWORD={secret}"], "Cmd": ["--password", secret]})

    findings, facts = observed(f"oci:{folder}")

    assert secret not in repr(findings) + repr([list(rows) for _kind, rows in facts.kinds()]) + repr(facts.gaps)


@pytest.mark.parametrize(
    ("line", "is_bad"),
    [
        ("ADD app.tar.gz /srv # buildkit", True),
        ("ADD --checksum=sha256:" + "ab" * 32 + " https://x.invalid/y /y # buildkit", False),
        ("ADD app.py /srv # buildkit", False),
        ("/bin/sh -c #(nop) ADD file:" + "ab" * 32 + " in /srv ", True),
        ("RUN echo ADD nothing", False),
    ],
)
def test_add_is_told_from_copy(line: str, is_bad: bool, tmp_path: Path) -> None:  # noqa: FBT001 - a row of a table
    history = [{"created_by": "/bin/sh -c #(nop) ADD file:" + "cd" * 32 + " in / "}, {"created_by": line}]

    found = of(tmp_path, "image-add-not-used", history=history)

    assert found == {"linux/amd64": Verdict.FAIL if is_bad else Verdict.PASS}


def test_base_is_trusted_by_its_chain_of_layers(tmp_path: Path) -> None:
    folder = image(tmp_path, upper={"x": "y"})
    _findings, facts = observed(f"oci:{folder}", trusted_base=("sha256:" + "0" * 64,))
    (base,) = facts.of(ImageBase)

    other = verdicts(observed(f"oci:{folder}", trusted_base=("sha256:" + "0" * 64,))[0], "image-base-trusted")
    chain = verdicts(
        observed(f"oci:{folder}", trusted_base=(f"{base.layers[0]} {base.layers[1]}",))[0], "image-base-trusted"
    )
    none = verdicts(observed(f"oci:{folder}")[0], "image-base-trusted")

    assert other == {"linux/amd64": Verdict.FAIL}
    assert chain == {"linux/amd64": Verdict.PASS}
    assert none == {"linux/amd64": Verdict.NOT_ASSESSED}


@pytest.mark.parametrize("name", ["nc", "wget"])
def test_applet_of_busybox_counts_where_it_leads_somewhere(name: str, tmp_path: Path) -> None:
    alive = {"bin/busybox": ("\x7fELF", 0o755), f"usr/bin/{name}": link("/bin/busybox")}
    dead = {f"usr/bin/{name}": link("/etc/alternatives/none")}

    assert of(tmp_path / "a", "image-tools-absent", files=alive) == {f"usr/bin/{name}": Verdict.FAIL}
    assert of(tmp_path / "b", "image-tools-absent", files=dead) == {"linux/amd64": Verdict.PASS}


@pytest.mark.parametrize(
    ("path", "data", "verdict"),
    [
        ("m/a.gguf", b"GGUF" + struct.pack("<IQQ", 3, 2, 1), Verdict.PASS),
        ("m/a.gguf", b"not a model", Verdict.FAIL),
        ("m/a.safetensors", b"\x80\x04\x95", Verdict.FAIL),
        ("m/weights.bin", b"PK\x03\x04" + b"\0" * 30 + b"archive/data.pkl", Verdict.FAIL),
        ("m/renamed.dat", b"\x80\x04\x95" + b"\x10" * 8 + b"\x8c", Verdict.FAIL),
        ("usr/lib/python3.11/lib2to3/Grammar3.11.2.final.0.pickle", b"\x80\x04\x95" + b"\0" * 8, Verdict.NOTHING_FOUND),
        ("m/notes.bin", b"plain text", Verdict.NOTHING_FOUND),
        ("m/a.onnx", b"\x08\x07", Verdict.PASS),
    ],
)
def test_model_files_are_told_by_their_bytes(path: str, data: bytes, verdict: Verdict, tmp_path: Path) -> None:
    assert set(of(tmp_path, "image-model-origin-known", files={path: data}).values()) == {verdict}


def test_pickle_that_a_package_owns_is_of_known_origin(tmp_path: Path) -> None:
    files = {
        "usr/lib/python3/site-packages/x/m.pkl": b"\x80\x04\x95" + b"\0" * 8 + b".",
        "usr/lib/python3/site-packages/x-1.0.dist-info/RECORD": "x/m.pkl,,\n",
    }

    assert set(of(tmp_path, "image-model-origin-known", files=files).values()) == {Verdict.PASS}


def test_replaced_file_of_a_wheel_is_found(tmp_path: Path) -> None:
    files = {
        "app/site-packages/x/a.py": "changed",
        "app/site-packages/x-1.0.dist-info/RECORD": "x/a.py,sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU,0\n",
    }

    assert of(tmp_path, "image-package-files-unaltered", files=files) == {"app/site-packages/x/a.py": Verdict.FAIL}


OPENEULER = (
    'NAME="openEuler"\nVERSION="{version}"\nID="openEuler"\nVERSION_ID="{number}"\nPRETTY_NAME="openEuler {version}"\n'
)


@pytest.mark.parametrize(
    ("release", "verdict"),
    [
        (OPENEULER.format(number="22.03", version="22.03 (LTS-SP3)"), Verdict.FAIL),
        (OPENEULER.format(number="24.03", version="24.03 (LTS-SP3)"), Verdict.PASS),
        (OPENEULER.format(number="24.03", version="24.03 (LTS)"), Verdict.FAIL),
        (OPENEULER.format(number="24.03", version="24.03"), Verdict.NOT_ASSESSED),
        (OPENEULER.format(number="24.03", version="24.03 (LTS-SP99)"), Verdict.NOT_ASSESSED),
        ('ID="anolis"\nVERSION_ID="8.8"\n', Verdict.PASS),
        ('ID="anolis"\nVERSION_ID="23"\n', Verdict.NOT_ASSESSED),
        ('ID="kylin"\nVERSION_ID="V10"\n', Verdict.NOT_ASSESSED),
        ('ID="uos"\nVERSION_ID="20"\n', Verdict.NOT_ASSESSED),
        ('ID="deepin"\nVERSION_ID="23"\n', Verdict.NOT_ASSESSED),
        ('ID=ubuntu\nVERSION_ID="24.04"\nVERSION="24.04.3 LTS (Noble Numbat)"\n', Verdict.PASS),
    ],
)
def test_support_of_domestic_distributions_is_told_by_service_pack(
    release: str, verdict: Verdict, tmp_path: Path
) -> None:
    found = of(tmp_path, "image-distribution-supported", files={"etc/os-release": release})

    assert found == {"linux/amd64": verdict}
