"""Hides secrets in structured values: what names, pairs of name and value, and command lines say of each text."""

from __future__ import annotations

import json
import operator
import re
from typing import TYPE_CHECKING, Final, cast

from auditor.masking.names import is_secret_name
from auditor.masking.text import MASK, MEMORY, is_open_value, mask_text, repeats_name

if TYPE_CHECKING:
    from collections.abc import Sequence

DEPTH_LIMIT: Final = 200
_NAMES: Final = ("name", "key", "header", "Name", "Key")
_VALUES: Final = ("value", "Value", "default", "defaultValue")
_OPEN_KEYS: Final = frozenset(
    {
        "image",
        "imageID",
        "containerID",
        "uid",
        "resourceVersion",
        "caBundle",
        "digest",
        "kind",
        "apiVersion",
        "selfLink",
    }
)
"""What stands here is random by nature and no secret; only shapes of tokens are looked for."""
_REFERRING: Final = frozenset({
    "name", "namespace", "key", "path", "kind", "apiVersion", "group", "mode", "type", "property", "version", "ref",
    "user", "username", "driver", "audience", "subPath", "mountPath", "secretName", "operator", "op", "resource",
})  # fmt: skip
"""Names below a telling one (``secretKeyRef``) whose values only say where the secret is."""
_COMMANDS: Final = frozenset({"args", "command", "cmd", "arguments", "Cmd", "Entrypoint", "entrypoint", "argv"})
_PROGRAMS: Final = re.compile(
    r"mysql|mariadb|percona|mongo|sshpass|mycli|mydumper|xtrabackup|7z|zip|rar|docker|skopeo|helm|login|redis|ldap|openssl"
)
"""Programs whose short options carry passwords."""
_FLAG: Final = re.compile(r"--?[A-Za-z\u4e00-\u9fff][\w.\-]*\Z")
_PAIRED: Final = {
    "-p": "mysql|mariadb|sshpass|mongo|docker|skopeo|helm|login",
    "-a": "redis",
    "-w": "ldap",
    "-k": "openssl",
}

_PLAIN: Final = 0
_SECRET: Final = 1
_OPEN: Final = 2
_NAMING: Final = 4
_VALUED: Final = 8
_PAIR: Final = _NAMING | _VALUED
_SPECIAL: Final = _SECRET | _OPEN
_KINDS: Final[dict[object, int]] = {}
"""What was found out about keys. Documents repeat some hundred of them, and this is the innermost loop of a cluster."""
_KINDS_BOUND: Final = 20_000


def mask_tree(value: object, *, hint: str = "") -> object:
    """Return a structured value without what may be a secret in any of its texts; unchanged parts are shared.

    Args:
        value: Mappings with text keys, lists, tuples, texts, anything else as it is.
        hint: As in `secrets_in`.
    """
    return _masked(value, hint, "", 0)


def _masked(value: object, hint: str, name: str, depth: int) -> object:
    if isinstance(value, str):
        if _kind(name) & _OPEN:
            return value if "://" not in value else mask_text(value)
        return mask_text(value, hint=hint)
    if depth > DEPTH_LIMIT and isinstance(value, dict | list | tuple):
        return MASK
    if isinstance(value, dict):
        return _mapping(cast("dict[object, object]", value), hint, depth)
    return _listed(value, hint, name, depth) if isinstance(value, list | tuple) else value


def _listed(value: list[object] | tuple[object, ...], hint: str, name: str, depth: int) -> object:
    made: Sequence[object]
    if name in _COMMANDS and all(isinstance(each, str) for each in value):
        made = mask_arguments(cast("Sequence[str]", value), hint=hint)
    else:
        made = [
            _mapping(cast("dict[object, object]", each), hint, depth + 1)
            if each.__class__ is dict and depth < DEPTH_LIMIT
            else _masked(each, hint, "", depth + 1)
            for each in value
        ]
    if not any(map(operator.is_not, made, value)):
        return value
    return made if isinstance(value, list) else tuple(made)


def _kind(key: object) -> int:
    """Return what a key says of its value."""
    if (known := _KINDS.get(key)) is not None:
        return known
    if not isinstance(key, str):
        return _PLAIN
    made = _SECRET if is_secret_name(key) else _OPEN if key in _OPEN_KEYS or key.startswith("checksum/") else _PLAIN
    made |= (_NAMING if key in _NAMES else 0) | (_VALUED if key in _VALUES else 0)
    if len(_KINDS) < _KINDS_BOUND:
        _KINDS[key] = made
    return made


def _mapping(value: dict[object, object], hint: str, depth: int) -> object:
    """Return a mapping without secrets; the innermost loop of a cluster of 10,000 objects, hence written out."""
    if not _COMMANDS.isdisjoint(value):
        hint = _hint_of(value) or hint
    changed: dict[object, object] = {}
    seen = 0
    for key, each in value.items():
        kind = _KINDS.get(key)
        if kind is None:
            kind = _kind(key)
        seen |= kind
        new: object
        if isinstance(each, str):
            known = None if kind & _SPECIAL or hint else MEMORY.get(each)
            new = _named_text(kind, each, hint) if known is None else known or each
        elif each.__class__ is dict and not kind & _SECRET and depth < DEPTH_LIMIT:
            new = _mapping(cast("dict[object, object]", each), hint, depth + 1)
        elif each.__class__ is bool or each is None:
            continue
        else:
            new = _other(kind, key, each, hint, depth + 1)
        if new is not each:
            changed[key] = new
    if seen & _PAIR == _PAIR:
        changed |= _pair(value)
    return {**value, **changed} if changed else value


