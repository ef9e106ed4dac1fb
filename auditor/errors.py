"""The few exceptions that may cross a module border."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from auditor import reasons


class Bilingual(Protocol):
    """A sentence in both languages; `auditor.model.text.Text` is one."""

    @property
    def en(self) -> str:
        """In English."""

    @property
    def zh(self) -> str:
        """In Chinese."""


class AuditorError(Exception):
    """Anything that the user is told in one line, without a traceback.

    Attributes:
        message: What is wrong: a sentence in both languages, or one that needs none (a path, words of a program).
    """

    def __init__(self, message: str | Bilingual) -> None:
        """Keep the sentence in both languages; as a plain text it is English."""
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        """Return the English sentence."""
        return self.message if isinstance(self.message, str) else self.message.en

    def to(self, language: str) -> str:
        """Return the sentence in one language."""
        if isinstance(self.message, str):
            return self.message
        return self.message.zh if language == "zh" else self.message.en


class ConfigError(AuditorError):
    """The user must change something: an argument, ``auditor.yaml``, a path. Exit code 2."""


class IntegrityError(AuditorError):
    """Our own evidence, a rule pack or a program does not verify. Exit code 4."""


class ToolError(AuditorError):
    """A wrapped program did not give what was asked for; a stage turns it into a gap.

    Attributes:
        reason: A few words, the same for the same cause.
        detail: Circumstances, in one line.
        tool: Name and version of the program.
    """

    def __init__(self, reason: reasons.Reason, detail: str, tool: str = "") -> None:
        """Keep reason, detail and tool apart for the gap."""
        super().__init__(f"{tool or 'tool'}: {reason}: {detail}")
        self.reason = reason
        self.detail = detail
        self.tool = tool

    def __reduce__(self) -> tuple[type[ToolError], tuple[str, str, str]]:
        """Let the error cross a process border whole."""
        return (type(self), (self.reason, self.detail, self.tool))


class ToolPartial(ToolError):  # noqa: N818 - reads as a state
    """The program gave something, and says that something is wrong with it.

    Attributes:
        output: What it gave.
        use: What the record says of the program.
    """

    def __init__(self, reason: reasons.Reason, detail: str, tool: str, output: bytes, use: Any) -> None:  # noqa: ANN401 - of a room above
        """Keep what there is beside the error."""
        super().__init__(reason, detail, tool)
        self.output = output
        self.use = use

    def __reduce__(self) -> Any:  # noqa: ANN401 - as of every exception
        """Let the error cross a process border whole."""
        return (type(self), (self.reason, self.detail, self.tool, self.output, self.use))


class ToolMissing(ToolError):  # noqa: N818 - reads as a state, and is raised as one
    """The program is not installed."""


class ToolTimeout(ToolError):  # noqa: N818
    """The program was stopped at its time limit."""


def ensure_known(what: str, names: Iterable[str], known: Sequence[str]) -> None:
    """Refuse a name that there is not.

    Args:
        what: What it is a name of, for the message.
        names: As they were given.
        known: Those that there are.

    Raises:
        ConfigError: One is not among them; the nearest is proposed.
    """
    import difflib  # noqa: PLC0415

    for name in sorted(names):
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1, cutoff=0.4)
            hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(known)}"
            message = f"unknown {what} {name!r}: {hint}"
            raise ConfigError(message)
