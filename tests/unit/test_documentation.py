"""What the documents say is so: commands, options, targets, files, outputs, pins."""

from __future__ import annotations

import functools
import os
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import typer
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from auditor.cli import app
from auditor.config import load
from auditor.registry import all_frameworks
from auditor.report.render import FILES

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
READMES = ("README.md", "README.zh.md")
TOURS = ("docs/tour.md", "docs/tour.zh.md")
PAGES = sorted(
    path.relative_to(ROOT).as_posix()
    for path in (
        *ROOT.glob("*.md"),
        *(ROOT / "benchmarks").glob("*.md"),
        *(ROOT / "docs").glob("*.md"),
        *(ROOT / "docs" / "adr").glob("*.md"),
    )
)
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
IMAGE_LIMIT_BYTES = 300 * 1024
ELLIPSIS = "…"
STABLE = ("auditor explain ", "auditor --version")
"""Commands whose output depends on the sources only: it is compared with what the page shows."""


def text_of(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def blocks(page: str, kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```$", text_of(page), re.MULTILINE | re.DOTALL)


def typed(page: str) -> list[str]:
    """Return what a page shows after a prompt, without its comments."""
    lines = [line for block in blocks(page, "console") for line in block.splitlines()]
    return [re.sub(r"\s+# .*", "", line.removeprefix("$ ")) for line in lines if line.startswith("$ ")]


def commands(page: str) -> Iterator[str]:
    """Yield every command line of a page: after a prompt, or in a code span that begins with a program of ours."""
    yield from typed(page)
    prose = re.sub(r"^```.*?^```$", "", text_of(page), flags=re.MULTILINE | re.DOTALL)
    for span in re.findall(r"`([^`]+)`", prose):
        if re.match(r"(?:\.venv/bin/)?auditor [a-z-]|make [a-z]", span):
            yield span


def words(command: str) -> list[str]:
    """Split one command; what follows a comment, a pipe or another command is not ours."""
    lexer = shlex.shlex(command, posix=True, punctuation_chars="|&;<>")
    lexer.whitespace_split = True
    lexer.commenters = "#"
    found = []
    for word in lexer:
        if set(word) <= set("|&;<>"):
            break
        found.append(word)
    while found and re.match(r"[A-Z_]+=", found[0]):
        found.pop(0)
    return found


@functools.cache
def command_line() -> Any:  # noqa: ANN401 - typer brings its own classes
    return typer.main.get_command(app)


def unknown(argv: list[str]) -> list[str]:
    """Return the subcommands and options of an ``auditor`` command line that do not exist."""
    command, wrong = command_line(), []
    options = {name for param in command.params for name in (*param.opts, *param.secondary_opts)} | {"--help"}
    for word in argv:
        name = word.partition("=")[0]
        if name.startswith("-") and name != "-":
            wrong += [name] if name not in options else []
        elif hasattr(command, "commands"):
            if word not in command.commands:
                return [*wrong, word]
            command = command.commands[word]
            options |= {name for param in command.params for name in (*param.opts, *param.secondary_opts)}
    return wrong


def targets() -> set[str]:
    makefile = text_of("Makefile")
    return set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))


@pytest.mark.parametrize("page", PAGES)
def test_every_auditor_command_on_the_page_exists(page: str) -> None:
    said = [command for command in commands(page) if words(command)[:1] in (["auditor"], [".venv/bin/auditor"])]

    assert [(command, wrong) for command in said if (wrong := unknown(words(command)[1:]))] == []


@pytest.mark.parametrize("page", PAGES)
def test_every_make_target_on_the_page_exists(page: str) -> None:
    said = [command for command in commands(page) if words(command)[:1] == ["make"]]

    missing = [
        (command, word)
        for command in said
        for word in words(command)[1:]
        if "=" not in word and word != ELLIPSIS and word not in targets()
    ]
    assert missing == []


@pytest.mark.parametrize("page", READMES)
def test_readme_lists_the_commands_of_the_program_and_no_others(page: str) -> None:
    listed = set(re.findall(r"^\| `auditor ([a-z]+)", text_of(page), re.MULTILINE))

    assert listed == set(command_line().commands)


@pytest.mark.parametrize("page", READMES)
def test_readme_names_every_exit_code(page: str) -> None:
    listed = re.findall(r"^\| ([0-4]) \|", text_of(page), re.MULTILINE)

    assert listed == ["0", "1", "2", "3", "4"]


def outputs(page: str) -> Iterator[tuple[str, list[str]]]:
    """Yield each command with a stable output, and the lines that the page shows of it."""
    for block in blocks(page, "console"):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _newline, shown = part.partition("\n")
            if command.startswith(STABLE) and shown.strip():
                yield command, [line.strip() for line in shown.splitlines() if line.strip()]


def shown_outputs() -> list[Any]:
    return [pytest.param(c, s, id=f"{page}:{c}") for page in (*READMES, *TOURS) for c, s in outputs(page)]


@pytest.mark.parametrize(("command", "shown"), shown_outputs())
def test_output_on_the_page_is_what_the_command_prints(command: str, shown: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "auditor", *words(command)[1:]],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "COLUMNS": "100", "NO_COLOR": "1", "LANG": "C.UTF-8"},
        timeout=60,
    )
    printed = iter([line.strip() for line in done.stdout.splitlines()])

    # each line comes after the one before; a line that ends in an ellipsis is shown in part
    missing = [
        line
        for line in shown
        if line != ELLIPSIS
        and not any(
            found.startswith(line.removesuffix(ELLIPSIS).rstrip()) if line.endswith(ELLIPSIS) else found == line
            for found in printed
        )
    ]
    assert missing == [], done.stdout + done.stderr


