"""Which file of a tree a module of TypeScript or JavaScript is.

By its place (``./x``), by what the nearest ``tsconfig.json`` or ``jsconfig.json`` says (``paths``, ``baseUrl``), by the
name of a package of the tree, and last by the end of its path where it begins as aliases do. Nothing is opened here: a
module is a file that was read with the tree, or it is none.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from posixpath import dirname, join, normpath
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_ENDS: Final = (
    "", ".ts", ".tsx", ".js", ".jsx", ".mts", ".cts", ".mjs", ".cjs",
    "/index.ts", "/index.tsx", "/index.js", "/index.mjs", "/index.cjs", "/src/index.ts", "/src/index.tsx",
    "/src/index.js",
)  # fmt: skip
_SUFFIX: Final = re.compile(r"\.[cm]?[jt]sx?$")
_ALIAS: Final = re.compile(r"^(?:@/|~/|#/|\$lib/|\$|@@/|~~/|src/|@app/|#)")
_TAKEN: Final = re.compile(
    r"""(?:\bfrom|\bimport|\brequire\s{0,4}\(|\bimport\s{0,4}\()\s{0,20}["']([^"'\n]{1,300})["']"""
)
_SETTINGS: Final = re.compile(r"(?:^|/)(?:[jt]sconfig(?:\.[\w.-]{1,40})?|package)\.json$")
_SETTINGS_LIMIT: Final = 400
"""Files with settings that are looked at."""
_SETTINGS_CHARACTERS: Final = 200_000
_PATHS_LIMIT: Final = 400
"""Names that a file of settings gives to places."""
_EXTENDS_LIMIT: Final = 5
_TOKEN: Final = re.compile(r'"(?:[^"\\\n]|\\.)*"|//[^\n]*|/\*[\s\S]*?\*/|,(?=\s*[}\]])')


def is_settings(path: str) -> bool:
    """Tell whether a file may say where modules of scripts lie."""
    return _SETTINGS.search(path) is not None


@dataclass(frozen=True, slots=True)
class _Alias:
    """What modules whose names fit mean: what a star stands for is put into the places."""

    before: str
    behind: str
    is_open: bool
    places: tuple[str, ...]

    def fits(self, module: str) -> bool:
        if not self.is_open:
            return module == self.before
        return (
            len(module) >= len(self.before) + len(self.behind)
            and module.startswith(self.before)
            and module.endswith(self.behind)
        )

    def rest(self, module: str) -> str:
        return module[len(self.before) : len(module) - len(self.behind)] if self.is_open else ""


@dataclass
class Modules:
    """The modules of a tree.

    Attributes:
        texts: Its scripts by path.
        settings: ``tsconfig.json``, ``jsconfig.json`` and ``package.json`` by path.
        guessed: Those of them that cannot be read though a file below imports by a name that they may explain, so that
            what it means was guessed by the end of its path; whether they are too large, by path.
    """

    texts: Mapping[str, str]
    settings: Mapping[str, str] = field(default_factory=dict)
    guessed: dict[str, bool] = field(default_factory=dict)
    _known: dict[tuple[str, str], str] = field(default_factory=dict)

    def file(self, path: str, module: str) -> str:
        """Return the file that a module means in another file; empty where it is none of this tree."""
        if not module or not self.texts:
            return ""
        key = (dirname(path), module)
        if key not in self._known:
            self._known[key] = self._file(path, module)
        return self._known[key]

    def _file(self, path: str, module: str) -> str:
        if module.startswith("."):
            return self._at(normpath(join(dirname(path), module)))
        is_said, found = self._by_alias(path, module)
        if is_said or found:
            return found
        if _ALIAS.match(module):
            self._note_guess(path)
        return self._of_package(module) or self._by_end(path, module)

    def _note_guess(self, path: str) -> None:
        """Note the settings above a file that may say what a name means, and cannot be read."""
        folder = dirname(path)
        while self._unread:
            for place in self._unread.get(folder, ()):
                self.guessed[place] = len(self.settings[place]) > _SETTINGS_CHARACTERS
            if not folder:
                break
            folder = dirname(folder)

    @cached_property
    def _unread(self) -> dict[str, list[str]]:
        """Settings that say nothing as they are no JSON, or too large, by their folder."""
        found: dict[str, list[str]] = defaultdict(list)
        for path in [each for each in sorted(self.settings) if not each.endswith("package.json")][:_SETTINGS_LIMIT]:
            if (
                self.settings[path].strip()
                and not _read(self.settings[path])
                and _EMPTY.match(self.settings[path]) is None
            ):
                found[dirname(path)].append(path)
        return found

    def _at(self, place: str) -> str:
        """Return the file of a place without its suffix, or with that of what it is built to."""
        for each in (place, _SUFFIX.sub("", place)):
            found = next((f"{each}{end}" for end in _ENDS if f"{each}{end}" in self.texts), "")
            if found:
                return found
        return ""

    def _by_end(self, path: str, module: str) -> str:
        """Return the nearest file whose path ends as the module does."""
        is_alias = _ALIAS.match(module) is not None
        parts = _ALIAS.sub("", module).split("/")
        parts = parts if is_alias else parts[1:] if module.startswith("@") else parts
        if not parts or not parts[-1] or not (is_alias or len(parts) > 1 or module.startswith("@")):
            return ""
        tail = "/".join(_SUFFIX.sub("", each) for each in parts)
        fits = [
            each for each in self._by_stem.get(tail.rsplit("/", 1)[-1], ()) if f"/{_stem(each)}".endswith(f"/{tail}")
        ]
        return max(fits, key=lambda each: (shared(each, path), -len(each)), default="")

    @cached_property
    def _by_stem(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for path in self.texts:
            found[_stem(path).rsplit("/", 1)[-1]].append(path)
        return found

    # what settings say

    def _by_alias(self, path: str, module: str) -> tuple[bool, str]:
        """Return whether settings name the module beyond doubt, and its file."""
        folder = dirname(path)
        while self._aliases:
            for config in self._aliases.get(folder, ()):
                fitting = [each for each in config.aliases if each.fits(module)]
                for alias in sorted(fitting, key=lambda each: (each.is_open, -len(each.before))):
                    for place in alias.places:
                        found = self._at(normpath(place.replace("*", alias.rest(module), 1)))
                        if found:
                            return True, found
                    if alias.before:  # where it should lie, nothing lies: it is made when the program is built
                        return True, ""
                if config.base is not None and (found := self._at(normpath(join(config.base, module)))):
                    return True, found
            if not folder:
                break
            folder = dirname(folder)
        return False, ""

    @cached_property
    def _aliases(self) -> dict[str, list[_Config]]:
        """What settings say by the folder that they are for; the plain ``tsconfig.json`` first."""
        found: dict[str, list[_Config]] = defaultdict(list)
        names = sorted(each for each in self.settings if not each.endswith("package.json"))
        for path in sorted(names, key=lambda each: len(each.rsplit("/", 1)[-1]))[:_SETTINGS_LIMIT]:
            config = self._config(path)
            if config is not None:
                found[dirname(path)].append(config)
        return found

    def _config(self, path: str) -> _Config | None:
        """Return what a file of settings says, with what it takes from others."""
        base: str | None = None
        aliases: tuple[_Alias, ...] = ()
        at = path
        for _step in range(_EXTENDS_LIMIT):
            said = _read(self.settings.get(at, ""))
            options = said.get("compilerOptions")
            options = options if isinstance(options, dict) else {}
            own_base = options.get("baseUrl")
            own_base = _inside(dirname(at), own_base) if isinstance(own_base, str) else None
            base = own_base if base is None else base
            aliases = aliases or tuple(_aliases_of(options.get("paths"), own_base or dirname(at)))
            above = said.get("extends")
            above = above[0] if isinstance(above, list) and above else above
            place = _inside(dirname(at), above) if isinstance(above, str) and above.startswith(".") else None
            if place is None:
                break
            at = place if place in self.settings else f"{place}.json"
            if at not in self.settings:
                break
        return _Config(base, aliases) if base is not None or aliases else None

    def _of_package(self, module: str) -> str:
        """Return the file of a package of the tree by its own name."""
        parts = module.split("/")
        name = "/".join(parts[: 2 if module.startswith("@") else 1])
        folder = self.packages.get(name)
        if folder is None:
            return ""
        rest = "/".join(parts[len(name.split("/")) :])
        if rest:
            return self._at(join(folder, rest)) or self._at(join(folder, "src", rest))
        return self._at(join(folder, "src/index")) or self._at(join(folder, "index")) or self._at(folder or "index")

    @cached_property
    def packages(self) -> dict[str, str]:
        """Folders of the packages of this tree by their names."""
        found: dict[str, str] = {}
        for path in sorted(self.settings, key=len):
            if path.endswith("package.json") and len(found) < _SETTINGS_LIMIT:
                name = _read(self.settings[path]).get("name")
                if isinstance(name, str) and name:
                    found.setdefault(name, dirname(path))
        return found

    @cached_property
    def folders(self) -> frozenset[str]:
        """Names of all folders that hold scripts."""
        return frozenset(part for path in self.texts for part in path.split("/")[:-1])

    @cached_property
    def importers(self) -> dict[str, list[str]]:
        """For each file those that take something from it, in the order of the tree."""
        found: dict[str, dict[str, None]] = defaultdict(dict)
        for path, text in self.texts.items():
            for module in dict.fromkeys(_TAKEN.findall(text)):
                taken = self.file(path, module)
                if taken and taken != path:
                    found[taken][path] = None
        return {path: list(each) for path, each in found.items()}


@dataclass(frozen=True, slots=True)
class _Config:
    """What one file of settings says: where plain names begin, and names for places."""

    base: str | None
    aliases: tuple[_Alias, ...]


def _aliases_of(paths: object, base: str) -> Iterator[_Alias]:
    if not isinstance(paths, dict):
        return
    for name, places in list(paths.items())[:_PATHS_LIMIT]:
        listed = places if isinstance(places, list) else [places]
        kept = [inside for each in listed[:8] if isinstance(each, str) and (inside := _inside(base, each)) is not None]
        if isinstance(name, str) and kept and name.count("*") < 2:  # noqa: PLR2004 - TypeScript takes one
            before, star, behind = name.partition("*")
            yield _Alias(before, behind, bool(star), tuple(kept))


def _inside(folder: str, place: str) -> str | None:
    """Return a place as a path below the root of the tree; None where it leads out of it."""
    if place.startswith("/") or len(place) > _PLACE_LIMIT:
        return None
    found = normpath(join(folder, place.replace("${configDir}", ".")))
    if found == ".." or found.startswith("../"):
        return None
    return "" if found == "." else found


_PLACE_LIMIT: Final = 500
_EMPTY: Final = re.compile(r"\ufeff?\s*\{\s*\}\s*$")


def _read(text: str) -> dict[str, Any]:
    """Return settings in JSON with comments and commas too many; nothing where they are none, or too large."""
    if not text or len(text) > _SETTINGS_CHARACTERS:
        return {}
    plain = _TOKEN.sub(lambda found: found[0] if found[0].startswith('"') else " ", text.removeprefix("\ufeff"))
    plain = _TOKEN.sub(lambda found: found[0] if found[0].startswith('"') else " ", plain)  # a comma before a remark
    try:
        said = json.loads(plain)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def _stem(path: str) -> str:
    return _SUFFIX.sub("", path).removesuffix("/index").removesuffix("/src")


def shared(one: str, other: str) -> int:
    """Return how many folders two files have in common."""
    count = 0
    for first, second in zip(one.split("/"), other.split("/"), strict=False):
        if first != second:
            break
        count += 1
    return count
