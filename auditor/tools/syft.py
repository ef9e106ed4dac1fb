"""Runs syft over an image or tree, without network; parses nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from auditor.tools import process
from auditor.tools.wrapped import Wrapped, report_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


TIMEOUT_S: Final = 1800.0
_REPORT_LIMIT_BYTES: Final = 2 * 1024**3
_STDERR_BYTES: Final = 16 * 1024**2

SWITCHES: Final = {
    "SYFT_CHECK_FOR_APP_UPDATE": "false",
    "SYFT_FILE_METADATA_SELECTION": "all",
    "SYFT_FILE_METADATA_DIGESTS": "sha1,sha256",
    "SYFT_CACHE_TTL": "0",
    "GOMEMLIMIT": "3GiB",
    "GOGC": "200",
}
"""Part of the identity of a catalogue. With the default selection no Python module is hashed (scan-tools.md §3.1).

``GOGC``: 7 % less CPU than at 100 for an image of 270 MB, for 140 MB more memory."""


@dataclass(frozen=True, slots=True)
class Syft(Wrapped):
    """The syft of this machine."""

    name = "syft"

    def scan(
        self, source: str, scratch: Path, *, name: str, is_image: bool, on_beat: Callable[[float], None] | None = None
    ) -> bytes:
        """Return what is in a place as syft-json.

        Args:
            source: Place with its scheme (``oci-dir:…``); never a bare name, which would ask a daemon or registry.
            scratch: Empty folder, which can be written.
            name: What to call the source, so that no path of this machine stands in the result.
            is_image: Look for what is installed; False to look for what is declared (lock files), too.
            on_beat: Called about twice a second.

        Raises:
            ToolMissing: It is not installed.
            ToolTimeout: It was stopped at the time limit.
            ToolError: It gave no report.
        """
        program = self.program()
        tool = f"{program.name} {program.version}"
        report = scratch / "catalogue.json"
        done = process.run(
            [
                str(program.path),
                "scan",
                source,
                "-q",
                "--source-name",
                name,
                *(("--override-default-catalogers", "image") if is_image and source.startswith("dir:") else ()),
                "-o",
                f"syft-json={report}",
            ],
            environment=process.standard_environment(scratch, SWITCHES),
            folder=scratch,
            timeout_s=TIMEOUT_S,
            output_limit_bytes=_STDERR_BYTES,
            file_size_limit_bytes=_REPORT_LIMIT_BYTES,
            on_beat=on_beat,
            tool=tool,
        )
        return report_of(done, report, {0}, tool)
