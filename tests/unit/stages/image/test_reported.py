"""Kinds of wrong answers that people reported of other tools: spellings, layers, hard links, steps and settings."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import pytest

from auditor.model.finding import Verdict
from tests.unit.stages.image.layouts import GOOD_FILES, PASSWD, Entry, Layout, link, tar
from tests.unit.stages.image.test_checks import PRIVATE_KEY, observed, of, verdicts

if TYPE_CHECKING:
    from pathlib import Path

SETUID = ("x", 0o4755)
CHECK_SETUID = "image-setuid-listed"


def hard(target: str) -> Entry:
    return Entry(kind=b"1", link=target, mode=0o4755)


def layered(folder: Path, *layers: Any) -> dict[str, Verdict]:  # noqa: ANN401 - short forms of members
    made = Layout(folder)
    made.image(tar(GOOD_FILES), *(tar(layer) for layer in layers))
    return verdicts(observed(f"oci:{made.close()}")[0], CHECK_SETUID)


@pytest.mark.parametrize(
    ("layers", "failing"),
    [
        ([{"opt/x/tool": SETUID}, {"opt/.wh..wh..opq": "", "opt/y": "n"}], set()),
        ([{"opt/x/tool": SETUID}, [("opt/new", SETUID), ("opt/.wh..wh..opq", "")]], {"opt/new"}),
        ([{"/opt/tool": SETUID}, {"./opt/.wh.tool": ""}], set()),
        ([{"opt/app/tool": SETUID}, {"opt/app": link("/srv")}], set()),
        ([{"opt/tool": SETUID}, [("opt/tool", ("y", 0o755)), ("opt/.wh.tool", "")]], set()),
        ([{"opt/a/b/tool": SETUID}, [("opt/.wh.a", ""), ("opt/a/c", SETUID)]], {"opt/a/c"}),
        ([{"opt/tool": SETUID}, {"opt/tool": ("x", 0o755)}], set()),
        ([[("usr/local/bin/a", SETUID), ("usr/local/bin/b", hard("usr/local/bin/a"))]],
         {"usr/local/bin/a", "usr/local/bin/b"}),
        ([[("./usr/local/bin/a", SETUID), ("./usr/local/bin/b", hard("./usr/local/bin/a"))],
          {"usr/local/bin/.wh.a": ""}], {"usr/local/bin/b"}),
        ([{"usr/local/bin/a": SETUID}, {"usr/local/bin/b": hard("usr/local/bin/a")}],
         {"usr/local/bin/a", "usr/local/bin/b"}),
    ],
)  # fmt: skip
def test_final_state_is_what_a_container_sees(layers: list[Any], failing: set[str], tmp_path: Path) -> None:
    found = layered(tmp_path / "image", *layers)
    assert {subject for subject, verdict in found.items() if verdict is Verdict.FAIL} == failing


@pytest.mark.parametrize(
    ("user", "passwd", "is_root"),
    [
        ("1000", PASSWD + "1000:x:0:0::/:/sbin/nologin\n", True),
        ("1000", PASSWD + "1000:x:5:5::/:/sbin/nologin\n", False),
        ("toor", PASSWD + "toor:x:00:0::/:/sbin/nologin\n", True),
        ("4294967296", PASSWD, True),
        ("-1", PASSWD, True),
        ("2147483647", PASSWD, False),
        ("${UID}", PASSWD, True),
    ],
)
def test_user_is_read_as_runtimes_read_it(user: str, passwd: str, *, is_root: bool, tmp_path: Path) -> None:
    found = of(tmp_path, "image-user-not-root", config={"User": user}, files={"etc/passwd": passwd})
    assert found == {"linux/amd64": Verdict.FAIL if is_root else Verdict.PASS}


def test_accounts_behind_a_link_are_read(tmp_path: Path) -> None:
    files = {"etc/passwd": link("../usr/etc/passwd"), "usr/etc/passwd": PASSWD}
    assert of(tmp_path, "image-user-not-root", config={"User": "app"}, files=files) == {"linux/amd64": Verdict.PASS}


@pytest.mark.parametrize(
    ("test", "is_good"),
    [
        (["NONE"], False),
        (["CMD"], False),
        (["CMD-SHELL", ""], False),
        ([], False),
        (["CMD-SHELL", "curl -f http://localhost/"], True),
        (["CMD", "/srv/app/start", "--check"], True),
    ],
)
def test_health_check_that_runs_nothing_is_none(test: list[str], *, is_good: bool, tmp_path: Path) -> None:
    found = of(tmp_path, "image-healthcheck-set", config={"Healthcheck": {"Test": test}})
    assert found == {"linux/amd64": Verdict.PASS if is_good else Verdict.FAIL}


@pytest.mark.parametrize(
    ("entrypoint", "is_good"),
    [
        (["/bin/bash", "-l", "-c", "exec app"], False),
        (["/bin/bash", "-o", "pipefail", "-c", "a | b"], False),
        (["/bin/bash", "-ec", "a"], False),
        (["/sbin/tini", "--", "/bin/sh", "-c", "exec app"], False),
        (["/usr/bin/env", "sh", "-c", "x"], False),
        (["busybox", "sh", "-c", "x"], False),
        (["/bin/bash", "--rcfile", "/x", "/entry.sh"], True),
        (["/bin/sh", "/entry.sh", "-c", "conf.yml"], True),
        (["/sbin/tini", "--", "/srv/app/start"], True),
        (["/srv/app/start", "-c", "conf.yml"], True),
    ],
)
def test_line_for_a_shell_is_told_from_a_script(entrypoint: list[str], *, is_good: bool, tmp_path: Path) -> None:
    found = of(tmp_path, "image-entrypoint-exec-form", config={"Entrypoint": entrypoint})
    assert found == {"linux/amd64": Verdict.PASS if is_good else Verdict.FAIL}


FILE = "file:" + "0123456789abcdef" * 4


@pytest.mark.parametrize(
    ("lines", "is_good"),
    [
        (["LABEL maintainer=x", "ENV A=b", "ADD fedora-40-x86_64.tar.xz / # buildkit"], True),
        (
            ["/bin/sh -c #(nop)  ARG RELEASE", "/bin/sh -c #(nop)  LABEL a=b", f"/bin/sh -c #(nop) ADD {FILE} in / "],
            True,
        ),
        (["COPY a / # buildkit", f"/bin/sh -c #(nop) ADD {FILE} in / "], False),
        (["LABEL a=b", "COPY a / # buildkit", "ADD app.tar.gz /srv # buildkit"], False),
        (["COPY a / # buildkit", "add https://example.invalid/x.tgz /opt/"], False),
    ],
)
def test_root_file_system_of_the_base_may_be_one_archive(lines: list[str], *, is_good: bool, tmp_path: Path) -> None:
    found = of(tmp_path, "image-add-not-used", history=[{"created_by": line} for line in lines])
    assert found == {"linux/amd64": Verdict.PASS if is_good else Verdict.FAIL}


@pytest.mark.parametrize(
    ("line", "is_good"),
    [
        ("RUN /bin/sh -c apt-get -o Acquire::Retries=3 update # buildkit", False),
        ("RUN /bin/sh -c apt-get -o Acquire::Retries=3 update && apt-get -o A::B=c install -y x # buildkit", True),
        ("RUN /bin/sh -c dnf --setopt x=y makecache # buildkit", False),
        ("RUN /bin/sh -c echo 'run apt-get update yourself' # buildkit", True),
        ("RUN /bin/sh -c set -e\napt-get update\napt-get install -y curl\n # buildkit", True),
    ],
)
def test_update_without_install_is_told_by_what_runs(line: str, *, is_good: bool, tmp_path: Path) -> None:
    found = of(tmp_path, "image-update-with-install", history=[{"created_by": "COPY a /"}, {"created_by": line}])
    assert found == {"linux/amd64": Verdict.PASS if is_good else Verdict.FAIL}


def test_random_value_under_the_name_of_a_secret_is_found(tmp_path: Path) -> None:
    value = "kq/3Fh7aX9+LmQwP2sVbTz0" + "RyUeJc4NdGi8oKl1B"
    found, _facts = observed(f"oci:{_with(tmp_path, f'AWS_SECRET_ACCESS_KEY={value}')}")
    assert verdicts(found, "image-config-secret-absent") == {"Env AWS_SECRET_ACCESS_KEY": Verdict.FAIL}
    assert value not in repr(found)


def _with(folder: Path, setting: str) -> Path:
    made = Layout(folder)
    made.image(tar(GOOD_FILES), config={"User": "1:1", "Env": ["PATH=/bin", setting]})
    return made.close()


@pytest.mark.parametrize("form", ["data:\n  tls.key: {}\n", 'KEY="{}"\n', "{}"])
def test_private_key_in_base64_is_a_private_key(form: str, tmp_path: Path) -> None:
    packed = base64.b64encode(PRIVATE_KEY.encode()).decode()
    assert of(tmp_path, "image-files-secret-absent", files={"srv/secret.yaml": form.format(packed)}) == {
        "srv/secret.yaml": Verdict.FAIL
    }


def test_certificate_in_base64_is_no_key(tmp_path: Path) -> None:
    packed = base64.b64encode(
        b"-----BEGIN CERTIFICATE-----\n" + b"MIIB" * 40 + b"\n-----END CERTIFICATE-----\n"
    ).decode()
    found = of(tmp_path, "image-files-secret-absent", files={"srv/ca.yaml": f"ca.crt: {packed}\n"})
    assert set(found.values()) == {Verdict.NOTHING_FOUND}


@pytest.mark.parametrize("layers", [5, "x", {"a": 1}])
def test_manifest_whose_layers_are_no_list_is_refused(layers: object, tmp_path: Path) -> None:
    made = Layout(tmp_path)
    config = made.document({"os": "linux"}, "application/vnd.oci.image.config.v1+json")
    made.manifest({"schemaVersion": 2, "config": config, "layers": layers})
    found, facts = observed(f"oci:{made.close()}")
    assert {gap.reason for gap in facts.gaps} == {"malformed"}
    assert not any(each.verdict is Verdict.PASS for each in found)
