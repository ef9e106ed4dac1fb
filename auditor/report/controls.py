"""How controls are named for people: the standard, its level, and the number as the standard prints it."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final

from auditor.model.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_STANDARDS: Final[Mapping[str, Text]] = {
    "cis-kubernetes": Text("CIS Kubernetes", "CIS Kubernetes"),
    "cis-docker": Text("CIS Docker", "CIS Docker"),
    "gbt22239-2019-l3": Text("GB/T 22239-2019 level 3", "GB/T 22239-2019 第三级"),
    "gbt39786-2021-l3": Text("GB/T 39786-2021 level 3", "GB/T 39786-2021 第三级"),
    "ai-regulations": Text("AI and data regulations", "人工智能与数据法规"),
}
# ``8.1.4.2.e`` is printed as ``8.1.4.2 e)``; ids of GB/T 39786 begin with the number of the standard.
_ITEM: Final = re.compile(r"^(?:39786-)?(\d[\d.]*?)\.([a-z])$")
_OWN_NUMBER: Final = re.compile(r"^39786-")
_NO_WORD: Final = re.compile(r"[^0-9a-z.\u4e00-\u9fff]")


def standard(framework: str) -> Text:
    """Return what people call a framework; its id where nothing shorter than its title is known."""
    return _STANDARDS.get(framework, Text(framework, framework))


def number(control: str) -> str:
    """Return the number of a control as its standard prints it."""
    if found := _ITEM.match(control):
        return f"{found[1]} {found[2]})"
    return _OWN_NUMBER.sub("", control)


def named(framework: str, control: str) -> Text:
    """Return standard and number: ``GB/T 22239-2019 level 3 8.1.4.2 e)``."""
    name, at = standard(framework), number(control)
    return Text(f"{name.en} {at}", f"{name.zh} {at}")


def all_named(controls: Mapping[str, tuple[str, ...]]) -> list[Text]:
    """Return the names of the controls of a check or finding, by standard."""
    return [named(framework, each) for framework, ids in sorted(controls.items()) for each in ids]


def answers(controls: Mapping[str, tuple[str, ...]], name: str, *, exactly: bool = False) -> bool:
    """Tell whether one of some controls is meant by a name, as people write it.

    ``5.2.1``, ``CIS-5.2.1``, ``cis-kubernetes:5.2.1``, ``GB/T 22239-2019 8.1.4.2 e)``; a number that others begin with
    (``5.2``) means all of these.

    Args:
        controls: Ids by framework.
        name: What was written.
        exactly: A number means only itself.
    """
    wanted = _plain(name)
    return any(
        wanted in _spellings(framework, each, exactly=exactly) for framework, ids in controls.items() for each in ids
    )


@cache
def _spellings(framework: str, control: str, *, exactly: bool) -> frozenset[str]:
    numbers = {control, _OWN_NUMBER.sub("", control)}
    if not exactly:
        numbers |= {above for each in list(numbers) for above in _above(each)}
    return frozenset(_plain(f"{prefix} {each}") for prefix in _prefixes(framework) for each in numbers)


def _above(control: str) -> Iterator[str]:
    while "." in control:
        control = control.rpartition(".")[0]
        yield control


def _prefixes(framework: str) -> frozenset[str]:
    name = standard(framework)
    short = name.en.removesuffix(" level 3")
    return frozenset({"", framework, name.en, name.zh, short, short.partition(" ")[0], short.partition("-")[0]})


def _plain(name: str) -> str:
    """Return a name without blanks and marks, so that spellings do not matter: ``8.1.4.2 e)`` is ``8.1.4.2e``."""
    return re.sub(r"\.(?=[a-z])|\.$", "", _NO_WORD.sub("", name.casefold()))
