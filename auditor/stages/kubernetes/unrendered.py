"""Templates that nobody rendered, for one cause: a folder that would be a chart and has no ``Chart.yaml``.

Each document in it would be a gap of its own, with the same cure.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from auditor import reasons

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.model.fact import Gap

_FOLDER: Final = "templates/"


class Unrendered:
    """Gaps of templates below a folder ``templates``, by the folder that it lies in."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._held: dict[str, list[Gap]] = defaultdict(list)

    def takes(self, gap: Gap) -> bool:
        """Tell whether a gap is of such a template, and hold it."""
        above, folder, _inside = f"/{gap.subject}".rpartition(f"/{_FOLDER}")
        if gap.reason != reasons.TEMPLATE_NOT_RENDERED or not folder:
            return False
        self._held[above.removeprefix("/")].append(gap)
        return True

    def gaps(self) -> Iterator[Gap]:
        """Yield one gap for each folder: the only one, or one that names the files."""
        for above, held in sorted(self._held.items()):
            files = dict.fromkeys(gap.subject.rpartition("/")[2].partition(":")[0] for gap in held)
            if len(files) == 1:
                yield from held
                continue
            first, *more = files
            detail = f"templates of a chart that has no Chart.yaml, or none that helm can read: {first} (+{len(more)})"
            yield replace(held[0], subject=f"{above}/{_FOLDER}".lstrip("/"), detail=detail)
