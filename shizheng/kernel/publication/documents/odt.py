"""ODT (OpenDocument 1.3, CNS 15251), the format that government in Taiwan exchanges: true headings, header rows, spans."""

from __future__ import annotations

import io
import re
from xml.sax.saxutils import escape, quoteattr

from odfdo import Document as OdfDocument
from odfdo import Element

from shizheng.kernel.publication.documents.model import (
    Cell,
    Content,
    Document,
    FigureRef,
    Heading,
    PageBreak,
    Paragraph,
    Picture,
    Pictures,
    Table,
)

MEDIA_TYPE = "application/vnd.oasis.opendocument.text"
_BLANKS = re.compile(" {2,}|\t|\n")
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
_WIDTH = 17.0  # centimetres between the margins of A4
_FACE = 'style:font-name-asian="Noto Sans TC" style:language-asian="zh" style:country-asian="TW"'
_STYLES = (
    '<style:style style:name="SzTitle" style:family="paragraph"><style:paragraph-properties fo:text-align="center" '
    'fo:margin-bottom="0.4cm"/><style:text-properties fo:font-size="18pt" style:font-size-asian="18pt" '
    'fo:font-weight="bold" style:font-weight-asian="bold"/></style:style>',
    '<style:style style:name="SzNote" style:family="paragraph"><style:text-properties fo:font-size="9pt" '
    'style:font-size-asian="9pt" fo:color="#444444"/></style:style>',
    '<style:style style:name="SzBody" style:family="paragraph"><style:paragraph-properties fo:margin-bottom="0.2cm"/>'
    f"<style:text-properties {_FACE}/></style:style>",
    '<style:style style:name="SzHead" style:family="paragraph"><style:paragraph-properties fo:text-align="center"/>'
    '<style:text-properties fo:font-weight="bold" style:font-weight-asian="bold"/></style:style>',
    '<style:style style:name="SzStrong" style:family="paragraph"><style:text-properties fo:font-weight="bold" '
    'style:font-weight-asian="bold"/></style:style>',
    '<style:style style:name="SzCenter" style:family="paragraph"><style:paragraph-properties fo:text-align="center"/></style:style>',
    '<style:style style:name="SzEnd" style:family="paragraph"><style:paragraph-properties fo:text-align="end"/></style:style>',
    '<style:style style:name="SzBreak" style:family="paragraph"><style:paragraph-properties fo:break-before="page"/></style:style>',
    '<style:style style:name="SzCell" style:family="table-cell"><style:table-cell-properties fo:border="0.5pt solid #666666" '
    'fo:padding="0.12cm"/></style:style>',
    '<style:style style:name="SzDenseCell" style:family="table-cell"><style:table-cell-properties fo:border="0.5pt solid #666666" '
    'fo:padding="0.05cm"/></style:style>',
    '<style:style style:name="SzTable" style:family="table"><style:table-properties style:width="17cm" table:align="margins"/></style:style>',
)
_ALIGNED = {"start": "Standard", "center": "SzCenter", "end": "SzEnd"}
_DENSE_STYLES = tuple(
    f'<style:style style:name="SzDense{name}" style:family="paragraph"><style:paragraph-properties fo:text-align="{align}"/>'
    f'<style:text-properties fo:font-size="8.5pt" style:font-size-asian="8.5pt" {bold}/></style:style>'
    for name, align, bold in (
        ("Standard", "start", ""), ("SzCenter", "center", ""), ("SzEnd", "end", ""),
        ("SzStrong", "start", 'fo:font-weight="bold" style:font-weight-asian="bold"'),
        ("SzHead", "center", 'fo:font-weight="bold" style:font-weight-asian="bold"'),
    )
)  # fmt: skip


def to_odt(document: Document) -> bytes:
    """The document as ODT."""
    made = OdfDocument("text")
    made.body.clear()
    made.set_language(document.language)
    meta = made.meta
    meta.title, meta.creator, meta.initial_creator = document.title, document.author, document.author
    meta.subject, meta.language = document.subject, document.language
    meta.generator = "Shizheng"
    if document.issued_at is not None:
        moment = document.issued_at.replace(tzinfo=None, microsecond=0)
        meta.creation_date, meta.date = moment, moment
    for style in (*_STYLES, *_DENSE_STYLES, *_column_styles(document)):
        made.insert_style(style, automatic=True)
    break_before = False
    for number, block in enumerate(document.blocks):
        if isinstance(block, PageBreak):
            break_before = True
            continue
        if break_before:
            made.body.append(Element.from_tag('<text:p text:style-name="SzBreak"/>'))
            break_before = False
        tag = _pictures(made, block, number) if isinstance(block, Pictures) else _block(block, number)
        made.body.append(Element.from_tag(tag))
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


def made_with() -> str:
    """The name and version of what makes the file."""
    from importlib.metadata import version

    return f"odfdo {version('odfdo')}"


