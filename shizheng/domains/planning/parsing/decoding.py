"""Bytes to text, or a clear refusal. UTF-8 alone, with or without BOM: an encoding that is guessed may be guessed wrong."""

import codecs

from shizheng.common.text import normalise

from .errors import CannotReadPlan

MAX_BYTES = 5 * 1024 * 1024
MAX_LINES = 40_000  # with text on them; the plans seen have fewer than 1,000

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "PDF 檔"),
    (b"PK\x03\x04", "壓縮檔或 Office／ODF 檔（docx、xlsx、odt、zip）"),
    (b"\xd0\xcf\x11\xe0", "舊版 Office 檔（doc、xls）"),
    (b"{\\rtf", "RTF 檔"),
    (b"\x1f\x8b", "gzip 壓縮檔"),
    (b"7z\xbc\xaf\x27\x1c", "7z 壓縮檔"),
    (b"Rar!", "RAR 壓縮檔"),
    (b"\x89PNG", "PNG 圖檔"),
    (b"\xff\xd8\xff", "JPEG 圖檔"),
    (b"GIF8", "GIF 圖檔"),
    (b"II*\x00", "TIFF 圖檔"),
    (b"MM\x00*", "TIFF 圖檔"),
)
_SAVE_AS_TEXT = "請另存為純文字檔（.txt，UTF-8 編碼）後再上傳。"


def decode(data: bytes, filename: str) -> tuple[str, str]:
    """The normalised text and the name of its encoding. Raises CannotReadPlan."""
    shown = filename.strip() or "這個檔案"
    _refuse_what_is_no_text(data, shown)
    text, encoding = _decoded(data, shown)
    if "\x00" in text:
        raise CannotReadPlan("binary", f"「{shown}」不是純文字檔：內容含有空位元組（NUL）。{_SAVE_AS_TEXT}")
    lost = text.count("\ufffd")
    if lost:
        raise CannotReadPlan(
            "wrong_encoding",
            f"「{shown}」有 {lost} 個字在先前轉存時已經遺失（顯示為 �），內容不完整。"
            "請從原始文件重新另存為 UTF-8 純文字檔後再上傳。",
        )
    text = normalise(text)
    if not text.strip():
        raise CannotReadPlan("empty", f"「{shown}」沒有文字：檔案裡只有空白。請確認選對檔案後再上傳。")
    return text, encoding


def _refuse_what_is_no_text(data: bytes, shown: str) -> None:
    if not data:
        raise CannotReadPlan("empty", f"「{shown}」是空的（0 位元組）。請確認選對檔案，或重新匯出後再上傳。")
    if len(data) > MAX_BYTES:
        raise too_large(shown, len(data))
    for magic, kind in _MAGIC:
        if data.startswith(magic):
            raise CannotReadPlan(
                "binary", f"「{shown}」是{kind}，本功能只讀純文字。請用原軟體開啟，{_SAVE_AS_TEXT}"
            )


def _decoded(data: bytes, shown: str) -> tuple[str, str]:
    for bom in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        if data.startswith(bom):
            raise _wrong_encoding(shown, "看來是 UTF-16（Windows 的「Unicode」）")
    if b"\x00" in data:
        raise CannotReadPlan(
            "binary",
            f"「{shown}」不是可讀的純文字檔：內容含有空位元組（NUL），可能是程式檔、損壞的檔案，"
            f"或沒有標記（BOM）的 UTF-16。{_SAVE_AS_TEXT}",
        )
    encoding = "utf-8-sig" if data.startswith(codecs.BOM_UTF8) else "utf-8"
    try:
        return data.decode(encoding), encoding
    except UnicodeDecodeError as problem:
        if problem.end == len(data) and problem.reason == "unexpected end of data":
            raise CannotReadPlan("truncated", _cut(shown, "最後一個字只有一半")) from problem
        seems = "看來是 Big5（Windows 的「ANSI」）" if _is_big5(data) else "認不出是哪一種"
        raise _wrong_encoding(
            shown, f"第 {problem.start + 1} 個位元組起不是合法的 UTF-8，{seems}"
        ) from problem


def _is_big5(data: bytes) -> bool:
    try:
        data.decode("cp950")
    except UnicodeDecodeError:
        return False
    return True


def _wrong_encoding(shown: str, why: str) -> CannotReadPlan:
    return CannotReadPlan(
        "wrong_encoding", f"「{shown}」的文字編碼不是 UTF-8：{why}。沒有讀入任何資料。{_SAVE_AS_TEXT}"
    )


def _cut(shown: str, why: str) -> str:
    return (
        f"「{shown}」不完整：{why}，檔案可能在傳輸或儲存時被截斷。"
        "請重新取得完整的檔案後再上傳；本次沒有讀入任何資料。"
    )


def truncated(filename: str, why: str) -> CannotReadPlan:
    """The refusal of a document that stops in the middle."""
    return CannotReadPlan("truncated", _cut(filename.strip() or "這個檔案", why))


def too_large(filename: str, size: int) -> CannotReadPlan:
    """The refusal of a file of more than MAX_BYTES; `size` is the whole file's, in bytes."""
    return CannotReadPlan(
        "too_large",
        f"「{filename.strip() or '這個檔案'}」有 {size / 1024 / 1024:,.1f} MiB，超過上限 {MAX_BYTES // 1024 // 1024} MiB；"
        "一份施政計畫的純文字通常不到 1 MiB。請確認選對檔案，或只保留單一機關、單一年度的計畫後再上傳。",
    )


def too_many_lines(filename: str, count: int) -> CannotReadPlan:
    """The refusal of a text with more lines than any plan has."""
    return CannotReadPlan(
        "too_large",
        f"「{filename.strip() or '這個檔案'}」有 {count:,} 行文字，超過上限 {MAX_LINES:,} 行；一份施政計畫通常不到 2,000 行。"
        "請確認選對檔案，或只保留單一機關、單一年度的計畫後再上傳。",
    )
