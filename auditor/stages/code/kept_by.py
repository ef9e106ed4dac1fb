"""Names of what gives a value back, in another form: methods of what Python brings, and functions of its library."""

from __future__ import annotations

import ast
import re
from typing import Final

from auditor.stages.code.scopes import last_name

_OF_TEXTS: Final = frozenset(
    {
        "strip",
        "lstrip",
        "rstrip",
        "lower",
        "upper",
        "title",
        "capitalize",
        "casefold",
        "swapcase",
        "expandtabs",
        "zfill",
    }
    | {"decode", "encode", "replace", "removeprefix", "removesuffix", "split", "rsplit", "partition", "rpartition"}
    | {"splitlines", "format", "format_map", "join", "translate", "substitute", "safe_substitute", "group", "groups"}
)
_OF_CONTAINERS: Final = frozenset(
    {
        "get",
        "pop",
        "popitem",
        "items",
        "values",
        "keys",
        "copy",
        "setdefault",
        "getlist",
        "dict",
        "model_dump",
        "to_dict",
    }
)
_OF_PATHS: Final = frozenset(
    {"as_posix", "resolve", "absolute", "expanduser", "joinpath", "with_suffix", "with_name", "with_stem", "as_uri"}
)
_OF_REQUESTS: Final = frozenset(
    {"json", "text", "body", "form", "read", "get_json", "get_data", "getvalue", "geturl", "result"}
    | {"receive_text", "receive_json", "receive_bytes"}
)
METHODS: Final = _OF_TEXTS | _OF_CONTAINERS | _OF_PATHS | _OF_REQUESTS
"""Methods of texts, containers, paths and requests that give what they are called on."""
FUNCTIONS: Final = frozenset(
    {"str", "bytes", "bytearray", "repr", "format", "dict", "list", "tuple", "set", "frozenset", "sorted", "reversed"}
    | {"enumerate", "zip", "next", "iter", "max", "min", "sum", "getattr", "cast", "copy", "deepcopy", "chain"}
    | {"fspath", "fsdecode", "fsencode", "abspath", "realpath", "normpath", "normcase", "expanduser", "expandvars"}
    | {"dirname", "join", "Path", "PurePath", "PosixPath", "PurePosixPath", "WindowsPath"}
    | {
        "urljoin",
        "urlparse",
        "urlsplit",
        "urlunparse",
        "urlunsplit",
        "unquote",
        "unquote_plus",
        "parse_qs",
        "parse_qsl",
    }
    | {"URL", "Request", "BytesIO", "StringIO", "Template", "Markup", "unescape", "dedent", "indent", "fill", "compile"}
    | {"loads", "load_json", "literal_eval", "safe_load", "b64decode", "urlsafe_b64decode", "b64encode", "unhexlify"}
    | {
        "urlsafe_b64encode",
        "gather",
        "wait_for",
        "shield",
        "ensure_future",
        "create_task",
        "model_validate",
        "parse_obj",
    }
    | {"HumanMessage", "parse", "SystemMessage"}
)
"""Functions that give one of their arguments, in another form."""
ANY_TEXT: Final = re.compile(r"\.[*+]|\\S[*+]|\[\\s\\S\]|\[\^[^\]]{1,6}\][*+]")
"""Patterns that find any text."""


def gives_object(call: ast.Call) -> bool:
    """Tell whether a look-up falls back to an object of a class: ``context.get("env", LocalEnv())``.

    What it finds is such an object, then. Nobody who sends texts, numbers and lists can choose it.
    """
    match call:
        case ast.Call(func=ast.Attribute(attr="get" | "pop" | "setdefault"), args=[_, ast.Call(func=made)]):
            name = last_name(made)
            return name[:1].isupper() and name not in FUNCTIONS | _OF_TEXTS_AND_NUMBERS
    return False


NUMBERS: Final = frozenset({"UUID", "Decimal", "Fraction", "IPv4Address", "IPv6Address"})
"""Classes that take no text but one of a form in which there is nothing to choose but letters and numbers."""


def is_enumeration(klass: ast.ClassDef) -> bool:
    """Tell whether a class takes no value but one of its own."""
    return any(last_name(base).endswith("Enum") for base in klass.bases)


_OF_TEXTS_AND_NUMBERS: Final = frozenset({"Decimal", "Fraction", "OrderedDict", "Counter", "UUID"})