@pytest.mark.parametrize("page", READMES)
def test_configuration_on_the_page_is_valid(page: str, tmp_path: Path) -> None:
    (example,) = blocks(page, "yaml")
    place = tmp_path / "auditor.yaml"
    place.write_text(example, encoding="utf-8")

    assert load(place).document.system.name


@pytest.mark.parametrize("pages", [READMES, TOURS], ids=["README", "tour"])
def test_both_languages_show_the_same_commands(pages: tuple[str, str]) -> None:
    one, other = ([command.replace(" --lang zh", "") for command in typed(page)] for page in pages)

    assert one == other


@pytest.mark.parametrize("page", READMES)
def test_readme_is_read_in_one_sitting_and_shows_a_report_first(page: str) -> None:
    lines = text_of(page).splitlines()

    assert len(lines) <= 250
    assert any("docs/images/report.png" in line for line in lines[:15])


@pytest.mark.parametrize("page", READMES)
def test_snippets_for_ci_are_yaml_and_call_what_there_is(page: str) -> None:
    snippets = [yaml.safe_load(block) for block in blocks(page, "yml")]
    (github,) = [each["jobs"]["audit"]["steps"] for each in snippets if "jobs" in each]
    (gitlab,) = [each["audit"] for each in snippets if "audit" in each]

    lines = [step["run"] for step in github if "run" in step] + gitlab["script"]
    ours = [part.strip() for line in lines for part in line.split("&&") if part.strip().startswith("auditor ")]
    assert len(ours) == 4
    assert [(command, wrong) for command in ours if (wrong := unknown(words(command)[1:]))] == []
    assert gitlab["artifacts"]["reports"]["codequality"].endswith(FILES["gitlab"])
    assert github[-1]["with"]["sarif_file"].endswith(FILES["sarif"])


