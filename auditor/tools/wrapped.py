"""What the wrapped programs that work on files have in common: each is found and verified before it is used."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from auditor import reasons
from auditor.errors import ToolError

if TYPE_CHECKING:
    from collections.abc import Container
    from pathlib import Path

    from auditor.model.record import ToolUse
    from auditor.tools.process import Completed
    from auditor.tools.programs import Program, Programs


@dataclass(frozen=True, slots=True)
class Wrapped:
    """A wrapped program of this machine; a subclass has its name and what it is asked.

    Attributes:
        programs: Finds and verifies it.
    """

    name: ClassVar[str]
    programs: Programs

    def program(self) -> Program:
        """Return the verified program.

        Raises:
            ToolMissing: It is not installed, or this platform has none.
            IntegrityError: It is not what was installed, or of an untested version.
        """
        return self.programs.find(self.name)

    def use(self) -> ToolUse:
        """Return what the record says of the program."""
        return self.program().use()


def report_of(done: Completed, report: Path, good: Container[int], tool: str) -> bytes:
    """Return the report that a program wrote.

    Args:
        done: How it ended.
        report: Where it was to write.
        good: Exit codes with which it gives one.
        tool: Its name and version.

    Raises:
        ToolError: It ended otherwise, or wrote none.
    """
    if done.exit_code not in good or not report.is_file():
        raise ToolError(reasons.FAILED, done.complaint, tool)
    return report.read_bytes()
