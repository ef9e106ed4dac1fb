"""The public keys that a target names."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from auditor.errors import ConfigError
from auditor.messages import say

if TYPE_CHECKING:
    from auditor.formats.public_keys import PublicKey
    from auditor.model.system import Part


def keys_of(part: Part) -> tuple[PublicKey, ...]:
    """Return the keys that signatures of a part are verified with.

    Raises:
        ConfigError: A file cannot be read, or holds no public key.
    """
    given = part.options.get("keys")
    if not given:
        return ()
    from auditor.formats.public_keys import SIZE_LIMIT_BYTES, KeyFormatError, load  # noqa: PLC0415 - 50 ms

    found = []
    for name in given if isinstance(given, list | tuple) else ():
        path = Path(part.base, str(name))
        try:
            with path.open("rb") as file:
                data = file.read(SIZE_LIMIT_BYTES + 1)
            found.append(load(data, path.name))
        except OSError as problem:
            message = f"key {path} cannot be read: {problem.strerror}"
            raise ConfigError(message) from problem
        except KeyFormatError as problem:
            message = f"key {problem}"
            raise ConfigError(message) from problem
    return tuple(found)


def ensure(part: Part) -> None:
    """Refuse an image that is not there, and keys that are none.

    Raises:
        ConfigError: There is no such place or key.
    """
    from auditor.stages.image.layout import place  # noqa: PLC0415 - only where there is one

    path = place(part.where, part.base).path
    if not path.exists():
        raise ConfigError(say("plan.no_path", path=path, target=part.argument))
    keys_of(part)
