"""The self-assessment report as a Word file (ECMA-376, WordprocessingML), written directly: text goes in as text only.

A document of this kind needs six small parts and no library: styles, one body, a footer, settings. Fonts are named, not
held: Word and WPS have the Chinese ones, others take a like one. The same record gives the same bytes.
"""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Final

from auditor.report.assessment import Cover, Grid, Heading, Paragraph, blocks
from auditor.report.docx_styles import styles
from auditor.report.foreign import xml_text
from auditor.report.texts import say

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from auditor.model.control import Framework
    from auditor.model.record import Record
    from auditor.model.text import Language
    from auditor.report.assessment import Block
    from auditor.rules import CheckText

_WIDTH: Final = 9_638
"""Twentieths of a point between the margins: A4 less 2 cm on both sides."""
_MM: Final = 56.7
_MAIN: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_RELATIONS: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_TYPE: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_HEAD: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_CHAPTERS: Final = "一二三四五六七八九十"


def render(
    record: Record,
    language: Language,
    checks: Mapping[str, CheckText] = {},
    frameworks: Iterable[Framework] = (),
) -> bytes:
    """Return the document.

    Args:
        record: The finished record.
        language: Of all text.
        checks: Checks by id; may be empty.
        frameworks: As they were saved with the run.
    """
    made = blocks(record, language, checks, frameworks)
    title = f"{say('title').to(language)} {record.run.system}"
    parts = {
        "[Content_Types].xml": _content_types(),
        "_rels/.rels": _relations(
            ("officeDocument", f"{_RELATIONS}/officeDocument", "word/document.xml"),
            ("core", f"{_PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"),
        ),
        "docProps/core.xml": _core(title, record),
        "word/_rels/document.xml.rels": _relations(
            ("styles", f"{_RELATIONS}/styles", "styles.xml"),
            ("settings", f"{_RELATIONS}/settings", "settings.xml"),
            ("footer", f"{_RELATIONS}/footer", "footer.xml"),
        ),
        "word/styles.xml": styles(language),
        "word/settings.xml": f'{_HEAD}<w:settings xmlns:w="{_MAIN}"><w:zoom w:percent="100"/>'
        '<w:defaultTabStop w:val="420"/><w:characterSpacingControl w:val="compressPunctuation"/></w:settings>',
        "word/footer.xml": _footer(language, record.run.id),
        "word/document.xml": _document(made, language),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, text.encode("utf-8", "backslashreplace"))
    return out.getvalue()


def numbered(made: Sequence[Block], language: Language) -> Iterator[tuple[Block, str]]:
    """Yield each block with the number of its heading: 一、 and 1.1 in Chinese, 1 and 1.1 in English."""
    chapter = section = 0
    for block in made:
        number = ""
        if isinstance(block, Heading) and block.level == 1:
            chapter, section = chapter + 1, 0
            number = f"{_chapter(chapter)}\u3001" if language == "zh" else f"{chapter} "
        elif isinstance(block, Heading):
            section += 1
            number = f"{chapter}.{section} "
        yield block, number


def _chapter(number: int) -> str:
    """Return a number from 1 to 99 in Chinese."""
    tens, ones = divmod(number, 10)
    before = "" if not tens else f"{_CHAPTERS[tens - 1] if tens > 1 else ''}十"
    return before + (_CHAPTERS[ones - 1] if ones else "")


# -- body ------------------------------------------------------------------------------------------------------


def _document(made: Sequence[Block], language: Language) -> str:
    body: list[str] = []
    for block, number in numbered(made, language):
        match block:
            case Cover():
                body += _cover(block)
                body += _contents(made, language)
            case Heading():
                body.append(_paragraph(number + block.text, f"Heading{block.level}"))
            case Paragraph():
                body.append(_paragraph(block.text, "BodyText"))
            case Grid():
                body.append(_grid(block))
                body.append('<w:p><w:pPr><w:pStyle w:val="Gap"/></w:pPr></w:p>')
    section = (
        '<w:sectPr><w:footerReference w:type="default" r:id="footer"/><w:pgSz w:w="11906" w:h="16838"/>'
        '<w:pgMar w:top="1304" w:right="1134" w:bottom="1304" w:left="1134" w:header="720" w:footer="624" '
        'w:gutter="0"/><w:titlePg/></w:sectPr>'
    )
    inner = f"<w:body>{''.join(body)}{section}</w:body>"
    return f'{_HEAD}<w:document xmlns:w="{_MAIN}" xmlns:r="{_RELATIONS}">{inner}</w:document>'


def _run(text: str, properties: str = "") -> str:
    """Return text as a run; its lines are breaks, blanks stay."""
    lines = xml_text(text).split("\n")
    inner = "<w:br/>".join(f'<w:t xml:space="preserve">{line}</w:t>' for line in lines)
    return f"<w:r>{f'<w:rPr>{properties}</w:rPr>' if properties else ''}{inner}</w:r>"


def _paragraph(text: str, style: str, properties: str = "") -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{properties}</w:pPr>{_run(text)}</w:p>'


