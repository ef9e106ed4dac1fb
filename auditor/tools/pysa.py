"""Runs pyrefly and pysa over a folder of Python with our own models; parses nothing.

Both programs are called directly (taint.md §2.1): their clients would read configuration of the tree, and pyrefly would
run the tree's own Python if it were let.
"""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from auditor import reasons
from auditor.errors import ToolError
from auditor.tools import process
from auditor.tools.wrapped import Wrapped

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path


_MEMORY_BYTES: Final = 24 * 1024**3
"""Address space; pysa maps 8 GiB and dies under 6 without a word (taint.md §2)."""
_REPORT_LIMIT_BYTES: Final = 1024**3
_HEAP_BYTES: Final = 1024**3
_HASH_TABLE_POWER: Final = 26
_SMALL_HASH_TABLE_POWER: Final = 22
_SMALL_BYTES: Final = 8_000_000
"""Of so little text the smaller table holds all (agentscope, 4.5 MB, fits into a sixteenth of it); the larger one takes
0.4 s and 250 MiB more."""
_OWN_REPORT_BYTES: Final = 64 * 1024**2
_REPORT_A_BYTE: Final = 10
"""What pyrefly reports: 46 MiB of the stubs that it brings, and six times the text of agentscope (measured)."""
_LEAST_WORKERS: Final = 4
"""Measured on agentscope: 16.8 s of CPU in one process, 21.9 s in two; of one file 1.9 against 5.9 s."""

SWITCHES: Final = ("skip-interpreter-query", "no-self-tito", "python-3.12", "verify-off")
"""What is fixed in the two configurations below; part of the cache key."""


@dataclass(frozen=True, slots=True)
class PysaOutput:
    """What a run left.

    Attributes:
        type_errors: Pyrefly's report: syntax errors, imports that were not found.
        metadata: What pysa says of its models.
        taint: Its issues and the models that it inferred, one JSON value a line.
        library: Pyrefly's stubs of Python's own modules, by their paths with ``/``.
    """

    type_errors: bytes
    metadata: bytes
    taint: bytes
    library: Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Pysa(Wrapped):
    """The pysa of this machine."""

    name = "pysa"

    def analyse(
        self,
        root: Path,
        modules: tuple[Path, ...],
        *,
        models: Callable[[], tuple[Path, ...]],
        stubs: Path,
        scratch: Path,
        jobs: int,
        timeout_s: float,
        on_beat: Callable[[float], None] | None = None,
        library: Path | None = None,
    ) -> PysaOutput:
        """Analyse every Python file below a folder.

        Args:
            root: Folder to analyse, a copy that holds nothing else.
            modules: Folders below it from which its modules are imported; the first that has one gives it.
            models: Gives folders with ``.pysa`` files and ``taint.config``; called in another thread while pyrefly
                runs, which needs none of them.
            stubs: Folder with stubs of packages.
            scratch: Empty folder for configuration and reports.
            jobs: Processes.
            timeout_s: Bound on each of the two runs.
            on_beat: Called about twice a second.
            library: Folder with stubs of Python's own modules; those that pyrefly brings where it is None.

        Raises:
            ToolMissing: It is not installed.
            ToolTimeout: It was stopped at the bound.
            ToolError: It gave no report.
        """
        program = self.program()
        name = f"{program.name} {program.version}"
        home = program.path.parent
        results, log = scratch / "results", scratch / "log"
        for folder in (results, log):
            folder.mkdir()
        configuration = scratch / "pyrefly.toml"
        configuration.write_text(_pyrefly_configuration(root, modules, stubs, library), encoding="utf-8")
        type_errors = scratch / "type_errors.json"
        arguments = scratch / "arguments.json"
        own = home.parent / "lib" / "pyre_check" / "taint" / "common"
        taint = results / "taint-output.json"
        size_bytes = _size_bytes(root)
        with process.quick_scratch_folder(_OWN_REPORT_BYTES + _REPORT_A_BYTE * size_bytes) as reports:
            report = reports / "pyrefly"
            words = [str(home / "pyrefly"), "check", "--config", str(configuration), "--report-pysa", str(report)]
            words += ["--output-format", "json", "-o", str(type_errors), "--progress-bar", "no", "-j", str(jobs)]
            with ThreadPoolExecutor(1) as pool:
                making = pool.submit(models)
                self._run(words, scratch, timeout_s, on_beat, name, good=frozenset({0, 1}), makes=type_errors)
            asked = _arguments(root, (*making.result(), own), report, results, log, jobs, size_bytes)
            arguments.write_text(json.dumps(asked), encoding="utf-8")
            words = [str(home / "pyre.bin"), "analyze", str(arguments)]
            self._run(words, scratch, timeout_s, on_beat, name, good=frozenset({0}), makes=taint)
            own_library = {} if library else _texts_below(report / "typeshed")
        metadata = results / "taint-metadata.json"
        return PysaOutput(type_errors.read_bytes(), metadata.read_bytes(), _bounded(taint, name), own_library)

    def _run(
        self,
        words: list[str],
        scratch: Path,
        timeout_s: float,
        on_beat: Callable[[float], None] | None,
        name: str,
        *,
        good: frozenset[int],
        makes: Path,
    ) -> None:
        done = process.run(
            words,
            environment=process.standard_environment(scratch, {}),
            folder=scratch,
            timeout_s=timeout_s,
            memory_limit_bytes=_MEMORY_BYTES,
            file_size_limit_bytes=_REPORT_LIMIT_BYTES,
            on_beat=on_beat,
            tool=name,
        )
        if done.exit_code not in good or not makes.is_file():
            raise ToolError(reasons.FAILED, done.complaint, name)


