"""How values cross from a worker to the main process, and how raw bytes get to the folder of the run on the way.

`msgspec` writes and reads the values of a kind as one piece. What is no value of ours (a name that is no UTF-8, a
number of more than 64 bits) is made writable here, at the one border that everything passes.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from array import array
from collections import defaultdict
from functools import cache
from itertools import count
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, get_type_hints

import msgspec
import orjson
from msgspec import Struct
from msgspec.structs import fields, force_setattr, replace

from auditor.masking import mask_addresses, may_hold_address
from auditor.model.artefact import Artefact, Capture
from auditor.model.digest import writable
from auditor.model.fact import Fact, Origin
from auditor.model.folded import Folded, folded
from auditor.model.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable

_ENCODER: Final = msgspec.msgpack.Encoder()
_BLOCK_BYTES: Final = 1024 * 1024
_LARGEST: Final = 2**63
_DIGITS: Final = 300
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
    return [each for kind, data in pack for each in _read(kind, data)]


Column = tuple[list[Any], bytes]
"""A field of all values of a batch: what it comes to, each once, and which of these each value has (32 bits each);
nothing where value after value has its own."""


def _encoded(found: list[Struct]) -> bytes:
    try:
        made = _ENCODER.encode(_columns(found))
    except (UnicodeEncodeError, OverflowError, orjson.JSONEncodeError):
        found = [clean(each) for each in found]
        made = _ENCODER.encode(_columns(found))
    # an address is a name of many things (a data set, a package, a job), and its password crosses with none of them
    return _ENCODER.encode(_columns([without_passwords(each) for each in found])) if may_hold_address(made) else made


def _columns(found: list[Struct]) -> list[Column]:
    """Return values field by field, what many of them have in common once.

    A hundred thousand results of policies rest on a few thousand texts, places and origins: so they are a quarter of
    the bytes, and a fifth of the processor time where they arrive, and share there what they shared here (measured).
    """
    made: list[Column] = []
    kind = found[0].__class__
    for name in kind.__struct_fields__:
        own = list(map(attrgetter(name), found))
        if name in _folded(kind):
            made.append((list(map(folded, own)), b""))
            continue
        keys = own if name in _texts(kind) else list(map(id, own))
        first = dict(zip(keys, own, strict=True))
        if 2 * len(first) > len(own):
            made.append((own, b""))
            continue
        number = dict(zip(first, count(), strict=False))
        made.append((list(first.values()), array("I", map(number.__getitem__, keys)).tobytes()))
    return made


def _read(kind: type[Struct], data: bytes) -> list[Struct]:
    """Return the values of a kind; the large mappings of facts stay the bytes that they came as."""
    names = kind.__struct_fields__
    known: dict[object, object] = {}
    columns = []
    for name, (values, numbers) in zip(names, _decoder(kind).decode(data), strict=True):
        found = _shared(values, _hints(kind)[name], known) if name not in _folded(kind) else list(map(Folded, values))
        columns.append(map(found.__getitem__, array("I", numbers)) if numbers else found)
    return [kind(**dict(zip(names, row, strict=True))) for row in zip(*columns, strict=True)]


def _shared(values: list[Any], hint: object, known: dict[object, object]) -> list[Any]:
    """Return equal texts and origins as one object, the first of a batch: they take most of the memory of a run."""
    if hint in _TEXTS:
        return list(map(known.setdefault, values, values))
    if hint is Text:
        # the hash of a `Text` is one of Python's, that of the pair of its languages is not
        return list(map(known.setdefault, map(attrgetter("en", "zh"), values), values))
    if hint is Origin:
        origins: dict[Origin, Origin] = {}
        shared = list(map(origins.setdefault, values, values))
        for name in _texts(Origin):
            for each in origins:
                text = getattr(each, name)
                force_setattr(each, name, known.setdefault(text, text))
        return shared
    return values


_TEXTS: Final = (str, str | None)


@cache
def _hints(kind: type[Struct]) -> dict[str, object]:
    return get_type_hints(kind)


@cache
def _texts(kind: type[Struct]) -> frozenset[str]:
    """Return the fields whose values are compared as text; those of all others by what object they are."""
    return frozenset(name for name in kind.__struct_fields__ if _hints(kind)[name] in _TEXTS)


def _folded(kind: type[Struct]) -> tuple[str, ...]:
    return kind.folded if issubclass(kind, Fact) else ()


@cache
def _decoder(kind: type[Struct]) -> msgspec.msgpack.Decoder[tuple[Column, ...]]:
    hints = get_type_hints(kind, include_extras=True)
    kinds = [bytes if name in _folded(kind) else hints[name] for name in kind.__struct_fields__]
    return msgspec.msgpack.Decoder(tuple[tuple(tuple[list[each], bytes] for each in kinds)])  # type: ignore[misc,valid-type]


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
