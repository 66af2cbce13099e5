"""The kinds of file that are taken, and how large each may be. Everything else is refused."""

from dataclasses import dataclass

from shizheng.common.words import N_

MB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind. `most`: bytes; `family`: how it is checked and drawn."""

    code: str
    label: str
    media_type: str
    extensions: tuple[str, ...]
    most: int
    family: str


_ALL = (
    Kind("pdf", N_("PDF 文件"), "application/pdf", ("pdf",), 40 * MB, "pdf"),
    Kind("jpeg", N_("JPEG 影像"), "image/jpeg", ("jpg", "jpeg", "jpe"), 25 * MB, "image"),
    Kind("png", N_("PNG 影像"), "image/png", ("png",), 25 * MB, "image"),
    Kind("webp", N_("WebP 影像"), "image/webp", ("webp",), 25 * MB, "image"),
    Kind("odt", N_("ODT 文件"), "application/vnd.oasis.opendocument.text", ("odt",), 30 * MB, "office"),
    Kind("ods", N_("ODS 試算表"), "application/vnd.oasis.opendocument.spreadsheet", ("ods",), 30 * MB, "office"),
    Kind("docx", N_("Word 文件"), "application/vnd.openxmlformats-officedocument.wordprocessingml.document", ("docx",), 30 * MB, "office"),
    Kind("xlsx", N_("Excel 試算表"), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ("xlsx",), 30 * MB, "office"),
    Kind("csv", N_("CSV 資料"), "text/csv", ("csv",), 20 * MB, "text"),
    Kind("txt", N_("純文字"), "text/plain", ("txt",), 10 * MB, "text"),
    Kind("json", N_("JSON 資料"), "application/json", ("json",), 10 * MB, "text"),
)  # fmt: skip
KINDS = {kind.code: kind for kind in _ALL}
IMAGES = frozenset({"jpeg", "png", "webp"})
DOCUMENTS = frozenset({"pdf", "odt", "docx", "txt"})
SHEETS = frozenset({"ods", "xlsx", "csv"})
EVIDENCE = IMAGES | DOCUMENTS | SHEETS
"""What supports a figure or a report: the usual choice."""
MOST_BYTES = max(kind.most for kind in _ALL)


def extension_of(name: str) -> str:
    """The extension in lower case without its dot; empty where there is none."""
    stem, dot, extension = name.rpartition(".")
    return extension.lower() if dot and stem else ""


def extensions(allow: frozenset[str]) -> tuple[str, ...]:
    """The extensions of some kinds, in the order of the table."""
    return tuple(each for kind in _ALL if kind.code in allow for each in kind.extensions)


def size_text(size: int) -> str:
    """Bytes as people read them: 812 B, 14.2 KB, 3.1 MB."""
    if size < 1024:
        return f"{size} B"
    return f"{size / 1024:.1f} KB" if size < MB else f"{size / MB:.1f} MB"
