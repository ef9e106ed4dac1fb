"""The command line as a user meets it: quick, bilingual, and clear when something is wrong."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

import auditor as package
from auditor import plan
from auditor.cli import _commands, app, built
from auditor.cli.words import known_runs, known_targets
from auditor.stages import STAGE_NAMES
from auditor.tools.programs import Programs

ROOT = Path(package.__file__).parents[1]
HEAVY = {"pydantic", "yaml", "kubernetes", "opa_client", "jinja2", "rich.live", "zstandard", "sqlite3", "asyncio"}


def auditor(*words: str, folder: Path | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "auditor", *words],
        cwd=folder,
        env={**os.environ, "NO_COLOR": "1", "COLUMNS": "200", "LANG": "C.UTF-8", "LC_ALL": "", **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def imported(*words: str) -> set[str]:
    code = (
        "import sys, runpy, contextlib\n"
        f"sys.argv = ['auditor', *{list(words)!r}]\n"
        "with contextlib.suppress(SystemExit):\n"
        "    from auditor.cli import main\n"
        "    main()\n"
        "print('\\n'.join(sys.modules), file=sys.stderr)\n"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    return set(told.stderr.split())


@pytest.mark.parametrize("words", [["--help"], ["run", "--help"], ["checks"], ["--version"]])
def test_nothing_heavy_is_imported_before_a_stage_needs_it(words: list[str]) -> None:
    auditor("checks")  # fills the cache of parsed rules, as any first start does

    assert imported(*words).isdisjoint(HEAVY)


def test_a_command_that_is_built_alone_is_the_one_of_the_whole() -> None:
    for name in typer.main.get_command(app).commands:  # type: ignore[attr-defined]  # a group, as typer makes it
        alone = built([name, "--help"])
        told = [CliRunner().invoke(each, [name, "--help"], prog_name="auditor").output for each in (app, alone)]
        assert len(alone.registered_commands) + len(alone.registered_groups) == 1
        assert told[0] == told[1]
        assert f"Usage: auditor {name}" in told[0]


@pytest.mark.parametrize("words", [[], ["--help"], ["--lang", "zh", "checks"], ["chekcs"], ["check"]])
def test_without_the_name_of_a_command_in_front_all_are_there(words: list[str]) -> None:
    assert [*typer.main.get_command(built(words)).commands] == [*typer.main.get_command(app).commands]  # type: ignore[attr-defined]


@pytest.mark.parametrize("words", [[], ["-h"], ["--help"]])
def test_the_page_of_the_whole_is_the_same_without_the_options_of_commands(words: list[str]) -> None:
    told = [CliRunner().invoke(each, words, prog_name="auditor") for each in (app, built(words))]

    assert told[0].output == told[1].output
    assert told[0].exit_code == told[1].exit_code
    assert not any(each.params for each in typer.main.get_command(built(words)).commands.values())  # type: ignore[attr-defined]


def test_every_command_is_loaded_by_its_word() -> None:
    known = [word for _precedence, _reference, words in sorted(_commands()) for word in words]

    assert set(typer.main.get_command(app).commands) == set(known)  # type: ignore[attr-defined]


def test_a_command_loads_none_of_the_others() -> None:
    others = {"auditor.cli.running", "auditor.cli.evidence", "auditor.stages.custody.commands"}

    assert imported("checks").isdisjoint(others)
    assert "auditor.stages.custody.commands" in imported("custody", "--help")


def test_frameworks_import_no_more_than_the_reader_of_their_files() -> None:
    assert imported("frameworks") & HEAVY <= {"yaml"}


def test_help_names_every_command_in_both_languages() -> None:
    english, chinese = auditor("--help").stdout, auditor("--help", "--lang", "zh").stdout

    for command in ("init", "run", "checks", "frameworks", "explain", "tools", "schema", "demo", "report"):
        assert f"  {command} " in english
        assert f"  {command} " in chinese
    assert "Silence is never a pass" in english
    assert "沉默不等于通过" in chinese


def test_the_locale_chooses_the_language_and_a_switch_wins() -> None:
    assert "沉默" in auditor("--help", LANG="zh_CN.UTF-8").stdout
    assert "Silence" in auditor("--lang", "en", "--help", LANG="zh_CN.UTF-8").stdout


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["run", "--files"], "--files names no file"),
        (["run", "code=src", "--fail-on", "hgih"], "hgih"),
        (["run", "code=src", "--only", "cod"], "did you mean 'code'"),
        (["run", "code=src", "--framework", "cis-kubernets"], "did you mean 'cis-kubernetes'"),
        (["run", "cdoe=src"], "cdoe=src"),
        (["run", "no/such/folder"], "no such folder"),
        (["run", "code=src", "--format", "sraif"], "sarif"),
        (["run", "code=src", "--output", "-"], "--format"),
        (["run", "code=a", "code=a"], "given twice"),
        (["run", "code=src", "--lang", "fr"], "fr"),
        (["run", "--config", "nowhere.yaml"], "nowhere.yaml"),
        (["report", "no-such-run"], "no-such-run"),
        (["explain", "agent-model-output-not-excuted"], "agent-model-output-not-executed"),
        (["schema", "recrod"], "record, config, inventory, measures"),
        (["tools", "install", "semgrpe"], "semgrep"),
        (["init", "nowhere"], "nowhere"),
    ],
)
def test_a_wrong_word_is_named_with_what_was_expected(words: list[str], expected: str, tmp_path: Path) -> None:
    done = auditor(*words, folder=tmp_path)

    assert done.returncode == 2, done.stderr
    assert expected in done.stderr
    assert "Traceback" not in done.stderr
    assert not done.stdout


def test_a_folder_with_something_in_it_is_no_output(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("precious")

    done = auditor("run", "code=src", "--output", "out", folder=tmp_path)

    assert done.returncode == 2
    assert "not empty" in done.stderr
    assert (tmp_path / "out" / "mine.txt").read_text() == "precious"


def test_checks_are_listed_as_data() -> None:
    rows = json.loads(auditor("checks", "--json", "--stage", "code").stdout)

    assert {"1", "60"} <= {alias for row in rows for alias in row["aliases"]}
    assert all(row["title"]["en"] and row["title"]["zh"] for row in rows)


def test_a_check_is_explained_in_both_languages() -> None:
    english = auditor("explain", "agent-model-output-not-executed").stdout
    chinese = auditor("explain", "agent-model-output-not-executed", "--lang", "zh").stdout

    assert "CWE-94" in english
    assert "How to fix" in english
    assert "整改方法" in chinese


def test_a_control_is_explained_by_its_checks() -> None:
    assert "agent-model-output-not-executed" in auditor("explain", "gbt22239-2019-l3:8.1.4.4.d").stdout


@pytest.mark.parametrize("name", ["record", "config"])
def test_published_schemas_are_json_schemas(name: str) -> None:
    schema = json.loads(auditor("schema", name).stdout)

    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_init_writes_what_run_reads(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "app.py").write_text("x = 1\n")

    first = auditor("init", folder=tmp_path)
    second = auditor("init", folder=tmp_path)

    assert first.returncode == 0
    assert "code" in (tmp_path / "auditor.yaml").read_text()
    assert second.returncode == 2
    assert "--force" in second.stderr


def test_completion_is_offered() -> None:
    assert "--install-completion" in auditor("--help").stdout


def test_a_closed_stdout_is_no_error(tmp_path: Path) -> None:
    reading = subprocess.run(
        ["/bin/sh", "-c", f"{sys.executable} -m auditor checks | head -n 1; exit 0"],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        timeout=60,
    )

    assert "Traceback" not in reading.stderr
    assert "BrokenPipe" not in reading.stderr


@pytest.mark.parametrize("name", ["md5", "CWE-328", "使用了已被攻破的 MD5"])
def test_a_word_a_weakness_or_a_title_leads_to_its_checks(name: str) -> None:
    assert "crypto-md5-not-used" in auditor("explain", name).stdout


@pytest.mark.parametrize("name", ["5.2.2", "CIS-5.2.2", "CIS Kubernetes 5.2.2", "cis-kubernetes:5.2.2"])
def test_a_control_is_found_by_any_of_its_names(name: str) -> None:
    done = auditor("explain", name)

    assert done.stdout.startswith("CIS Kubernetes 5.2.2\n")
    assert "k8s-pod-privileged-absent" in done.stdout


def test_checks_have_a_head_a_count_and_filters() -> None:
    done = auditor(
        "checks", "--stage", "policy", "--severity", "critical", "--framework", "cis-kubernetes", "--text", "pri"
    )

    head, *rows = done.stdout.splitlines()
    assert head.split() == ["check", "severity", "requirement"]
    assert [row.split()[:2] for row in rows] == [["k8s-pod-privileged-absent", "critical"]]
    assert done.stderr.startswith("1 of ")
    wrong = auditor("checks", "--stage", "nope")
    assert (wrong.returncode, "known: code" in wrong.stderr, wrong.stdout) == (2, True, "")


def test_a_configuration_is_found_above_up_to_the_root_of_the_repository(tmp_path: Path) -> None:
    repository = tmp_path / "repository"
    inner = repository / "a" / "b"
    inner.mkdir(parents=True)
    (tmp_path / "auditor.yaml").write_text("system: {name: outside}\ntargets: {code: [.]}\n", encoding="utf-8")
    assert plan_found(inner) == "None"

    (repository / ".git").mkdir()
    (repository / "auditor.yaml").write_text("system: {name: inside}\ntargets: {code: [.]}\n", encoding="utf-8")
    assert plan_found(inner) == "../../auditor.yaml"
    assert plan_found(repository) == "auditor.yaml"
    assert plan_found(tmp_path) == "auditor.yaml"


def plan_found(folder: Path) -> str:
    code = "from auditor.systems import found_config; print(found_config())"
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.mark.parametrize("folder", ["policies", "policies/kubernetes", "policies/lib"])
def test_policies_test_says_what_the_built_in_folder_is(folder: str) -> None:
    done = auditor("policies", "test", str(ROOT / folder))

    assert done.returncode == 2
    assert "holds the policies that auditor brings" in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("words", [["tools", "doctor"], ["tools", "list"]])
def test_a_table_that_goes_into_a_file_is_not_broken_into_narrow_columns(words: list[str]) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "COLUMNS"}
    done = subprocess.run(
        [sys.executable, "-m", "auditor", *words],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )

    semgrep = next(line for line in done.stdout.splitlines() if line.startswith("semgrep"))
    assert "dangerous code, secrets and weak cryptography in source files" in semgrep


def test_only_kinds_and_programs_that_a_stage_uses_are_offered() -> None:
    kinds = {kind for stage in plan.STAGES for kind in stage.part_kinds}
    offered = {each.partition("=")[0] for each in known_targets("") if "=" in each}
    pins = Programs.here().pins

    assert offered <= kinds
    assert set(pins.by_name) == set(pins.of_stages(STAGE_NAMES))


def test_runs_are_completed_newest_first_and_the_link_to_the_newest_is_no_run_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("20261101T000000Z-a", "20261102T000000Z-b", "20261103T000000Z-half"):
        (tmp_path / ".auditor" / "runs" / name).mkdir(parents=True)
        if not name.endswith("half"):
            (tmp_path / ".auditor" / "runs" / name / "record.json").touch()
    (tmp_path / ".auditor" / "runs" / "latest").symlink_to("20261102T000000Z-b")

    assert known_runs("") == ["latest", "20261102T000000Z-b", "20261101T000000Z-a"]
    assert known_runs("l") == ["latest"]
