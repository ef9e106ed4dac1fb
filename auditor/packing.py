"""How values cross from a worker to the main process, and how raw bytes get to the folder of the run on the way.

`msgspec` writes and reads the values of a kind as one piece. What is no value of ours (a name that is no UTF-8, a
number of more than 64 bits) is made writable here, at the one border that everything passes.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections import defaultdict
from functools import cache
from operator import attrgetter
from pathlib import Path
from types import NoneType
from typing import TYPE_CHECKING, Any, Final, cast, get_args, get_type_hints

import msgspec
from msgspec import Struct
from msgspec.structs import astuple, fields, force_setattr, replace

from auditor.masking import mask_addresses, may_hold_address
from auditor.model.artefact import Artefact, Capture
from auditor.model.digest import writable
from auditor.model.fact import Fact, Origin
from auditor.model.folded import Folded, unfolded
from auditor.model.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable

_ENCODER: Final = msgspec.msgpack.Encoder(enc_hook=unfolded)
_BLOCK_BYTES: Final = 1024 * 1024
_LARGEST: Final = 2**63
_DIGITS: Final = 300
_BATCH: Final = 50
_ARGUMENTS: Final = frozenset({"part", "target"})
SPOOLED: Final = frozenset({Capture, Artefact})
"""Kinds of values whose bytes do not cross."""
Pack = list[tuple[type[Struct], bytes]]


def packed(items: Iterable[Struct], spool: Path) -> Pack:
    """Return values as bytes, those of one kind together and in their order; captures and artefacts are spooled.

    Args:
        items: What a stage yielded.
        spool: Folder of the run.

    Raises:
        OSError: The folder cannot be written.
        TypeError: A value holds what no value may hold (a `Secret`, an open file).
    """
    by_kind: dict[type[Struct], list[Struct]] = defaultdict(list)
    for each in items:
        by_kind[each.__class__].append(each if each.__class__ not in SPOOLED else spooled(each, spool))
    return [(kind, _encoded(found)) for kind, found in by_kind.items()]


def unpacked(pack: Pack) -> list[Struct]:
    """Return equal values, one kind after the other.

    Raises:
        msgspec.ValidationError: A value is not of the types that its class says.
    """
    return [each for kind, data in pack for each in _shared(_read(kind, data), kind)]


def _read(kind: type[Struct], data: bytes) -> list[Struct]:
    """Return the values of a kind; the large mappings of facts stay the bytes that they came as."""
    found = _decoder(kind).decode(data)
    if not (issubclass(kind, Fact) and kind.folded):
        return found
    names = kind.__struct_fields__
    made: list[Struct] = [kind(**dict(zip(names, astuple(each), strict=True))) for each in found]
    for name in kind.folded:
        for each in made:
            force_setattr(each, name, Folded(bytes(getattr(each, name))))
    return made


def _shared(found: list[Struct], kind: type[Struct]) -> list[Struct]:
    """Let the values of a batch share what is equal in them: texts, names of parts, files and rules.

    A hundred thousand results of policies take 140 MiB as they come out of the pipe, and 50 MiB so (measured), for half
    as much processor time again.
    """
    if len(found) < _BATCH:
        return found
    table: dict[object, object] = {}
    for name in _shareable(kind):
        _share(found, name, table)
    if issubclass(kind, Fact):  # what many policies say of one object has one origin
        origins: dict[object, object] = {}
        _share(found, "origin", origins)
        for name in _shareable(Origin):
            _share(cast("list[Struct]", list(origins)), name, table)
    return found


def _share(values: list[Struct], name: str, table: dict[object, object]) -> None:
    """Give all values that are equal in a field the object of the first of them."""
    own = list(map(attrgetter(name), values))
    # the hash of a `Text` is one of Python's, that of the pair of its languages is not
    keys = map(attrgetter(f"{name}.en", f"{name}.zh"), values) if isinstance(own[0], Text) else own
    for each, mine, first in zip(values, own, map(table.setdefault, keys, own), strict=True):
        if first is not mine:
            force_setattr(each, name, first)


@cache
def _shareable(kind: type[Struct]) -> tuple[str, ...]:
    """Return the fields that are text and no subject, which is nearly always another one."""
    kinds = get_type_hints(kind)
    return tuple(
        each.name
        for each in fields(kind)
        if each.name != "subject"
        and (kinds[each.name] in {str, Text} or set(get_args(kinds[each.name])) == {str, NoneType})
    )


@cache
def _decoder(kind: type[Struct]) -> msgspec.msgpack.Decoder[list[Struct]]:
    folded = kind.folded if issubclass(kind, Fact) else ()
    if folded:
        hints = get_type_hints(kind)
        kinds = [(each.name, msgspec.Raw if each.name in folded else hints[each.name]) for each in fields(kind)]
        return msgspec.msgpack.Decoder(list[msgspec.defstruct(kind.__name__, kinds)])  # type: ignore[misc]
    return msgspec.msgpack.Decoder(list[kind])  # type: ignore[valid-type]


def _encoded(found: list[Struct]) -> bytes:
    try:
        made = _ENCODER.encode(found)
    except (UnicodeEncodeError, OverflowError):
        found = [clean(each) for each in found]
        made = _ENCODER.encode(found)
    # an address is a name of many things (a data set, a package, a job), and its password crosses with none of them
    return _ENCODER.encode([without_passwords(each) for each in found]) if may_hold_address(made) else made


def without_passwords(value: Any) -> Any:  # noqa: ANN401 - as for `clean`
    """Return a value without passwords of addresses, but for what says which argument of the user's it belongs to."""
    match value:
        case str():
            return mask_addresses(value)
        case Struct():
            kept = {each.name: getattr(value, each.name) for each in fields(value) if each.name not in _ARGUMENTS}
            return replace(value, **{name: without_passwords(inner) for name, inner in kept.items()})
        case Text():
            return Text(mask_addresses(value.en), mask_addresses(value.zh))
        case dict():
            return {without_passwords(key): without_passwords(inner) for key, inner in value.items()}
        case list() | tuple() | frozenset() | set():
            return type(value)(without_passwords(inner) for inner in value)
        case _:
            return value


