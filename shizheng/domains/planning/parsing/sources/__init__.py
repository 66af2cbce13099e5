"""Documents that are no plain text, turned into the lines that the parser reads: ODT, DOCX, PDF, and our own JSON.

Rows of tables are read from the format's own structure, one line each, cells parted by tabs. Hostile files are
refused; no Django, no database. A PDF is read in a process of its own.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from shizheng.kernel.files.rules import Refused
from shizheng.kernel.files.rules.office import check_office
from shizheng.kernel.files.rules.zips import checked_archive

from ..errors import CannotReadPlan
from .docx import docx_lines
from .json_plan import json_text
from .odt import odt_lines
from .package import Package
from .pdf_apart import pdf_text

ODT_TYPE = b"application/vnd.oasis.opendocument.text"


def text_of(data: bytes, filename: str) -> tuple[str, str] | None:
    """The text of such a document and the name of its format; None for what is no such document. Raises CannotReadPlan."""
    if data.startswith(b"%PDF-"):
        return pdf_text(data, filename), "pdf"
    if data.startswith(b"PK\x03\x04"):
        return _office(data, filename)
    if data.lstrip()[:1] == b"{":
        text = json_text(data, filename)
        return None if text is None else (text, "json")
    return None


def _office(data: bytes, filename: str) -> tuple[str, str] | None:
    """ODT or DOCX, once all of it is known to be harmless; any other archive is left to whoever refuses it."""
    with _as_our_refusal():
        archive = checked_archive(data, filename)
        names = archive.names()
        if {"content.xml", "mimetype"} <= names:
            if archive.read("mimetype", 200).strip() != ODT_TYPE:
                return None
            check_office(archive)
            return "\n".join(odt_lines(Package(archive))) + "\n", "odt"
        if "word/document.xml" in names:
            check_office(archive)
            return "\n".join(docx_lines(Package(archive))) + "\n", "docx"
    return None


@contextmanager
def _as_our_refusal() -> Iterator[None]:
    """What the checks of files refuse is a plan that cannot be read, with the same code and words."""
    try:
        yield
    except Refused as failure:
        raise CannotReadPlan(failure.code, failure.message) from failure
