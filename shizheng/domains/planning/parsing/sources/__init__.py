"""Documents that are no plain text, turned into the lines that the parser reads: ODT, DOCX, PDF, and our own JSON.

Rows of tables are read from the format's own structure, one line each, cells parted by tabs. Pure; hostile files refused.
"""

import io
import zipfile

from shizheng.common.words import tell

from ..errors import CannotReadPlan
from .docx import docx_lines
from .json_plan import json_text
from .odt import odt_lines
from .package import open_package
from .pdf import pdf_lines

ODT_TYPE = b"application/vnd.oasis.opendocument.text"


def text_of(data: bytes, filename: str) -> tuple[str, str] | None:
    """The text of such a document and the name of its format; None for what is no such document. Raises CannotReadPlan."""
    if data.startswith(b"%PDF-"):
        return "\n".join(pdf_lines(data, filename)) + "\n", "pdf"
    if data.startswith(b"PK\x03\x04"):
        return _office(data, filename)
    if data.lstrip()[:1] == b"{":
        text = json_text(data, filename)
        return None if text is None else (text, "json")
    return None


def _office(data: bytes, filename: str) -> tuple[str, str] | None:
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as problem:
        raise CannotReadPlan(
            "damaged",
            tell(
                "「%(file)s」不是完整的檔案：壓縮封包損壞或被截斷。請重新取得完整的檔案後再上傳；本次沒有讀入任何資料。",
                file=filename,
            ),
        ) from problem
    with archive:
        names = set(archive.namelist())
        if "content.xml" in names and "mimetype" in names:
            package = open_package(archive, filename)
            if package.read("mimetype", 200).strip() != ODT_TYPE:
                return None
            return "\n".join(odt_lines(package)) + "\n", "odt"
        if "word/document.xml" in names:
            return "\n".join(docx_lines(open_package(archive, filename))) + "\n", "docx"
    return None
