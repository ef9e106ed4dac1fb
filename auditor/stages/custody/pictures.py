"""What reports draw of keys: who can do what with each, as the measures of the record say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from auditor.model.text import Text
from auditor.stages.custody.texts import say

if TYPE_CHECKING:
    from auditor.model.record import Record

_KEYS: Final = 100


@dataclass(frozen=True)
class Right:
    """What can be done with a key, and who can."""

    action: str
    path: str
    count: int
    holders: tuple[str, ...]

    @property
    def name(self) -> Text:
        """The action in both languages, with what is done to the key behind it: ``use (decrypt)``."""
        word, _, rest = self.action.partition(" (")
        key = f"report.right.{word}"
        named = say(key) if key in say else say("report.right.other", action=word)
        return Text(f"{named.en} ({rest}", f"{named.zh} ({rest}") if rest else named


@dataclass(frozen=True)
class Key:
    """A key of the who-can matrix."""

    target: str
    name: str
    rights: tuple[Right, ...]


def who_can(record: Record) -> tuple[Key, ...]:
    """Return the who-can matrix that was measured; empty without a key store."""
    found = []
    for measure in record.measures:
        if measure.id != "custody.who-can":
            continue
        rights: dict[tuple[str, str, str], list[str]] = {}
        for item in measure.items:
            action, path, count, holder = [*item.split(" | ", 3), "", "", ""][:4]
            held = rights.setdefault((action, path, count), [])
            held += [holder] if holder else []
        rows = tuple(
            Right(action, path, int(count) if count.isdigit() else len(holders), tuple(holders))
            for (action, path, count), holders in rights.items()
        )
        found.append(Key(measure.target, measure.subject, rows))
    return tuple(found)[:_KEYS]