def _bounded(file: Path, name: str) -> bytes:
    if file.stat().st_size > _REPORT_LIMIT_BYTES:
        raise ToolError(reasons.FAILED, "its report is larger than 1 GiB", name)
    return file.read_bytes()


def _texts_below(folder: Path) -> dict[str, bytes]:
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*.pyi")}


def _pyrefly_configuration(root: Path, modules: tuple[Path, ...], stubs: Path, library: Path | None) -> str:
    """Return a configuration that leaves nothing to the tree (taint.md §5, traps 1 and 2)."""
    return "".join(
        f"{key} = {json.dumps(value)}\n"
        for key, value in (
            ("project-includes", [f"{root}/**/*.py"]),
            ("search-path", [*map(str, modules), str(stubs)]),
            ("site-package-path", []),
            ("skip-interpreter-query", True),
            ("python-version", "3.12"),
            ("python-platform", "linux"),
            ("use-ignore-files", False),
            ("disable-search-path-heuristics", True),
            ("disable-project-excludes-heuristics", True),
            ("project-excludes", []),
            *([("typeshed-path", str(library))] if library else []),
        )
    )


def _size_bytes(root: Path) -> int:
    return sum(file.stat().st_size for file in root.rglob("*.py") if file.is_file())


def _arguments(
    root: Path, models: tuple[Path, ...], report: Path, results: Path, log: Path, jobs: int, size_bytes: int
) -> dict[str, object]:
    return {
        "source_paths": {"kind": "simple", "paths": []},
        "search_paths": [],
        "excludes": [],
        "checked_directory_allowlist": [],
        "checked_directory_blocklist": [],
        "extensions": [],
        "log_path": str(log),
        "global_root": str(log.parent),
        "debug": False,
        "python_version": {"major": 3, "minor": 12, "micro": 0},
        "shared_memory": {
            "heap_size": _HEAP_BYTES,
            "hash_table_power": _SMALL_HASH_TABLE_POWER if size_bytes < _SMALL_BYTES else _HASH_TABLE_POWER,
        },
        # two workers cost a third more than they gain, and semgrep and bandit keep the other core busy
        "parallel": jobs >= _LEAST_WORKERS,
        "number_of_workers": jobs if jobs >= _LEAST_WORKERS else 1,
        "additional_logging_sections": [],
        "disable_model_shaping": False,
        "infer_self_tito": False,
        "infer_argument_tito": False,
        # models of packages that nobody imports cannot be verified; the metadata tell of all of them
        "no_verify": True,
        "verify_dsl": False,
        "verify_taint_config_only": False,
        "strict": False,
        "taint_model_paths": [str(model) for model in models],
        "repository_root": str(root),
        "save_results_to": str(results),
        "pyrefly_results": str(report),
        "check_invariants": False,
        "limit_entrypoints": False,
        "compact_ocaml_heap": False,
        "compute_coverage": False,
        "group_missing_module_errors": False,
    }