def _cover(cover: Cover) -> Iterator[str]:
    yield _paragraph(cover.title, "Title", '<w:spacing w:before="3600" w:after="240"/>')
    yield _paragraph(cover.subtitle, "Subtitle", '<w:spacing w:after="2400"/>')
    rows = "".join(
        f"<w:tr>{_cell(name, 2400, 'CoverName', is_open=True)}{_cell(value, 5200, 'CoverValue', is_open=True)}</w:tr>"
        for name, value in cover.rows
    )
    yield (
        '<w:tbl><w:tblPr><w:tblW w:w="7600" w:type="dxa"/><w:jc w:val="center"/><w:tblLayout w:type="fixed"/></w:tblPr>'
        f'<w:tblGrid><w:gridCol w:w="2400"/><w:gridCol w:w="5200"/></w:tblGrid>{rows}</w:tbl>'
    )
    yield '<w:p><w:r><w:br w:type="page"/></w:r></w:p>'


def _contents(made: Sequence[Block], language: Language) -> Iterator[str]:
    """Yield a table of contents: a field that Word fills with page numbers, and the headings until it does."""
    yield _paragraph(say("paper.contents").to(language), "ContentsTitle")
    entries = [
        (number + block.text, block.level) for block, number in numbered(made, language) if isinstance(block, Heading)
    ]
    shown = [text for text, level in entries if level == 1]
    for index, text in enumerate(shown):
        begin = end = ""
        if index == 0:
            begin = (
                '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
                '<w:r><w:instrText xml:space="preserve"> TOC \\o "1-2" \\h \\z </w:instrText></w:r>'
                '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
            )
        if index == len(shown) - 1:
            end = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
        yield f'<w:p><w:pPr><w:pStyle w:val="TOC1"/></w:pPr>{begin}{_run(text)}{end}</w:p>'


def _grid(grid: Grid) -> str:
    total = sum(grid.shares)
    widths = [_WIDTH * share // total for share in grid.shares]
    height = f'<w:trHeight w:val="{round(grid.height * _MM)}"/>' if grid.height else ""
    head = "".join(
        _cell(title, width, "TableHead", fill="D9E2F3", keeps=bool(grid.height))
        for title, width in zip(grid.titles, widths, strict=True)
    )
    rows = [f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{head}</w:tr>"]
    for line, row in enumerate(grid.rows, 1):
        keeps = bool(grid.height) and line < len(grid.rows)  # what is to be filled in by hand stays on one page
        cells = "".join(
            _cell(text, width, "TableCode" if index in grid.code else "TableText", keeps=keeps)
            for index, (text, width) in enumerate(zip(row, widths, strict=True))
        )
        rows.append(f"<w:tr><w:trPr><w:cantSplit/>{height}</w:trPr>{cells}</w:tr>")
    columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="Lines"/><w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
        '<w:tblLayout w:type="fixed"/></w:tblPr>'
        f"<w:tblGrid>{columns}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )


def _cell(text: str, width: int, style: str, *, fill: str = "", is_open: bool = False, keeps: bool = False) -> str:
    shade = f'<w:shd w:val="clear" w:color="auto" w:fill="{fill}"/>' if fill else ""
    line = (
        '<w:tcBorders><w:bottom w:val="single" w:sz="4" w:space="0" w:color="7F7F7F"/></w:tcBorders>' if is_open else ""
    )
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{line}{shade}<w:vAlign w:val="center"/></w:tcPr>'
        f"{_paragraph(text, style, '<w:keepNext/>' if keeps else '')}</w:tc>"
    )


# -- other parts -----------------------------------------------------------------------------------------------


def _footer(language: Language, run: str) -> str:
    def number(name: str) -> str:
        return f'<w:fldSimple w:instr=" {name} "><w:r><w:t>1</w:t></w:r></w:fldSimple>'

    told = say("paper.page.of", page="\x00", pages="\x01").to(language)
    for mark, name in (("\x00", "PAGE"), ("\x01", "NUMPAGES")):
        before, _, told = told.partition(mark)
        run_text = _run(before) if before else ""
        if name == "PAGE":
            inner = run_text + number(name)
        else:
            inner += run_text + number(name) + (_run(told) if told else "")
    text = f"{_run(f'{run}    ')}{inner}"
    return f'{_HEAD}<w:ftr xmlns:w="{_MAIN}"><w:p><w:pPr><w:pStyle w:val="Footer"/></w:pPr>{text}</w:p></w:ftr>'


def _content_types() -> str:
    types = {
        "/word/document.xml": f"{_TYPE}.document.main+xml",
        "/word/styles.xml": f"{_TYPE}.styles+xml",
        "/word/settings.xml": f"{_TYPE}.settings+xml",
        "/word/footer.xml": f"{_TYPE}.footer+xml",
        "/docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
    }
    overrides = "".join(f'<Override PartName="{name}" ContentType="{kind}"/>' for name, kind in types.items())
    return (
        f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>'
    )


def _relations(*given: tuple[str, str, str]) -> str:
    rows = "".join(f'<Relationship Id="{name}" Type="{kind}" Target="{target}"/>' for name, kind, target in given)
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{rows}</Relationships>'


def _core(title: str, record: Record) -> str:
    created = xml_text(record.run.started.replace("+00:00", "Z"))
    return (
        f'{_HEAD}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{xml_text(title)}</dc:title><dc:creator>auditor {xml_text(record.run.auditor)}</dc:creator>"
        f"<dc:identifier>{xml_text(record.run.id)}</dc:identifier>"
        f'<dcterms:created xsi:type="dcterms:W3CDTF">{created}</dcterms:created></cp:coreProperties>'
    )
