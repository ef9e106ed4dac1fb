"""The self-assessment report as PDF: the same blocks as the Word file, set on A4 with the font embedded.

The font is one of the machine (`auditor.report.fonts`), cut down to the characters of the document. Without one the
document refers to the font that every PDF program has for Chinese (Adobe-GB1, ISO 32000-1 §9.7.5), and says so.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, Final

from reportlab.lib import colors, textsplit
from reportlab.lib.enums import TA_CENTER, TA_JUSTIFY
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFError, TTFNameBytes, TTFont
from reportlab.platypus import (
    BaseDocTemplate,
    Frame,
    LongTable,
    NextPageTemplate,
    PageBreak,
    PageTemplate,
    Spacer,
    Table,
)
from reportlab.platypus import Paragraph as Set
from reportlab.platypus import paragraph as setting
from reportlab.platypus.tableofcontents import TableOfContents

from auditor.model.digest import sha256
from auditor.report import fonts
from auditor.report.assessment import Cover, Grid, Heading, Paragraph, blocks
from auditor.report.docx import numbered
from auditor.report.foreign import one_line, xml_text
from auditor.report.texts import say

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from reportlab.pdfgen.canvas import Canvas
    from reportlab.platypus import Flowable

    from auditor.model.control import Framework
    from auditor.model.record import Record
    from auditor.model.text import Language
    from auditor.report.assessment import Block
    from auditor.rules import CheckText

_MARGIN: Final = 18 * mm
_WIDTH: Final = A4[0] - 2 * _MARGIN
_LINE: Final = colors.HexColor("#7F7F7F")
_HEAD: Final = colors.HexColor("#D9E2F3")
_INK: Final = colors.HexColor("#1F3864")
# Chinese full-width stops, which the library lets begin a line (GB/T 15834: they must not); it asks its modules' names.
for _module in (textsplit, setting):
    _module.ALL_CANNOT_START += "\uff0c\uff1a\uff1b\uff01\uff1f\u2026"
_READERS: Final = "STSong-Light"
_OURS: Final = "auditor-text"
_BOX: Final = "\u25a1"
"""Shown for a character that the font lacks."""


def render(
    record: Record,
    language: Language,
    checks: Mapping[str, CheckText] = {},
    frameworks: Iterable[Framework] = (),
) -> bytes:
    """Return the document; the same record and font give the same bytes.

    Args:
        record: The finished record.
        language: Of all text.
        checks: Checks by id; may be empty.
        frameworks: As they were saved with the run.
    """
    made = blocks(record, language, checks, frameworks)
    font, missing = _font(_characters(made, language))
    return _Press(record, language, font, missing).printed(made)


def _characters(made: Sequence[Block], language: Language) -> set[str]:
    """Return all characters of a document, those of its own words too."""
    text = {*"0123456789 .-/()?", "\u2026", _BOX, *say("paper.page.of", page="", pages="").to(language)}
    text.update(say("paper.contents").to(language))
    for block, number in numbered(made, language):
        text.update(number)
        match block:
            case Cover():
                text.update(block.title, block.subtitle, *(cell for row in block.rows for cell in row))
            case Heading() | Paragraph():
                text.update(block.text)
            case Grid():
                text.update(*block.titles, *(cell for row in block.rows for cell in row))
    return {character for character in text if character >= " "}


def _font(characters: set[str]) -> tuple[str, frozenset[str]]:
    """Register the font to set with, and return its name and the characters that it cannot show."""
    file = fonts.found()
    cut = fonts.cut_down(file, characters) if file else None
    if cut is not None:
        try:
            # names of its own: of two faces of one name reportlab takes the first, which has the characters of another
            # document
            name = f"{_OURS}-{sha256(cut.data)[7:19]}"
            made = _Font(name, io.BytesIO(cut.data))
            made.face.name = TTFNameBytes(f"{made.face.name.ustr}-{name}".encode())
            pdfmetrics.registerFont(made)
        except TTFError:  # a font that the other library could read
            cut = None
        else:
            return name, cut.missing
    pdfmetrics.registerFont(UnicodeCIDFont(_READERS))
    return _READERS, frozenset()


class _Font(TTFont):  # type: ignore[misc]  # reportlab has no types
    """The same, with the width of one character without a loop: lines of Chinese are broken between any two."""

    def stringWidth(self, text: str | bytes, size: float, encoding: str = "utf8") -> float:  # noqa: N802
        if isinstance(text, str) and len(text) == 1:
            width: float = self.face.charWidths.get(ord(text), self.face.defaultWidth)
            return 0.001 * size * width
        whole: float = super().stringWidth(text, size, encoding)
        return whole


class _Paragraph(Set):  # type: ignore[misc]  # reportlab has no types
    """A paragraph that breaks its lines once for a width: a table asks each of its cells ten times."""

    _broken: tuple[float, tuple[float, float]] | None = None

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        if self._broken is None or self._broken[0] != width:
            self._broken = (width, super().wrap(width, height))
        return self._broken[1]


class _Document(BaseDocTemplate):  # type: ignore[misc]  # reportlab has no types
    """Tells the table of contents and the outline of each heading."""

    def afterFlowable(self, flowable: Flowable) -> None:  # noqa: N802 - as reportlab calls it
        heading = getattr(flowable, "heading", None)
        if heading is None:
            return
        level, text, key = heading
        self.canv.bookmarkPage(key)
        self.canv.addOutlineEntry(text, key, level=level - 1, closed=level == 1)
        if level == 1:
            self.notify("TOCEntry", (0, xml_text(text), self.page, key))


class _Press:
    def __init__(self, record: Record, language: Language, font: str, missing: frozenset[str]) -> None:
        self._record = record
        self._language: Language = language
        self._font = font
        self._missing = str.maketrans(dict.fromkeys(missing, "?" if _BOX in missing else _BOX))
        wrap = "CJK" if language == "zh" or font == _READERS else None
        common = {"fontName": font, "wordWrap": wrap}

        def style(name: str, size: float, leading: float, **more: Any) -> ParagraphStyle:  # noqa: ANN401
            return ParagraphStyle(name, fontSize=size, leading=leading, **{**common, **more})

        indent = 21 if language == "zh" else 0
        self._styles = {
            "text": style("text", 10.5, 17, firstLineIndent=indent, spaceBefore=2, spaceAfter=4, alignment=TA_JUSTIFY),
            "h1": style("h1", 16, 22, textColor=_INK, spaceBefore=14, spaceAfter=8, keepWithNext=1),
            "h2": style("h2", 12.5, 18, textColor=_INK, spaceBefore=10, spaceAfter=5, keepWithNext=1),
            "title": style("title", 27, 36, alignment=TA_CENTER, textColor=_INK),
            "subtitle": style("subtitle", 13, 20, alignment=TA_CENTER),
            "contents": style("contents", 16, 24, alignment=TA_CENTER, spaceAfter=12),
            "toc": style("toc", 10.5, 20),
            "head": style("head", 8.5, 11.5, textColor=_INK),
            "cell": style("cell", 8, 11),
            "mono": style("mono", 6.5, 8.5),
            "cover": style("cover", 11.5, 17),
        }

    def printed(self, made: Sequence[Block]) -> bytes:
        """Return the pages."""
        out = io.BytesIO()
        run = self._record.run
        document = _Document(
            out,
            pagesize=A4,
            title=one_line(f"{say('title').to(self._language)} {run.system}"),
            author=f"auditor {run.auditor}",
            subject=run.id,
            lang="zh-CN" if self._language == "zh" else "en",
            invariant=1,
            initialFontName=self._font,
        )
        frame = Frame(_MARGIN, _MARGIN, _WIDTH, A4[1] - 2 * _MARGIN, 0, 0, 0, 0)
        document.addPageTemplates([PageTemplate("cover", [frame]), PageTemplate("page", [frame], onPage=self._footer)])
        document.multiBuild(list(self._flow(made)))
        return out.getvalue()

    def _footer(self, canvas: Canvas, document: _Document) -> None:
        canvas.saveState()
        canvas.setFont(self._font, 8)
        canvas.setFillColor(_LINE)
        told = say("paper.page", page=document.page).to(self._language)
        canvas.drawString(_MARGIN, 10 * mm, self._record.run.id)
        canvas.drawRightString(A4[0] - _MARGIN, 10 * mm, told)
        canvas.restoreState()

    def _flow(self, made: Sequence[Block]) -> Iterator[Flowable]:
        for index, (block, number) in enumerate(numbered(made, self._language)):
            match block:
                case Cover():
                    yield from self._cover(block)
                case Heading():
                    text = number + block.text
                    heading = self._set(text, f"h{block.level}")
                    heading.heading = (block.level, text, f"h{index}")
                    yield heading
                case Paragraph():
                    yield self._set(block.text, "text")
                case Grid():
                    yield self._grid(block)
                    yield Spacer(1, 8)

    def _set(self, text: str, style: str) -> Set:
        shown = text.translate(self._missing) if self._missing else text
        return _Paragraph(xml_text(shown).replace("\n", "<br/>"), self._styles[style])

    def _cover(self, cover: Cover) -> Iterator[Flowable]:
        yield NextPageTemplate("page")
        yield Spacer(1, 70 * mm)
        yield self._set(cover.title, "title")
        yield Spacer(1, 5 * mm)
        yield self._set(cover.subtitle, "subtitle")
        yield Spacer(1, 45 * mm)
        rows = [[self._set(name, "cover"), self._set(value, "cover")] for name, value in cover.rows]
        yield Table(
            rows,
            colWidths=[32 * mm, 100 * mm],
            style=[("LINEBELOW", (0, 0), (-1, -1), 0.5, _LINE), ("VALIGN", (0, 0), (-1, -1), "MIDDLE")],
        )
        if self._font == _READERS:
            yield Spacer(1, 8 * mm)
            yield self._set(say("paper.font").to(self._language), "cell")
        yield PageBreak()
        yield self._set(say("paper.contents").to(self._language), "contents")
        contents = TableOfContents()
        contents.levelStyles = [self._styles["toc"]]
        contents.dotsMinLevel = 0
        yield contents
        yield PageBreak()

    def _grid(self, grid: Grid) -> Flowable:
        total = sum(grid.shares)
        rows = [[self._set(title, "head") for title in grid.titles]]
        rows += [[self._cell(text, is_code=index in grid.code) for index, text in enumerate(row)] for row in grid.rows]
        return LongTable(
            rows,
            colWidths=[_WIDTH * share / total for share in grid.shares],
            rowHeights=[None, *([grid.height * mm] * len(grid.rows))] if grid.height else None,
            repeatRows=1,
            style=[
                ("GRID", (0, 0), (-1, -1), 0.4, _LINE),
                ("BACKGROUND", (0, 0), (-1, 0), _HEAD),
                ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
                ("LEFTPADDING", (0, 0), (-1, -1), 3),
                ("RIGHTPADDING", (0, 0), (-1, -1), 3),
                ("TOPPADDING", (0, 0), (-1, -1), 2),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
            ],
        )

    def _cell(self, text: str, *, is_code: bool) -> Set | str:
        if not text:
            return ""
        return self._set(text, "mono" if is_code and text.isascii() else "cell")