@pytest.mark.parametrize("page", READMES)
def test_numbers_of_controls_are_those_of_the_frameworks(page: str) -> None:
    told = {
        int(number) for number in re.findall(r"^\| [^|]+ \| (\d+) \| [^|]+ \| [^|]+ \|$", text_of(page), re.MULTILINE)
    }

    assert told == {len(framework.controls) for framework in all_frameworks()}


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_to_files(page: str) -> None:
    links = re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)(?:#[^)]*)?\)", text_of(page))

    assert [link for link in links if not (ROOT / page).parent.joinpath(link).exists()] == []


def test_images_are_small() -> None:
    images = sorted((ROOT / "docs" / "images").glob("*"))

    assert images
    assert [image.name for image in images if image.stat().st_size > IMAGE_LIMIT_BYTES] == []


def test_every_decision_record_is_listed_and_complete() -> None:
    records = [path for path in (ROOT / "docs" / "adr").glob("*.md") if path.name != "README.md"]
    index = text_of("docs/adr/README.md")

    for record in records:
        titles = re.findall(r"^## (.+)$", record.read_text(encoding="utf-8"), re.MULTILINE)
        assert titles == ["Context", "Decision", "Consequences"], record.name
        assert record.name in index


def test_every_program_that_tests_look_for_stands_in_the_list_of_system_packages() -> None:
    listed = {
        Path(line.split()[1]).name for line in text_of("tests/system-packages.txt").splitlines() if line[:1] != "#"
    }
    wanted = {
        name
        for path in (ROOT / "tests").rglob("*.py")
        for name in re.findall(r"""which\(["']([\w.-]+)["']\)""", path.read_text(encoding="utf-8"))
    }

    assert wanted <= listed | {"go", "make"}  # those two are what a fresh machine has (README)


def pins(name: str) -> dict[str, str]:
    return dict(re.findall(r"^([\w.-]+)==([^\s;\\]+)", text_of(f"requirements/{name}.txt"), re.MULTILINE))


def unmet(asked: list[str], pinned: dict[str, str]) -> list[str]:
    """Return the requirements that a lock does not meet."""
    wanted = [Requirement(text) for text in asked]
    pinned = {canonicalize_name(name): version for name, version in pinned.items()}
    return [str(each) for each in wanted if not each.specifier.contains(pinned.get(canonicalize_name(each.name), "0"))]


@pytest.mark.parametrize("lock", ["run", "dev", "build"])
def test_lock_holds_what_the_project_asks_for_by_hash(lock: str) -> None:
    project = tomllib.loads(text_of("pyproject.toml"))
    asked = project["project"]["dependencies"] if lock == "run" else project["dependency-groups"][lock]
    entries = re.split(r"^(?=[\w.-]+==)", text_of(f"requirements/{lock}.txt"), flags=re.MULTILINE)[1:]

    assert unmet(asked, pins(lock)) == [], "make lock writes the lock files anew"
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []


def test_locks_agree_with_each_other() -> None:
    everything = pins("dev")

    for lock in ("run", "build"):
        assert {name: version for name, version in pins(lock).items() if everything.get(name) != version} == {}


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_workflow_is_pinned_and_has_no_rights(workflow: Path) -> None:
    text = workflow.read_text(encoding="utf-8")
    content = yaml.safe_load(text)

    assert content["permissions"] == {}
    assert all(re.search(r"@[0-9a-f]{40} # v\d", line) for line in re.findall(r"uses: .*", text))
    checkouts = [
        step for job in content["jobs"].values() for step in job["steps"] if "checkout@" in step.get("uses", "")
    ]
    assert all(step["with"]["persist-credentials"] is False for step in checkouts)


def test_ci_runs_what_the_readme_tells_a_developer_to_run() -> None:
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
    assert "make check" in text_of(".ci/run")
    assert all("make check" in list(commands(page)) for page in READMES)


def test_help_of_make_tells_every_public_target() -> None:
    done = subprocess.run(["/usr/bin/env", "make", "help"], cwd=ROOT, capture_output=True, text=True, check=True)
    listed = {line.split()[0] for line in done.stdout.splitlines()}

    assert {"setup", "tools", "demo", "test", "check", "bench", "format", "clean", "help"} <= listed <= targets()


def test_every_test_that_holds_an_attack_is_there() -> None:
    """``docs/under-attack.md`` names tests as ``path::name``; behind ``::`` alone, the file is that before."""
    text = (ROOT / "docs" / "under-attack.md").read_text(encoding="utf-8")
    place, count = "", 0
    for path, name in re.findall(r"`(tests/[\w/]+\.py)?::(test_\w+)`", text):
        place = path or place
        count += 1
        assert f"def {name}(" in (ROOT / place).read_text(encoding="utf-8"), f"{place}::{name}"
    assert count > 50
    assert [f"| {number}." in text for number in range(1, 21)] == [True] * 20