def clean(value: Any) -> Any:  # noqa: ANN401, PLR0911 - any value goes in, and one of its shape comes out
    """Return a value that every format can hold: text without lone surrogates, no number of more than 64 bits."""
    match value:
        case str():
            return writable(value)
        case bool() | None:
            return value
        case int():
            return value if -_LARGEST <= value < _LARGEST else f"{value:x}"[:_DIGITS]
        case Struct():
            return replace(value, **{each.name: clean(getattr(value, each.name)) for each in fields(value)})
        case Text():
            return Text(writable(value.en), writable(value.zh))
        case Folded():
            return clean(value.unfolded())
        case dict():
            return {clean(key): clean(inner) for key, inner in value.items()}
        case list() | tuple() | frozenset() | set():
            return type(value)(clean(inner) for inner in value)
        case _:
            return value


def spooled(value: Struct, spool: Path) -> Struct:
    """Return what crosses in place of a value: a capture or artefact without its bytes, which lie in the folder."""
    if isinstance(value, Capture) and value.data:
        _keep(spool, value.digest, value.data)
        return Capture(data=b"", media_type=value.media_type, tool=value.tool, digest=value.digest)
    if isinstance(value, Artefact) and not value.digest:
        return _kept(value, spool)
    return value


def place_of(folder: Path, digest: str) -> Path:
    """Return where the bytes of a digest lie in the folder of a run."""
    name = digest.removeprefix("sha256:")
    return folder / "captures" / "sha256" / name[:2] / name


def _keep(spool: Path, digest: str, data: bytes) -> None:
    place = place_of(spool, digest)
    if place.exists():
        return
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    half = place.with_name(f".{place.name}.{os.getpid()}")
    _write(half, data)
    half.replace(place)


def _kept(artefact: Artefact, spool: Path) -> Artefact:
    """Move an artefact to its place below the folder of the run.

    Raises:
        OSError: It cannot be written.
        ValueError: Its name leads out of the folder, or another artefact has it.
    """
    parts = Path(artefact.name).parts
    if not parts or artefact.name.startswith("/") or ".." in parts:
        message = f"an artefact cannot be called {artefact.name!r}"
        raise ValueError(message)
    place = spool.joinpath(*parts)
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if artefact.file:
        shutil.copyfile(artefact.file, place)
        place.chmod(0o600)
    else:
        _write(place, artefact.data)
    digest, size = _digest_of(place)
    return replace(artefact, data=b"", file=str(place), digest=digest, size_bytes=size)


def _write(place: Path, data: bytes) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW
    with os.fdopen(os.open(place, flags, 0o600), "wb") as file:
        file.write(data)


def _digest_of(place: Path) -> tuple[str, int]:
    total, size = hashlib.sha256(), 0
    with place.open("rb") as file:
        while block := file.read(_BLOCK_BYTES):
            total.update(block)
            size += len(block)
    return f"sha256:{total.hexdigest()}", size
