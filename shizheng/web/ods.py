"""OpenDocument spreadsheets (ODF 1.3, part 3), written row by row: a package of one table with typed cells.

Written here because a library that builds the whole document as a tree took minutes for what a list may hold.
"""

import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from xml.sax.saxutils import escape, quoteattr

MIMETYPE = "application/vnd.oasis.opendocument.spreadsheet"
MANIFEST = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3">'
    f'<manifest:file-entry manifest:full-path="/" manifest:version="1.3" manifest:media-type="{MIMETYPE}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
    "</manifest:manifest>"
)
HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<office:document-content office:version="1.3"'
    ' xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
    ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    ' xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"'
    ' xmlns:number="urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0"'
    ' xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0">'
    "<office:automatic-styles>"
    '<number:date-style style:name="N1"><number:year number:style="long"/><number:text>-</number:text>'
    '<number:month number:style="long"/><number:text>-</number:text><number:day number:style="long"/></number:date-style>'
    '<number:date-style style:name="N2"><number:year number:style="long"/><number:text>-</number:text>'
    '<number:month number:style="long"/><number:text>-</number:text><number:day number:style="long"/>'
    '<number:text> </number:text><number:hours number:style="long"/><number:text>:</number:text>'
    '<number:minutes number:style="long"/></number:date-style>'
    '<style:style style:name="head" style:family="table-cell"><style:text-properties fo:font-weight="bold"/></style:style>'
    '<style:style style:name="day" style:family="table-cell" style:data-style-name="N1"/>'
    '<style:style style:name="moment" style:family="table-cell" style:data-style-name="N2"/>'
    "</office:automatic-styles><office:body><office:spreadsheet>"
)
TAIL = "</table:table></office:spreadsheet></office:body></office:document-content>"
AT_ONCE = 1000


def document(rows: Iterable[Sequence[Any]], title: str) -> bytes:
    """The file. Cells are None, bool, int, float, Decimal, date, datetime without zone, or printable text."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        # the type comes first and as it is, so that programs know the file by its first bytes
        package.writestr("mimetype", MIMETYPE, zipfile.ZIP_STORED)
        package.writestr("META-INF/manifest.xml", MANIFEST)
        with package.open("content.xml", "w", force_zip64=True) as content:
            for part in parts(rows, title):
                content.write(part.encode())
    return stream.getvalue()


def parts(rows: Iterable[Sequence[Any]], title: str) -> Iterator[str]:
    """`content.xml` piece by piece."""
    yield f"{HEAD}<table:table table:name={quoteattr(title)}>"
    held: list[str] = []
    number = -1
    for number, row in enumerate(rows):
        held.append(f"<table:table-row>{''.join(cell(each, number == 0) for each in row)}</table:table-row>")
        if len(held) == AT_ONCE:
            yield "".join(held)
            held.clear()
    if number < 0:
        held.append("<table:table-row><table:table-cell/></table:table-row>")
    yield "".join(held)
    yield TAIL


def cell(value: Any, heading: bool = False) -> str:
    """One typed cell with the text that a reader without styles shows."""
    if value is None or value == "":
        return "<table:table-cell/>"
    if isinstance(value, bool):
        return _cell("boolean", f'office:boolean-value="{str(value).lower()}"', str(value).upper())
    if isinstance(value, (int, float, Decimal)):
        text = format(value, "f") if isinstance(value, Decimal) else repr(value)
        return _cell("float", f'office:value="{text}"', text)
    if isinstance(value, datetime):
        text = value.isoformat(timespec="seconds")
        return _cell(
            "date", f'office:date-value="{text}" table:style-name="moment"', f"{value:%Y-%m-%d %H:%M}"
        )
    if isinstance(value, date):
        return _cell("date", f'office:date-value="{value}" table:style-name="day"', value.isoformat())
    return _cell("string", 'table:style-name="head"' if heading else "", str(value))


def _cell(kind: str, attributes: str, text: str) -> str:
    lines = "".join(f"<text:p>{_spaced(escape(line))}</text:p>" for line in text.splitlines() or [""])
    return f'<table:table-cell office:value-type="{kind}" {attributes}>{lines}</table:table-cell>'


def _spaced(text: str) -> str:
    """Runs of blanks and tabs, which XML readers of this format fold into one, kept."""
    if "  " in text or "\t" in text:
        text = text.replace("\t", "<text:tab/>").replace("  ", " <text:s/>")
    return text
