"""SPDX licence expressions: read, normalised, and taken apart into what must hold.

References: SPDX 2.3 annex D; the list that comes with the library ``license-expression``.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final

from license_expression import ExpressionError, ExpressionParseError, get_spdx_licensing

if TYPE_CHECKING:
    from license_expression import Licensing

LENGTH_LIMIT: Final = 2000
CHOICE_LIMIT: Final = 64
"""Ways to fulfil one expression; one with more is for a person."""
_ALIASES: Final = {
    "apache 2.0": "Apache-2.0",
    "apache-2": "Apache-2.0",
    "apache license 2.0": "Apache-2.0",
    "apache license, version 2.0": "Apache-2.0",
    "apache software license": "Apache-2.0",
    "apache license version 2.0": "Apache-2.0",
    "mit license": "MIT",
    "the mit license": "MIT",
    "expat": "MIT",
    "mit/x11": "MIT",
    "bsd 3-clause": "BSD-3-Clause",
    "bsd-3-clause license": "BSD-3-Clause",
    "3-clause bsd license": "BSD-3-Clause",
    "new bsd license": "BSD-3-Clause",
    "bsd-2-clauses": "BSD-2-Clause",
    "simplified bsd": "BSD-2-Clause",
    "isc license": "ISC",
    "isc license (iscl)": "ISC",
    "mpl 2.0": "MPL-2.0",
    "mozilla public license 2.0 (mpl 2.0)": "MPL-2.0",
    "python software foundation license": "PSF-2.0",
    "psf": "PSF-2.0",
    "gpl-2": "GPL-2.0-only",
    "gpl-2+": "GPL-2.0-or-later",
    "gpl-3": "GPL-3.0-only",
    "gpl-3+": "GPL-3.0-or-later",
    "gplv2": "GPL-2.0-only",
    "gplv3": "GPL-3.0-only",
    "lgpl-2": "LGPL-2.0-only",
    "lgpl-2+": "LGPL-2.0-or-later",
    "lgpl-2.1": "LGPL-2.1-only",
    "lgpl-2.1+": "LGPL-2.1-or-later",
    "lgpl-3": "LGPL-3.0-only",
    "lgpl-3+": "LGPL-3.0-or-later",
    "agpl-3": "AGPL-3.0-only",
    "agpl-3+": "AGPL-3.0-or-later",
    "gpl-2.0": "GPL-2.0-only",
    "gpl-2.0+": "GPL-2.0-or-later",
    "gpl-3.0": "GPL-3.0-only",
    "gpl-3.0+": "GPL-3.0-or-later",
    "agpl-3.0": "AGPL-3.0-only",
    "gfdl-1.2": "GFDL-1.2-only",
    "gfdl-1.3": "GFDL-1.3-only",
    "artistic": "Artistic-1.0-Perl",
    "gfdl-niv-1.2": "GFDL-1.2-no-invariants-only",
    "gfdl-niv-1.2+": "GFDL-1.2-no-invariants-or-later",
    "gfdl-niv-1.3": "GFDL-1.3-no-invariants-only",
    "gfdl-niv-1.3+": "GFDL-1.3-no-invariants-or-later",
    "gpl-1": "GPL-1.0-only",
    "gpl-1+": "GPL-1.0-or-later",
    "lgpl-2.0+": "LGPL-2.0-or-later",
    "bsd-3-clause-generic": "BSD-3-Clause",
    "bsd-3-clause-regents": "BSD-3-Clause",
    "bsd": "BSD",
    "public-domain": "public domain",
    "unlicense": "Unlicense",
    "zlib/libpng": "Zlib",
}
"""Names that distributions and registries use and that mean one licence without doubt."""


@cache
def _licensing() -> Licensing:
    return get_spdx_licensing()


@lru_cache(maxsize=50_000)
def normal(licence: str) -> str:
    """Return an expression with the ids of the list, or the name as it is where it is none."""
    given = " ".join(licence.split())[:LENGTH_LIMIT]
    plain = _ALIASES.get(given.lower(), given)
    found = _parsed(plain)
    return str(found) if found is not None else plain


def is_expression(licence: str) -> bool:
    """Tell whether a text is an expression of licences of the list (or of ``LicenseRef-…``)."""
    return _parsed(licence) is not None


def is_listed(licence: str) -> bool:
    """Tell whether a text is the id of one licence of the list, spelled as there."""
    found = _licensing().known_symbols.get(licence)
    return found is not None and found.key == licence and not found.is_exception


@lru_cache(maxsize=50_000)
def _parsed(licence: str) -> object | None:
    if not licence or len(licence) > LENGTH_LIMIT or licence.count("(") > 50:  # noqa: PLR2004 - the parser recurses
        return None
    library = _licensing()
    try:
        found = library.parse(licence, validate=False, strict=False)
    except (ExpressionError, ExpressionParseError, RecursionError, AttributeError, TypeError, ValueError):
        return None
    if found is None or library.unknown_license_keys(found):
        unknown = library.unknown_license_keys(found) if found is not None else ["?"]
        if any(not key.startswith(("LicenseRef-", "DocumentRef-")) for key in unknown):
            return None
    result: object = found
    return result


@lru_cache(maxsize=50_000)
def choices(licence: str) -> tuple[frozenset[str], ...] | None:
    """Return the ways to fulfil an expression: in each, all of its licences apply; None if it is no expression.

    An exception stays with its licence: ``GPL-2.0-only WITH Classpath-exception-2.0``.
    """
    found = _parsed(normal(licence))
    return _ways(found) if found is not None else None


def _ways(node: object) -> tuple[frozenset[str], ...] | None:
    operator = type(node).__name__
    if operator not in {"AND", "OR"}:
        return (frozenset({str(node)}),)
    parts = [_ways(each) for each in node.args]  # type: ignore[attr-defined]
    if any(each is None for each in parts):
        return None
    if operator == "OR":
        return tuple(dict.fromkeys(way for each in parts if each for way in each))
    made: tuple[frozenset[str], ...] = (frozenset(),)
    for each in parts:
        made = tuple(dict.fromkeys(left | right for left in made for right in each or ()))
        if len(made) > CHOICE_LIMIT:
            return None
    return made
