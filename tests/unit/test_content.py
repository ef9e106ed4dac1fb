"""Where our own files lie, and what they are."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from auditor import content
from auditor.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = tmp_path / "site-packages" / "auditor"
    folder.mkdir(parents=True)
    monkeypatch.setattr(content, "_PACKAGE", folder)
    content.content_root.cache_clear()
    yield folder
    content.content_root.cache_clear()


def test_a_checkout_reads_its_own_files(package: Path) -> None:
    (package.parent / "rulesets").mkdir()
    (package.parent / "pyproject.toml").touch()

    assert content.rulesets() == package.parent / "rulesets"
    assert content.policies() == package.parent / "policies"


def test_rulesets_of_another_distribution_are_never_taken_for_ours(package: Path) -> None:
    (package.parent / "rulesets").mkdir()

    with pytest.raises(ConfigError, match="no rulesets"):
        content.content_root()

    (package / "_content" / "rulesets").mkdir(parents=True)
    assert content.rulesets() == package / "_content" / "rulesets"


@pytest.mark.parametrize(
    ("top", "name", "is_shipped"),
    [
        ("policies", "a.rego", True),
        ("policies", "a_test.rego", False),
        ("policies", "index.json", True),
        ("rulesets", "md5.yaml", True),
        ("rulesets", "md5.py", False),
        ("rulesets", "md5.ts", False),
        ("rulesets", "md5.test.yaml", False),
        ("rulesets", "checks.json", True),
    ],
)
def test_tests_and_planted_faults_are_not_shipped(top: str, name: str, is_shipped: bool) -> None:  # noqa: FBT001
    assert content.is_shipped(top, name) is is_shipped


def test_the_digest_of_the_rules_covers_checks_in_python() -> None:
    before = content.rules_digest()
    place = Path(content.__file__).parent / "stages" / "code" / "checks.py"
    copy = place.with_name("_of_a_test.py")
    try:
        copy.write_text("X = 1\n")
        assert content.rules_digest() != before
    finally:
        copy.unlink()
    assert content.rules_digest() == before


def test_installation_without_rules_is_an_error(package: Path) -> None:
    with pytest.raises(ConfigError, match=f"no rulesets beside {package}"):
        content.content_root()


def test_cache_lies_where_the_user_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AUDITOR_CACHE", raising=False)
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert content.cache_folder() == tmp_path / ".cache" / "auditor"

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert content.cache_folder() == tmp_path / "xdg" / "auditor"

    monkeypatch.setenv("AUDITOR_CACHE", str(tmp_path / "own"))
    assert content.cache_folder() == tmp_path / "own"


def test_digest_changes_with_names_and_bytes_and_not_with_order(tmp_path: Path) -> None:
    for name, text in (("a", "1"), ("b", "2"), ("c", "1")):
        (tmp_path / name).write_text(text)
    a, b, c = (tmp_path / name for name in "abc")

    assert content.digest_of_files(tmp_path, [a, b]) == content.digest_of_files(tmp_path, [b, a])
    assert content.digest_of_files(tmp_path, [a]) != content.digest_of_files(tmp_path, [c])
    assert content.digest_of_files(tmp_path, []) != content.digest_of_files(tmp_path, [a])


def test_rules_have_a_digest_of_their_own() -> None:
    assert content.rules_digest().startswith("sha256:")