def _other(kind: int, key: object, value: object, hint: str, depth: int) -> object:
    if kind & _SECRET:
        return _below(value, depth, hint)
    return _masked(value, hint, key if isinstance(key, str) else "", depth)


def _named_text(kind: int, text: str, hint: str) -> str:
    """Return a text whose key says something of it, or whose program does."""
    if kind & _SECRET:
        return text if is_open_value(text.strip()) else _of_json(text, hint)
    if not kind & _OPEN:
        return mask_text(text, hint=hint)
    return mask_text(text) if "://" in text else text


def _of_json(text: str, hint: str) -> str:
    """Return the text of a secret: hidden, but of an object of JSON with settings each is looked at."""
    if text.lstrip()[:1] != "{" or len(text) > _MOST_JSON:
        return MASK
    try:
        value = json.loads(text, object_pairs_hook=_once)
    except (ValueError, RecursionError):
        return MASK
    made = _below(value, 1, hint)
    if made is value:
        return mask_text(text, hint=hint)
    return json.dumps(made, ensure_ascii=False)


_MOST_JSON: Final = 64 * 1024


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Refuse a key that stands twice: what is hidden behind the last one would be shown."""
    made = dict(pairs)
    if len(made) < len(pairs):
        message = "a key stands twice"
        raise ValueError(message)
    return made


def _pair(value: dict[object, object]) -> dict[object, object]:
    """Return the values that a telling name beside them makes secret: ``{name: PASSWORD, value: …}``."""
    changed: dict[object, object] = {}
    for naming in _NAMES:
        if isinstance(named := value.get(naming), str) and is_secret_name(named):
            for valued in _VALUES:
                if isinstance(text := value.get(valued), str | int) and not isinstance(text, bool):
                    is_open = is_open_value(str(text).strip()) or repeats_name(named, str(text))
                    changed[valued] = text if is_open else MASK
    return changed


def _hint_of(value: dict[object, object]) -> str:
    """Return the program of a container, whose arguments may stand apart from it."""
    words = [value.get("image"), value.get("name")]
    for name in _COMMANDS:
        listed = value.get(name)
        words += listed[:2] if isinstance(listed, list) else [listed]
    return _telling(" ".join(word[:200] for word in words if isinstance(word, str)))


def _telling(hint: str) -> str:
    return hint if _PROGRAMS.search(hint) else ""


def _below(value: object, depth: int, hint: str) -> object:
    """Hide every text and number below a telling name, but those that say where the secret is."""
    if isinstance(value, str) or value.__class__ is int:
        return value if is_open_value(str(value).strip()) else MASK
    if depth > DEPTH_LIMIT:
        return MASK
    if isinstance(value, dict):
        made = {
            key: _masked(each, hint, key, depth + 1)
            if key in _REFERRING or not _is_leaf_name(key) or (each.__class__ is int and key not in _VALUES)
            else _below(each, depth + 1, hint)
            for key, each in value.items()
        }
        return made if any(made[key] is not each for key, each in value.items()) else value
    if isinstance(value, list | tuple):
        items = [_below(each, depth + 1, hint) for each in value]
        if not any(map(operator.is_not, items, value)):
            return value
        return items if isinstance(value, list) else tuple(items)
    return value


def _is_leaf_name(key: object) -> bool:
    """Tell whether a name below a telling one may hold the secret: ``mode`` and ``cacheTTL`` do not."""
    return isinstance(key, str) and (is_secret_name(key) or is_secret_name(f"secret_{key}"))


def mask_arguments(arguments: Sequence[str], *, hint: str = "") -> list[str]:
    """Return a command line without secrets: ``--password X``, ``--password=X``, ``-pX``, headers, scripts.

    Args:
        arguments: Program and arguments, or arguments only.
        hint: What is known of the program, if it stands elsewhere.
    """
    hint = _telling(f"{hint} {arguments[0][:200]}" if arguments else hint)
    found: list[str] = []
    before = ""
    for word in arguments:
        found.append(_argument(word, before, hint))
        before = word
    return found


def _argument(word: str, before: str, hint: str) -> str:
    if not word.startswith("-") and _FLAG.match(before):
        if is_secret_name(before.lstrip("-")):
            return word if is_open_value(word) else MASK
        if before in _PAIRED and re.search(_PAIRED[before], hint) and not is_open_value(word):
            return MASK
        if before in {"-u", "--user", "--proxy-user", "-U"} and ":" in word:
            user, _colon, password = word.partition(":")
            return word if password.isdigit() or not password else f"{user}:{MASK}"
    if word.startswith("-"):
        flag, equals, value = word.partition("=")
        if equals and is_secret_name(flag.lstrip("-")):
            return word if is_open_value(value.strip("\"'")) else f"{flag}={MASK}"
    return mask_text(word, hint=hint)
