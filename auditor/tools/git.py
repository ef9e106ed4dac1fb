"""Reads git repositories that may be hostile: nothing of their configuration, hooks, filters or attributes runs."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from auditor import reasons
from auditor.errors import ToolError, ToolTimeout
from auditor.tools import process

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

_TIMEOUT_S: Final = 120.0
_BLAME_TIMEOUT_S: Final = 20.0
_BLAME_BUDGET_S: Final = 60.0
"""Time for all questions of a run about who wrote a line; a repository that stalls once is not asked again."""
_OUTPUT_LIMIT_BYTES: Final = 512 * 1024 * 1024
_BLAME_LIMIT_BYTES: Final = 4 * 1024 * 1024
MEMORY_LIMIT_BYTES: Final = 2 * 1024 * 1024 * 1024
"""A few kilobytes of packed history can ask for gigabytes."""
_TIME_DIGITS: Final = 20
_REVISION: Final = re.compile(r"^(?!-)[\w./@^~{}+-]+$")

HARDENED: Final = (
    "-c", "safe.directory=*",
    "-c", "core.fsmonitor=false",
    "-c", "core.hooksPath=/dev/null",
    "-c", "core.pager=cat",
    "-c", "core.attributesFile=/dev/null",
    "-c", "diff.external=",
    "-c", "protocol.allow=never",
    "-c", "gc.auto=0",
    "-c", "maintenance.auto=false",
)  # fmt: skip


def environment(scratch: Path) -> dict[str, str]:
    """Return all variables that git gets: nothing of the user's, and no way to fetch what a repository lacks."""
    return process.standard_environment(
        scratch,
        {
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": "/dev/null",
            "GIT_OPTIONAL_LOCKS": "0",
            # a promisor runs what it likes: git from 2.39.4 on does not ask it, an older one has no transport
            "GIT_NO_LAZY_FETCH": "1",
            "GIT_ALLOW_PROTOCOL": "none",
            "GIT_NO_REPLACE_OBJECTS": "1",
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_ATTR_NOSYSTEM": "1",
        },
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Blame:
    """Who wrote a line last.

    Attributes:
        author: Name as in the commit.
        date: ISO 8601, UTC; empty where the commit names none that there is.
        text: The line as it is in the commit.
    """

    author: str
    date: str
    text: str


@dataclass(frozen=True, slots=True)
class Repository:
    """The repository that a folder lies in; reads objects only, writes nothing, looks at no index.

    Attributes:
        folder: Any folder of its work tree.
    """

    folder: Path
    _spent_s: list[float] = field(default_factory=list, compare=False)

    def prefix(self) -> str:
        """Return the path of the folder inside the repository, empty for its top, else ending with ``/``.

        Raises:
            ToolError: It is no repository that git can read.
        """
        return self._git("rev-parse", "--show-prefix").decode("utf-8", "surrogateescape").rstrip("\n")

    def commit(self, revision: str) -> str:
        """Return the full id of the commit that a revision names.

        Raises:
            ToolError: There is no such commit, or no repository.
        """
        if not _REVISION.match(revision):
            raise ToolError(reasons.UNKNOWN_REVISION, f"{revision!r} is no name of a revision", "git")
        return (
            self._git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}").decode().strip()
        )

    def files(self, commit: str) -> Iterator[tuple[str, str]]:
        """Yield (path relative to the folder, blob id) of the regular files of a commit below the folder.

        Attributes such as ``export-ignore`` hide nothing here, and no filter is run.

        Raises:
            ToolError: git cannot read the tree.
        """
        listing = self._git("ls-tree", "-r", "-z", commit)
        for row in listing.split(b"\0"):
            meta, tab, path = row.partition(b"\t")
            if tab:
                mode, kind, blob = meta.decode("ascii").split(" ")
                if kind == "blob" and mode in {"100644", "100755"}:
                    yield path.decode("utf-8", "surrogateescape"), blob

    def contents(self, blobs: Sequence[str]) -> Iterator[bytes]:
        """Yield the bytes of blobs, in the order asked.

        Raises:
            ToolError: One of them cannot be read.
        """
        wanted = "".join(f"{blob}\n" for blob in blobs).encode("ascii")
        answer = self._git("cat-file", "--batch", stdin=wanted)
        at = 0
        for blob in blobs:
            end = answer.find(b"\n", at)
            header = answer[at:end].split(b" ")
            if len(header) != 3 or header[1] != b"blob":  # noqa: PLR2004 - "<id> blob <size>"
                raise ToolError(
                    reasons.CANNOT_BE_READ, f"git object {blob}: {answer[at:end].decode('ascii', 'replace')}", "git"
                )
            size = int(header[2])
            yield answer[end + 1 : end + 1 + size]
            at = end + 1 + size + 1

    def blame(self, path: str, line: int) -> Blame | None:
        """Return who wrote a line of the committed file last, or None where git cannot tell in the time there is."""
        left_s = _BLAME_BUDGET_S - sum(self._spent_s)
        if left_s <= 0:
            return None
        began = time.monotonic()
        try:
            answer = self._git(
                "blame", "--no-textconv", "--porcelain", "-L", f"{line},{line}", "HEAD", "--", path,
                timeout_s=min(left_s, _BLAME_TIMEOUT_S),
                output_limit_bytes=_BLAME_LIMIT_BYTES,
            )  # fmt: skip
        except ToolTimeout:
            self._spent_s.append(_BLAME_BUDGET_S)
            return None
        except ToolError:
            return None
        finally:
            self._spent_s.append(time.monotonic() - began)
        fields = dict(row.split(b" ", 1) for row in answer.split(b"\n") if b" " in row and not row.startswith(b"\t"))
        author = fields.get(b"author", b"").decode("utf-8", "replace")
        when = fields.get(b"author-time", b"")
        if not author or not when.isdigit():
            return None
        text = next((row[1:] for row in answer.split(b"\n") if row.startswith(b"\t")), b"").decode("utf-8", "replace")
        try:
            date = datetime.fromtimestamp(int(when[:_TIME_DIGITS]), UTC).isoformat()
        except (ValueError, OverflowError, OSError):  # whoever commits writes the year he likes
            date = ""
        return Blame(author=author, date=date, text=text)

    def _git(
        self,
        *arguments: str,
        stdin: bytes | None = None,
        timeout_s: float = _TIMEOUT_S,
        output_limit_bytes: int = _OUTPUT_LIMIT_BYTES,
    ) -> bytes:
        with process.scratch_folder() as scratch:
            done = process.run(
                ["git", *HARDENED, "-C", str(self.folder.absolute()), *arguments],
                environment=environment(scratch),
                folder=scratch,
                timeout_s=timeout_s,
                output_limit_bytes=output_limit_bytes,
                memory_limit_bytes=MEMORY_LIMIT_BYTES,
                stdin=stdin,
                tool="git",
            )
        if done.exit_code != 0:
            raise ToolError(reasons.FAILED, f"{arguments[0]}: {done.complaint}", "git")
        return done.stdout