def _column_styles(document: Document) -> list[str]:
    widths = {
        round(_share(table, index), 2) for table in document.tables for index in range(len(table.columns))
    }
    return [
        f'<style:style style:name="SzCol{int(width * 100)}" style:family="table-column">'
        f'<style:table-column-properties style:column-width="{width}cm"/></style:style>'
        for width in sorted(widths)
    ]


def _share(table: Table, index: int) -> float:
    return _WIDTH * table.columns[index].width / sum(column.width for column in table.columns)


def _pictures(made: OdfDocument, block: Pictures, number: int) -> str:
    frames = [_frame(made, each, f"{number}-{place}") for place, each in enumerate(block.pictures)]
    captions = "　".join(each.caption for each in block.pictures if each.caption)
    below = f"<text:line-break/>{_text(captions)}" if captions else ""
    return f'<text:p text:style-name="SzNote">{" ".join(frames)}{below}</text:p>'


def _frame(made: OdfDocument, picture: Picture, name: str) -> str:
    """A picture in the line, its file in the package; `svg:desc` is what a reader without eyes is told."""
    place = made.add_file(io.BytesIO(picture.data))
    made.manifest.add_full_path(place, picture.media_type)
    return (
        f'<draw:frame draw:name={quoteattr(name)} text:anchor-type="as-char" svg:width="{picture.width}mm" '
        f'svg:height="{picture.height}mm"><draw:image xlink:href={quoteattr(place)} xlink:type="simple" '
        f'xlink:show="embed" xlink:actuate="onLoad" draw:mime-type="{picture.media_type}"/>'
        f"<svg:title>{escape(picture.caption or picture.alt)}</svg:title><svg:desc>{escape(picture.alt)}</svg:desc></draw:frame>"
    )


def _block(block: Heading | Paragraph | Table | PageBreak, number: int) -> str:
    match block:
        case Heading(level, text):
            return f'<text:h text:style-name="Heading_20_{level}" text:outline-level="{level}">{_text(text)}</text:h>'
        case Paragraph(content, style):
            name = {"title": "SzTitle", "note": "SzNote"}.get(style, "SzBody")
            return f'<text:p text:style-name="{name}">{_content(content)}</text:p>'
        case Table():
            return _table(block, number)
    raise TypeError(block)


def _table(table: Table, number: int) -> str:
    columns = "".join(
        f'<table:table-column table:style-name="SzCol{int(round(_share(table, index), 2) * 100)}"/>'
        for index in range(len(table.columns))
    )
    dense = "Dense" if table.dense else ""
    head_style = "SzDenseSzHead" if table.dense else "SzHead"
    head = "".join(
        f'<table:table-cell table:style-name="Sz{dense}Cell" office:value-type="string"><text:p text:style-name="{head_style}">'
        f"{_text(column.title)}</text:p></table:table-cell>"
        for column in table.columns
    )
    rows = "".join(
        "<table:table-row>"
        + "".join(_cell(each, table.columns[index].align, dense) for index, each in enumerate(row))
        + "</table:table-row>"
        for row in table.rows
    )
    return (
        f'<table:table table:name={quoteattr(f"{table.title} {number}")} table:style-name="SzTable">{columns}'
        f"<table:table-header-rows><table:table-row>{head}</table:table-row></table:table-header-rows>{rows}</table:table>"
    )


def _cell(cell: Cell | None, align: str, dense: str) -> str:
    if cell is None:
        return "<table:covered-table-cell/>"
    spans = (
        f' table:number-rows-spanned="{cell.rows}" table:number-columns-spanned="1"' if cell.rows > 1 else ""
    )
    style = "SzStrong" if cell.header else _ALIGNED[align]
    style = f"SzDense{style}" if dense else style
    paragraphs = cell.paragraphs or ((),)
    inside = "".join(
        f'<text:p text:style-name="{style}">{_content(content)}</text:p>' for content in paragraphs
    )
    return f'<table:table-cell table:style-name="Sz{dense}Cell" office:value-type="string"{spans}>{inside}</table:table-cell>'


def _content(content: Content) -> str:
    return "".join(_figure(part) if isinstance(part, FigureRef) else _text(part) for part in content)


def _figure(figure: FigureRef) -> str:
    if not figure.url:
        return _text(figure.text)
    return (
        f'<text:a xlink:type="simple" xlink:href={quoteattr(figure.url)} office:name={quoteattr(figure.id)}>'
        f"{_text(figure.text)}</text:a>"
    )


def _text(text: str) -> str:
    """Escaped text; runs of blanks, tabs and line breaks as ODF has them."""

    def blank(found: re.Match[str]) -> str:
        if found.group() == "\t":
            return "<text:tab/>"
        return (
            "<text:line-break/>" if found.group() == "\n" else f' <text:s text:c="{len(found.group()) - 1}"/>'
        )

    return _BLANKS.sub(blank, escape(_UNPRINTABLE.sub("", text)))
