"""What one reading of a server shows, and what it lacks: each thing that was not given is a gap, told once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from auditor import reasons
from auditor.formats.vault_configuration import seconds
from auditor.stages.custody import settings
from auditor.stages.custody.facts import (
    CustodySetting,
)
from auditor.stages.custody.gaps import gap
from auditor.stages.custody.texts import say

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from auditor.formats.custody_snapshot import Answer, Reading
    from auditor.model.fact import Fact, Gap
    from auditor.stages.custody.settings import Site


class Shown:
    """One reading, and what was made of it so far."""

    def __init__(self, reading: Reading, part: str, site: Site) -> None:
        """Make nothing yet."""
        self.reading = reading
        self.part = part
        self.site = site
        self.to = settings.Writer(part=part, source="live", site=site)
        self.areas = self.to.areas
        self.kinds: set[type[Fact]] = set()
        self.outside = 0

    def setting(self, area: str, subject: str, values: Mapping[str, Any], path: str = "") -> CustodySetting:
        """Return a setting with the place in the reading where it stands."""
        return self.to.setting(area, subject, values, pointer=pointer(path))

    def lost(self, answer: Answer, path: str, *areas: str, kind: type[Fact] = CustodySetting) -> Iterator[Gap]:
        """Say which capability at which path is missing."""
        verb = "list" if path.startswith("LIST ") else "read"
        remedy = say("custody.remedy.capability", path=path.partition(" ")[2], capability=verb)
        if answer.status != 403:  # noqa: PLR2004
            remedy = say("custody.remedy.again")
        for area in areas or ("",):
            self.areas.add(area) if area else self.kinds.add(kind)
            yield gap(
                self.part,
                kind,
                answer.reason,
                f"{path}: {answer.detail}" if answer.detail else path,
                remedy,
                topic=area,
                is_missing=answer.status == 403,  # noqa: PLR2004
            )

    def unshown(self, area: str, subject: str, what: str) -> Gap:
        """Say what the API of a server does not tell; its files do."""
        self.areas.add(area)
        return gap(
            self.part,
            CustodySetting,
            reasons.NOT_PART_OF_THE_TARGET,
            f"{what}: the API does not show it",
            say("custody.give.files"),
            subject=subject,
            topic=area,
            is_out_of_reach=True,
        )

    def data(self, answer: Answer) -> dict[str, Any]:
        """Return what an answer holds, empty where it holds none."""
        return answer.data if isinstance(answer.data, dict) else {}

    def mounts(self, path: str, *types: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield mounts of these types, by name."""
        for name, each in sorted(self.data(self.reading.get(path)).items()):
            if isinstance(each, dict) and each.get("type") in types:
                yield name.rstrip("/"), each


def pointer(asked: str) -> str:
    """Return the JSON pointer of an answer within the reading."""
    return "/answers/" + asked.replace("~", "~0").replace("/", "~1") if asked else ""


def bad_shape(answer: Answer) -> Answer:
    """Return a good answer as one that is not understood."""
    return type(answer)(
        answer.status, None, reason=reasons.ANSWER_NOT_UNDERSTOOD, detail="fields are missing or of another kind"
    )


def list_of(data: Mapping[str, Any], name: str) -> list[Any]:
    """Return a list by its name, empty where there is none."""
    found = data.get(name)
    return found if isinstance(found, list) else []


def number(value: object) -> float:
    """Return a number also where it is written as text; 0 for nothing."""
    return seconds(value) or 0.0
