"""Office documents (ODF, Office Open XML): everything in the package is read through; what runs, reaches out or hides is refused."""

import re
import zipfile
from collections.abc import Callable, Mapping

from shizheng.common.words import tell

from .refusal import Refused, damaged, refused
from .signatures import is_program, signature_of
from .xmls import BrokenXml, HostileXml, scan
from .zips import MAX_PART, MAX_WHOLE, Archive, bomb, checked_archive

_ODF = {
    b"application/vnd.oasis.opendocument.text": "odt",
    b"application/vnd.oasis.opendocument.spreadsheet": "ods",
}
_MACRO_PARTS = re.compile(r"(^|/)(vbaproject\.bin|vbadata\.xml|vbaprojectsignature\.\w+|macrosheets/.+|activex/.+)$", re.I)  # fmt: skip
_ODF_SCRIPTS = re.compile(r"^(basic|scripts|dialogs|object [^/]+/basic)/.+", re.I)
_XML = re.compile(r"\.(xml|rels|rdf|xlf)$", re.I)
_DOCTYPE = re.compile(rb"<!\s*(doctype|entity)", re.I)
_DDE = re.compile(r"\bDDE(AUTO)?\b", re.I)
_SHEET_DDE = re.compile(r"\bDDE\s*\(|\bWEBSERVICE\s*\(|\bCALL\s*\(|\bREGISTER\.ID\s*\(|^[^'\"]*\|'?[^'\"!]+'?!", re.I)  # fmt: skip
_HYPERLINK = "/hyperlink"
_HARMLESS_OUTSIDE = (_HYPERLINK,)
MAX_NESTED = 1


def kind_of_package(archive: Archive) -> str:
    """`odt`, `ods`, `docx`, `xlsx`; empty for any other archive; `macros` for a format that is made to carry them."""
    names = archive.names()
    if "mimetype" in names:
        return _ODF.get(archive.read("mimetype", 300).strip(), "")
    if "[Content_Types].xml" not in names:
        return ""
    types = archive.read("[Content_Types].xml").lower()
    if b"macroenabled" in types:
        return "macros"
    if "word/document.xml" in names or b"wordprocessingml.document.main" in types:
        return "docx"
    return "xlsx" if "xl/workbook.xml" in names or b"spreadsheetml.sheet.main" in types else ""


def macros(name: str) -> Refused:
    """The refusal of what runs."""
    return refused("macros", name, tell("內含巨集或程式"), tell("請用原軟體開啟，另存一份不含巨集的檔案再上傳。"))  # fmt: skip


def _outside(name: str, what: str) -> Refused:
    return refused("external", name, tell("會連到檔案外面取資料（%(what)s）", what=what), tell("請在原軟體中斷開連結，只留數值，另存後再上傳。"))  # fmt: skip


