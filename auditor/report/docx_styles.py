"""Styles of the Word file: 宋体 for text and 黑体 for headings in Chinese, as official documents have them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from auditor.model.text import Language

_MAIN: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_SONG: Final = "\u5b8b\u4f53"
_HEI: Final = "\u9ed1\u4f53"


@dataclass(frozen=True, slots=True)
class _Style:
    """A style of paragraphs.

    Attributes:
        id: How paragraphs name it.
        name: How Word names it; ``heading 1`` and ``toc 1`` are known to it.
        size: In half points; 21 is 五号.
        font: ``text``, ``head`` or ``code``.
        before: Space above, in twentieths of a point.
        after: Space below.
        line: Distance of lines, 240 for single.
        align: ``left``, ``center``, ``both``, ``distribute``.
        is_bold: Set bold.
        outline: Level of a heading, from 0; None for none. It stays with what follows.
        more: Further properties of the paragraph.
        colour: Of the text.
    """

    id: str
    name: str
    size: int
    font: str = "text"
    before: int = 0
    after: int = 0
    line: int = 240
    align: str = "left"
    is_bold: bool = False
    outline: int | None = None
    more: str = ""
    colour: str = ""


def styles(language: Language) -> str:
    """Return the part of the styles."""
    is_chinese = language == "zh"
    indent = '<w:ind w:firstLineChars="200" w:firstLine="420"/>' if is_chinese else ""
    made = (
        _Style("BodyText", "Body Text", 21, before=60, after=60, line=360, align="both", more=indent),
        _Style("Title", "Title", 52, "head", align="center", is_bold=True),
        _Style("Subtitle", "Subtitle", 28, "head", align="center"),
        _Style("ContentsTitle", "Contents Title", 32, "head", after=240, align="center"),
        _Style("TOC1", "toc 1", 21, line=360),
        _Style("TOC2", "toc 2", 20, line=320, more='<w:ind w:left="420"/>'),
        _Style("Heading1", "heading 1", 32, "head", before=360, after=160, is_bold=True, outline=0),
        _Style("Heading2", "heading 2", 26, "head", before=240, after=100, is_bold=True, outline=1),
        _Style("TableHead", "Table Head", 18, "head", before=20, after=20, is_bold=True),
        _Style("TableText", "Table Text", 18, before=20, after=20),
        _Style("TableCode", "Table Code", 14, "mono", before=20, after=20),
        _Style(
            "CoverName", "Cover Name", 24, "head", before=160, after=60, align="distribute" if is_chinese else "left"
        ),
        _Style("CoverValue", "Cover Value", 24, before=160, after=60, more='<w:ind w:left="240"/>'),
        _Style("Gap", "Gap", 12, line=200),
        _Style("Footer", "footer", 16, align="center", colour="595959"),
    )
    parts = [_defaults("zh-CN" if is_chinese else "en-US"), *map(_paragraph, made), _tables()]
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    return f'{head}<w:styles xmlns:w="{_MAIN}">{"".join(parts)}</w:styles>'


def _fonts(kind: str) -> str:
    east, latin = {"text": (_SONG, "Times New Roman"), "head": (_HEI, "Arial"), "mono": (_SONG, "Courier New")}[kind]
    return f'<w:rFonts w:ascii="{latin}" w:eastAsia="{east}" w:hAnsi="{latin}" w:cs="{latin}"/>'


def _size(half_points: int) -> str:
    return f'<w:sz w:val="{half_points}"/><w:szCs w:val="{half_points}"/>'


def _defaults(spoken: str) -> str:
    return (
        f"<w:docDefaults><w:rPrDefault><w:rPr>{_fonts('text')}{_size(21)}"
        f'<w:lang w:val="{spoken}" w:eastAsia="zh-CN"/></w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>'
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/></w:style>'
    )


def _paragraph(style: _Style) -> str:
    """Return one style; the order of its properties is that of the schema (17.7.4.17, 17.3.1.26)."""
    is_heading = style.outline is not None
    paragraph = (
        ("<w:keepNext/>" if is_heading or style.id == "TableHead" else "")
        + f'<w:spacing w:before="{style.before}" w:after="{style.after}" w:line="{style.line}" w:lineRule="auto"/>'
        + style.more
        + f'<w:jc w:val="{style.align}"/>'
        + (f'<w:outlineLvl w:val="{style.outline}"/>' if is_heading else "")
    )
    characters = (
        _fonts(style.font)
        + ("<w:b/>" if style.is_bold else "")
        + (f'<w:color w:val="{style.colour}"/>' if style.colour else "")
        + _size(style.size)
    )
    following = '<w:next w:val="BodyText"/>' if is_heading else ""
    return (
        f'<w:style w:type="paragraph" w:styleId="{style.id}"><w:name w:val="{style.name}"/>'
        f'<w:basedOn w:val="Normal"/>{following}<w:qFormat/>'
        f"<w:pPr>{paragraph}</w:pPr><w:rPr>{characters}</w:rPr></w:style>"
    )


def _tables() -> str:
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    lines = "".join(f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="7F7F7F"/>' for side in sides)
    return (
        '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/><w:tblPr>'
        '<w:tblCellMar><w:left w:w="85" w:type="dxa"/><w:right w:w="85" w:type="dxa"/></w:tblCellMar></w:tblPr>'
        '</w:style><w:style w:type="table" w:styleId="Lines"><w:name w:val="Lines"/><w:basedOn w:val="TableNormal"/>'
        f"<w:tblPr><w:tblBorders>{lines}</w:tblBorders></w:tblPr></w:style>"
    )
