"""What is shared of a run: its record with pseudonyms for names, reports made of that, and a seal of their own.

Raw bytes, facts and decisions stay with the owner; so does the key, and the list of what each pseudonym stands for.
"""

from __future__ import annotations

import json
import os
import re
import secrets
from typing import TYPE_CHECKING, cast

import msgspec

from auditor import rules
from auditor.errors import ConfigError
from auditor.evidence import chain, sealing, store
from auditor.evidence.chain import Place
from auditor.evidence.contents import SEAL
from auditor.masking.sharing import KEY_BYTES, LEAST_KEY_BYTES, shared
from auditor.report.render import render_many

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from auditor.evidence.seal import Seal
    from auditor.masking.sharing import Kind
    from auditor.model.record import Record
    from auditor.model.text import Language
    from auditor.rules import SavedRules

_LIMIT_BYTES = 16 << 20
_LINE = re.compile(r"(host|ip|user)\s+(\S.*)")


def key_of(file: Path) -> bytes:
    """Return the key of a file, which is made, for its owner alone, if it is not there.

    Raises:
        ConfigError: It cannot be read or made, or is too short for a key.
    """
    try:
        if not os.path.lexists(file):
            file.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
            with os.fdopen(descriptor, "w") as made:
                made.write(secrets.token_hex(KEY_BYTES) + "\n")
        key = _bounded(file).strip()
    except OSError as error:
        message = f"the key {file} cannot be read or made: {error.strerror}"
        raise ConfigError(message) from error
    if len(key) < LEAST_KEY_BYTES:
        message = f"the key {file} has fewer than {LEAST_KEY_BYTES} octets"
        raise ConfigError(message)
    return key


def names_in(file: Path) -> tuple[tuple[Kind, str], ...]:
    """Return the names that an owner lists: a line for each, ``user zhangsan``, ``host vault``; ``#`` for remarks.

    Raises:
        ConfigError: It cannot be read, or a line is none of these.
    """
    found: list[tuple[Kind, str]] = []
    try:
        text = _bounded(file).decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        message = f"{file} cannot be read: {error}"
        raise ConfigError(message) from error
    for number, line in enumerate(text.splitlines(), 1):
        plain = line.partition("#")[0].strip()
        if not plain:
            continue
        named = _LINE.fullmatch(plain)
        if named is None:
            message = f"{file}:{number}: expected host, ip or user, and a name"
            raise ConfigError(message)
        found.append((cast("Kind", named[1]), named[2].strip()))
    return tuple(found)


def _bounded(file: Path) -> bytes:
    with file.open("rb") as opened:
        data = opened.read(_LIMIT_BYTES + 1)
    if len(data) > _LIMIT_BYTES:
        message = f"{file} has more than {_LIMIT_BYTES:,} bytes"
        raise ConfigError(message)
    return data


def write(
    record: Record,
    saved: SavedRules,
    *,
    run: Path,
    key_file: Path,
    names: Iterable[tuple[Kind, str]],
    formats: Iterable[str],
    language: Language,
    into: Path,
    finish: Callable[[Seal], Seal] = lambda made: made,
) -> list[Path]:
    """Write what is shared of a run to a folder, sealed.

    Args:
        record: Of the run.
        saved: Its rules.
        run: Its folder.
        key_file: Of the owner; the list of pseudonyms is kept beside it.
        names: To be replaced besides those that the record tells of.
        formats: Of reports.
        language: Of reports.
        into: Absent or empty.
        finish: Signs the seal.

    Returns:
        The files.

    Raises:
        ConfigError: The folder is not empty or cannot be written, or a key is none.
    """
    store.check_output(into)
    if key_file.resolve().is_relative_to(into.resolve()):
        message = f"the key {key_file} lies in the folder that is shared"
        raise ConfigError(message)
    made, pseudonyms = shared(record, key_of(key_file), names)
    # checks of the user's own may name what they are for, and where they lie
    said = msgspec.convert(pseudonyms.tree(msgspec.to_builtins(saved)), type(saved))
    reports = render_many(made, ("json", *formats), language, said.by_id, said.frameworks)
    reports = {**reports, rules.FILE: rules.rendered(said), sealing.VERDICT: sealing.verdict(made)}
    places = store.add_reports(into, reports)
    sealing.seal_run(into, made, _after(run), finish, "shared")
    _remember(key_file.with_name(f"{key_file.name}.names.json"), pseudonyms.given)
    return places


def _after(run: Path) -> Place:
    """Return the place behind a run: what is shared names the seal of that, so that both can be held together."""
    if not (run / SEAL).is_file():
        return Place(position=1, previous=None)
    own = chain.read(run)
    return Place(position=own.manifest.position + 1, previous=own.link)


def _remember(file: Path, given: Mapping[str, str]) -> None:
    """Keep what pseudonyms stand for, for the owner of the key alone."""
    try:
        earlier = json.loads(file.read_bytes()) if file.is_file() else {}
    except (OSError, ValueError):
        earlier = {}
    both = {**(earlier if isinstance(earlier, dict) else {}), **given}
    data = json.dumps(dict(sorted(both.items())), ensure_ascii=False, indent=1).encode("utf-8", "backslashreplace")
    store.add_reports(file.parent, {file.name: data + b"\n"})