def check_office(archive: Archive, *, depth: int = 0) -> None:
    """Read every member of a package. Raises Refused."""
    names, left = archive.names(), MAX_WHOLE
    for entry in archive.entries:
        if entry.is_dir():
            continue
        if _MACRO_PARTS.search(entry.filename) or (
            "mimetype" in names and _ODF_SCRIPTS.match(entry.filename)
        ):
            _macro_part(archive, entry)
        if "/externallinks/" in f"/{entry.filename.lower()}":
            raise _outside(archive.name, tell("外部活頁簿"))
        data = archive.read(entry)
        left -= len(data)
        if left < 0:
            raise bomb(archive.name, tell("解開後超過 %(size)s MB", size=MAX_WHOLE // 1024 // 1024))
        if _XML.search(entry.filename):
            _check_xml(archive, entry.filename, data)
        else:
            _check_other(archive, entry.filename, data, depth)


def _macro_part(archive: Archive, entry: zipfile.ZipInfo) -> None:
    """A library of macros that is empty comes with every ODF of some programs; one with a module is a program."""
    inside = entry.filename.lower()
    if inside.startswith("basic/") and inside.endswith((".xlc", "script-lc.xml", "script-lb.xml", ".xlb")):
        data = archive.read(entry, 1024 * 1024)
        if b"library:element " not in data:
            return
    raise macros(archive.name)


def _check_xml(archive: Archive, inside: str, data: bytes) -> None:
    if not data.strip():
        return
    try:
        if inside == "META-INF/manifest.xml":
            scan(data, _manifest(archive.name))
        elif inside.endswith(".rels"):
            scan(data, _relations(archive.name))
        elif inside.startswith("word/"):
            _check_word(archive.name, data)
        elif inside.startswith("xl/"):
            _check_excel(archive.name, data)
        else:
            scan(data, _open_document(archive.name))
    except HostileXml as problem:
        why = tell("內含 DTD、實體宣告或層數不合常理的 XML，一般文書軟體不會這樣存檔")
        raise refused("hostile", archive.name, why, tell("請確認檔案來源，不要打開它。")) from problem
    except BrokenXml as problem:
        raise damaged(archive.name, tell("內容不是正確的 XML")) from problem


def _manifest(name: str) -> Callable[[str, str, Mapping[str, str]], None]:
    def start(_space: str, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "encryption-data":
            raise refused("encrypted", name, tell("有密碼保護"), tell("請用原軟體開啟，另存一份沒有密碼的檔案再上傳。"))  # fmt: skip

    return start


def _relations(name: str) -> Callable[[str, str, Mapping[str, str]], None]:
    def start(_space: str, tag: str, attributes: Mapping[str, str]) -> None:
        kind = attributes.get("Type", "")
        if tag == "Relationship" and kind.lower().endswith(("/vbaproject", "/wordvbadata", "/xlmacrosheet")):
            raise macros(name)
        if (
            tag == "Relationship"
            and attributes.get("TargetMode") == "External"
            and not kind.endswith(_HARMLESS_OUTSIDE)
        ):
            raise _outside(name, kind.rpartition("/")[2][:40] or "Relationship")

    return start


def _check_word(name: str, data: bytes) -> None:
    fields: list[str] = []
    inside = [False]

    def start(_space: str, tag: str, attributes: Mapping[str, str]) -> None:
        inside[0] = tag == "instrText"
        if tag == "fldSimple":
            fields.append(attributes.get("instr", ""))
        elif tag == "fldChar":
            fields.append("\n")

    def text(words: str) -> None:
        if inside[0] and len(fields) < 100_000:
            fields.append(words)

    scan(data, start, text)
    for line in "".join(fields).split("\n"):
        if _DDE.match(line.strip()):
            raise _outside(name, "DDE")


def _check_excel(name: str, data: bytes) -> None:
    inside = [False]

    def start(_space: str, tag: str, attributes: Mapping[str, str]) -> None:
        inside[0] = tag in ("f", "definedName", "formula")
        if tag in ("ddeLink", "oleLink", "webPr", "dbPr", "textPr"):
            raise _outside(name, tag)

    def text(words: str) -> None:
        if inside[0] and _SHEET_DDE.search(words[:8192]):
            raise _outside(name, "DDE")

    scan(data, start, text)


def _open_document(name: str) -> Callable[[str, str, Mapping[str, str]], None]:
    def start(space: str, tag: str, attributes: Mapping[str, str]) -> None:
        if (tag == "script" and "office" in space) or (tag == "event-listener" and "script" in space):
            raise macros(name)
        if tag in ("dde-source", "dde-connection", "dde-connection-decl", "dde-link", "database-source-sql"):
            raise _outside(name, "DDE")
        if tag in ("table-source", "cell-range-source"):
            raise _outside(name, tell("外部活頁簿"))
        if (
            tag in ("image", "object", "object-ole", "plugin", "floating-frame", "applet", "section-source")
            and (target := attributes.get("href", ""))
            and _leaves(target)
        ):
            raise _outside(name, target[:40])
        formula = attributes.get("formula", "")
        if formula and _SHEET_DDE.search(formula[:8192].partition(":=")[2] or formula[:8192]):
            raise _outside(name, "DDE")

    return start


def _leaves(target: str) -> bool:
    return bool(
        re.match(r"^([a-z][a-z0-9+.-]+:|//|\\\\|/|\.\./(?!Object|Pictures|ObjectReplacements))", target, re.I)
    )


def _check_other(archive: Archive, inside: str, data: bytes, depth: int) -> None:
    """Pictures and faces are harmless here; programs, archives and objects of other programs are not."""
    found = signature_of(data[:MAX_PART])
    if _DOCTYPE.search(data[:4096]) and inside.lower().endswith((".vml", ".svg")):
        why = tell("內含 DTD、實體宣告或層數不合常理的 XML，一般文書軟體不會這樣存檔")
        raise refused("hostile", archive.name, why, tell("請確認檔案來源，不要打開它。"))
    if found in ("executable", "script") or is_program(data):
        raise refused("executable", archive.name, tell("裡面藏著程式"), tell("請確認檔案來源，不要打開它。"))
    if found == "zip" and depth < MAX_NESTED and inside.lower().endswith((".xlsx", ".docx")):
        nested = checked_archive(data, archive.name)
        if kind_of_package(nested) in ("xlsx", "docx"):
            check_office(nested, depth=depth + 1)
            return
    if found in ("zip", "archive"):
        raise refused("archive", archive.name, tell("裡面又有壓縮檔"), tell("請取出後分別上傳。"))
    if found in ("old_office", "rtf") and inside != "encryptedpackage":
        raise refused("embedded", archive.name, tell("內嵌別的程式的物件"), tell("請把內嵌的物件改成圖片或表格，另存後再上傳。"))  # fmt: skip
