"""A Chinese font of the machine, cut down to the characters of one document and ready to be embedded in a PDF.

A PDF without its font is shown with whatever its reader has; with it, the pages look the same everywhere. The machine
that audits may have none: then nothing is embedded, and the document says so.
"""

from __future__ import annotations

import io
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

VARIABLE: Final = "AUDITOR_FONT"
"""Names a font file to take instead of those that are looked for."""
_FILES: Final = (
    "NotoSansCJK-Regular.ttc",
    "NotoSansCJKsc-Regular.otf",
    "NotoSansSC-Regular.otf",
    "NotoSansSC-Regular.ttf",
    "SourceHanSansSC-Regular.otf",
    "SourceHanSansCN-Regular.otf",
    "NotoSerifCJK-Regular.ttc",
    "wqy-microhei.ttc",
    "wqy-zenhei.ttc",
    "DroidSansFallbackFull.ttf",
    "msyh.ttc",
    "simsun.ttc",
    "simhei.ttf",
    "PingFang.ttc",
    "STHeiti Light.ttc",
)
"""By preference; the first that is found is taken."""
_FACES: Final = ("Noto Sans CJK SC", "Source Han Sans SC", "Noto Serif CJK SC", "PingFang SC", "WenQuanYi Micro Hei")
_MAX_BYTES: Final = 128 << 20
_MAX_FILES: Final = 20_000
_MAX_ERROR: Final = 1.0
"""Units by which a curve may differ where cubic ones become quadratic; a thousandth of the size of a character."""
_RESTRICTED: Final = 0x2
"""Bit of ``fsType`` (OpenType, OS/2): the font must not be embedded."""


@dataclass(frozen=True, slots=True)
class Font:
    """A font that may be embedded.

    Attributes:
        name: Its family.
        data: A TrueType file that holds the wanted characters, where the font has them.
        missing: Characters that it lacks.
    """

    name: str
    data: bytes
    missing: frozenset[str]


def folders() -> tuple[Path, ...]:
    """Return where fonts lie on Linux, macOS and Windows."""
    home = Path.home()
    return (
        Path("/usr/share/fonts"),
        Path("/usr/local/share/fonts"),
        home / ".local/share/fonts",
        home / ".fonts",
        Path("/System/Library/Fonts"),
        Path("/Library/Fonts"),
        home / "Library/Fonts",
        Path(os.environ.get("WINDIR", "C:\\Windows")) / "Fonts",
    )


def found(places: Iterable[Path] | None = None) -> Path | None:
    """Return the font file to take; None if the machine has none.

    Args:
        places: Folders to look in; those of the system if not given.
    """
    if named := os.environ.get(VARIABLE):
        return Path(named)
    there: dict[str, Path] = {}
    for place in folders() if places is None else places:
        for file in _files(place):
            there.setdefault(file.name, file)
    return next((there[name] for name in _FILES if name in there), None)


def _files(place: Path) -> Iterator[Path]:
    count = 0
    for folder, _inner, names in os.walk(place):
        for name in names:
            count += 1
            if count > _MAX_FILES:
                return
            if name in _FILES:
                yield Path(folder, name)


def cut_down(file: Path, characters: Iterable[str]) -> Font | None:
    """Return a font with no more than some characters; None if it cannot be read or must not be embedded.

    Args:
        file: TrueType or OpenType, a single font or a collection.
        characters: All that the document holds.
    """
    from fontTools import subset  # noqa: PLC0415 - takes half a second, and only a PDF needs it
    from fontTools.ttLib import TTLibError  # noqa: PLC0415

    wanted = {ord(each) for each in characters}
    try:
        if file.stat().st_size > _MAX_BYTES:
            return None
        font = _face(file)
        if font["OS/2"].fsType & _RESTRICTED:
            return None
        options = subset.Options(
            layout_features=[],
            hinting=False,
            notdef_outline=True,
            drop_tables=["GSUB", "GPOS", "GDEF", "BASE", "VORG", "vhea", "vmtx", "DSIG", "kern"],
        )
        cutter = subset.Subsetter(options)
        cutter.populate(unicodes=wanted)
        cutter.subset(font)
        if "CFF " in font:
            _as_truetype(font)
        out = io.BytesIO()
        font.save(out)
        known = font.getBestCmap()
    except (OSError, TTLibError, KeyError, AssertionError, ValueError, AttributeError, EOFError):
        return None
    missing = frozenset(chr(each) for each in wanted - known.keys())
    return Font(str(font["name"].getDebugName(1) or file.stem), out.getvalue(), missing)


def _face(file: Path) -> Any:  # noqa: ANN401 - fontTools has no types
    """Return the face for simplified Chinese of a collection, else its first."""
    from fontTools.ttLib import TTCollection, TTFont  # noqa: PLC0415

    if file.suffix.lower() != ".ttc":
        return TTFont(file, lazy=True, recalcTimestamp=False)
    with TTCollection(file, lazy=True) as collection:
        names = [face["name"].getDebugName(1) for face in collection.fonts]
    number = next((names.index(name) for name in _FACES if name in names), 0)
    return TTFont(file, fontNumber=number, lazy=True, recalcTimestamp=False)


def _as_truetype(font: Any) -> None:  # noqa: ANN401 - fontTools has no types
    """Turn cubic outlines into quadratic ones, the only kind that the PDF library embeds."""
    from fontTools.pens.cu2quPen import Cu2QuPen  # noqa: PLC0415
    from fontTools.pens.ttGlyphPen import TTGlyphPen  # noqa: PLC0415
    from fontTools.ttLib import newTable  # noqa: PLC0415

    outlines, order = font.getGlyphSet(), font.getGlyphOrder()
    glyphs = {}
    for name in order:
        pen = TTGlyphPen(outlines)
        outlines[name].draw(Cu2QuPen(pen, _MAX_ERROR, reverse_direction=True))
        glyphs[name] = pen.glyph()
    font["loca"] = newTable("loca")
    table = font["glyf"] = newTable("glyf")
    table.glyphOrder, table.glyphs = order, glyphs
    del font["CFF "]
    limits = font["maxp"]
    limits.tableVersion = 0x00010000
    for name in (
        "TwilightPoints",
        "Storage",
        "FunctionDefs",
        "InstructionDefs",
        "StackElements",
        "SizeOfInstructions",
        "ComponentElements",
        "Points",
        "Contours",
        "CompositePoints",
        "CompositeContours",
        "ComponentDepth",
    ):
        setattr(limits, f"max{name}", 0)
    limits.maxZones = 1
    names = font["post"]
    names.formatType, names.extraNames, names.mapping = 3.0, [], {}
    font.sfntVersion = "\x00\x01\x00\x00"
