"""PDF: every object that can be reached is looked at; what runs, sends, embeds or is locked is refused."""

import io
import re
from typing import Any

import pypdfium2
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, StreamObject

from shizheng.common.words import tell

from .images import ends_as_zip
from .refusal import Refused, damaged, refused
from .zips import polyglot

MAX_OBJECTS = 400_000
MAX_PAGES = 5_000
_TAIL = re.compile(rb"%%EOF[\s\x00]*\Z")
_ESCAPED = re.compile(rb"#([0-9a-fA-F]{2})")
_RAW = re.compile(rb"/(JavaScript|Launch|EmbeddedFiles?|RichMedia|ImportData)\b")
_ACTIONS = {"/JavaScript": "script", "/Launch": "script", "/ImportData": "script", "/SubmitForm": "script", "/Rendition": "script"}  # fmt: skip
_KEYS = {"/JS": "script", "/JavaScript": "script", "/XFA": "script", "/EmbeddedFiles": "embedded", "/RichMediaContent": "embedded"}  # fmt: skip
_TYPES = {"/EmbeddedFile": "embedded", "/RichMedia": "embedded", "/3D": "embedded", "/FileAttachment": "embedded"}  # fmt: skip


def check_pdf(data: bytes, name: str) -> int:
    """The number of pages. Raises Refused."""
    tail = data[-2048:]
    if not _TAIL.search(tail) or ends_as_zip(data):
        raise polyglot(name) if b"%%EOF" in data else _broken(name)
    plain = _ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), data) if b"#" in data else data
    if found := _RAW.search(plain):
        raise _refusal("embedded" if found[1][:1] in b"ER" else "script", name)
    pages = _pages(data, name)
    try:
        reader = PdfReader(io.BytesIO(data), strict=False)
        if reader.is_encrypted:
            raise _locked(name)
        _walk(reader, name)
    except Refused:
        raise
    except Exception as problem:  # pypdf lets many kinds of failure out when a document breaks the rules
        raise _broken(name) from problem
    return pages


def _pages(data: bytes, name: str) -> int:
    """Counted by the engine that draws them."""
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as problem:
        raise (_locked(name) if "assword" in str(problem) else _broken(name)) from problem
    try:
        count = len(document)
    finally:
        document.close()
    if not 1 <= count <= MAX_PAGES:
        why = tell("有 %(n)s 頁，可收 1 到 %(most)s 頁", n=f"{count:,}", most=f"{MAX_PAGES:,}")
        raise refused("too_complex", name, why, tell("請分成幾個檔案再上傳。"))
    return count


def _broken(name: str) -> Refused:
    return damaged(name, tell("不是完整的 PDF，可能在傳輸時被截斷"))


def _locked(name: str) -> Refused:
    return refused("encrypted", name, tell("有密碼保護或加密"), tell("請另存一份沒有加密的 PDF 再上傳。"))


def _refusal(code: str, name: str) -> Refused:
    if code == "embedded":
        return refused("embedded", name, tell("裡面夾帶別的檔案或多媒體"), tell("請取出後分別上傳，或另存成一般的 PDF。"))  # fmt: skip
    return refused("script", name, tell("內含程式（JavaScript）、啟動程式或送出資料的動作"), tell("請用「列印成 PDF」另存一份再上傳。"))  # fmt: skip


def _walk(reader: PdfReader, name: str) -> None:
    """Go over all that the trailer leads to, each indirect object once, without recursion."""
    left, seen = MAX_OBJECTS, set()
    waiting: list[Any] = [reader.trailer]
    while waiting:
        node = waiting.pop()
        left -= 1
        if left < 0:
            raise refused("too_complex", name, tell("內部的物件多得不合常理"), tell("請用「列印成 PDF」另存一份再上傳。"))  # fmt: skip
        if isinstance(node, IndirectObject):
            mark = (node.idnum, node.generation)
            if mark in seen:
                continue
            seen.add(mark)
            node = node.get_object()
        if isinstance(node, DictionaryObject):
            _need_harmless(node, name)
            waiting.extend(node.raw_get(key) for key in node if key not in ("/Length", "/Filter"))
        elif isinstance(node, ArrayObject):
            waiting.extend(
                each for each in node if isinstance(each, IndirectObject | DictionaryObject | ArrayObject)
            )


def _need_harmless(node: DictionaryObject, name: str) -> None:
    for key in node:
        if key in _KEYS:
            raise _refusal(_KEYS[key], name)
    action = node.raw_get("/S") if "/S" in node else None
    if str(_plain(action)) in _ACTIONS and "/K" not in node:
        raise _refusal("script", name)
    for key in ("/Type", "/Subtype"):
        if key in node:
            value = str(_plain(node.raw_get(key)))
            if value in _TYPES and not (value == "/3D" and isinstance(node, StreamObject)):
                raise _refusal(_TYPES[value], name)
    if "/EF" in node:
        raise _refusal("embedded", name)


def _plain(value: Any) -> Any:
    return value.get_object() if isinstance(value, IndirectObject) else value
