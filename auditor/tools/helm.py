"""Renders Helm charts: no network, no cluster, no plug-ins, and none of the user's own settings."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from auditor import reasons
from auditor.errors import ToolError, ToolPartial
from auditor.masking import mask_text
from auditor.tools import process

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from auditor.model.record import ToolUse
    from auditor.tools.programs import Program

TIMEOUT_S: Final = 60.0
OUTPUT_LIMIT_BYTES: Final = 128 * process.MIB
# Go reserves address space freely; a chart that needs more than this is a bomb.
MEMORY_LIMIT_BYTES: Final = 6 * process.GIB
_NO_YAML: Final = b"YAML parse error on "
_REFUSED: Final = reasons.CHART_DOES_NOT_RENDER


@dataclass(frozen=True, slots=True)
class Helm:
    """The program helm.

    Attributes:
        find: Returns the verified program; raises `ToolError` or `IntegrityError` where it cannot be had.
        timeout_s: Time limit of one chart.
    """

    find: Callable[[], Program]
    timeout_s: float = TIMEOUT_S

    def render(
        self,
        chart: Path,
        *,
        release: str,
        namespace: str,
        values: Sequence[Path] = (),
        kube_version: str = "",
        api_versions: Sequence[str] = (),
    ) -> tuple[bytes, ToolUse]:
        """Return the objects of a chart as YAML with ``# Source:`` comments, and the program that took part.

        Args:
            chart: Its folder, or the packed chart.
            release: Name of the release.
            namespace: Namespace of the release.
            values: Files of values, later ones win.
            kube_version: Version of Kubernetes that templates see; helm's own default if empty.
            api_versions: API versions that templates see beside helm's defaults.

        Raises:
            ToolPartial: It renders to something that is no YAML.
            ToolError: helm is missing, the chart does not render, or it runs into a limit.
        """
        program = self.find()
        tool = f"{program.name} {program.version}"
        arguments = ["--namespace", namespace, "--include-crds"]
        arguments += [f"--values={path.absolute()}" for path in values]
        arguments += [f"--api-versions={version}" for version in api_versions]
        arguments += [f"--kube-version={kube_version}"] if kube_version else []
        with process.scratch_folder() as scratch:

            def run(*more: str) -> process.Completed:
                return process.run(
                    [str(program.path), "template", *more, *arguments, "--", release, str(chart.absolute())],
                    environment=process.standard_environment(
                        scratch,
                        {
                            "HELM_CACHE_HOME": str(scratch / "cache"),
                            "HELM_CONFIG_HOME": str(scratch / "config"),
                            "HELM_DATA_HOME": str(scratch / "data"),
                            "HELM_PLUGINS": str(scratch / "plugins"),
                            "HELM_MAX_HISTORY": "0",
                            "GOMEMLIMIT": "2GiB",
                        },
                    ),
                    folder=scratch,
                    timeout_s=self.timeout_s,
                    output_limit_bytes=OUTPUT_LIMIT_BYTES,
                    memory_limit_bytes=MEMORY_LIMIT_BYTES,
                    tool=tool,
                )

            done = run()
            if done.exit_code and _NO_YAML in done.stderr:
                again = run("--debug")  # then it prints what it cannot read: that tells which template it is
                if again.stdout.strip() and _NO_YAML in again.stderr:
                    raise ToolPartial(_REFUSED, last_words(done.stderr), tool, again.stdout, program.use())
        if done.exit_code:
            said = last_words(done.stderr)
            raise ToolError(reasons.CHART_DEPENDENCY_MISSING if "missing in charts/" in said else _REFUSED, said, tool)
        return done.stdout, program.use()


WORDS_LIMIT: Final = 4000
_ERROR: Final = re.compile(r"(?m)^Error:")
_ADVICE: Final = re.compile(r"(?m)^Use --debug flag.*$")


def last_words(stderr: bytes) -> str:
    """Return the error that a program ended with, all of its lines as one; a chart's own ``fail`` may have many."""
    text = stderr.decode("utf-8", "replace")
    begin = next((found.end() for found in _ERROR.finditer(text)), None)
    if begin is None:
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        return mask_text(lines[-1] if lines else "no reason given")[:WORDS_LIMIT]
    said = " ".join(_ADVICE.sub("", text[begin:]).split())
    return mask_text(said.removeprefix("INSTALLATION FAILED:").strip() or "no reason given")[:WORDS_LIMIT]
