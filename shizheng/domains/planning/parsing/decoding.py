"""Bytes to text, or a clear refusal. UTF-8 alone, with or without BOM: an encoding that is guessed may be guessed wrong."""

import codecs

from shizheng.common.text import normalise
from shizheng.common.words import N_, tell

from .errors import CannotReadPlan
from .sources import text_of

MAX_BYTES = 5 * 1024 * 1024
MAX_LINES = 40_000  # with text on them; the plans seen have fewer than 1,000

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", N_("PDF 檔")),
    (b"PK\x03\x04", N_("壓縮檔或試算表、簡報（xlsx、ods、zip）")),
    (b"\xd0\xcf\x11\xe0", N_("舊版 Office 檔（doc、xls）")),
    (b"{\\rtf", N_("RTF 檔")),
    (b"\x1f\x8b", N_("gzip 壓縮檔")),
    (b"7z\xbc\xaf\x27\x1c", N_("7z 壓縮檔")),
    (b"Rar!", N_("RAR 壓縮檔")),
    (b"\x89PNG", N_("PNG 圖檔")),
    (b"\xff\xd8\xff", N_("JPEG 圖檔")),
    (b"GIF8", N_("GIF 圖檔")),
    (b"II*\x00", N_("TIFF 圖檔")),
    (b"MM\x00*", N_("TIFF 圖檔")),
)
_SAVE_AS_TEXT = N_("請另存為純文字檔（.txt，UTF-8 編碼）後再上傳。")


def decode(data: bytes, filename: str) -> tuple[str, str]:
    """The normalised text and the name of its encoding. Raises CannotReadPlan."""
    shown = filename.strip() or tell("這個檔案")
    _refuse_size(data, shown)
    text, encoding = text_of(data, shown) or _plain_text(data, shown)
    if "\x00" in text:
        raise CannotReadPlan(
            "binary",
            tell(
                "「%(shown)s」不是純文字檔：內容含有空位元組（NUL）。%(save_as_text)s",
                shown=shown,
                save_as_text=tell(_SAVE_AS_TEXT),
            ),
        )
    lost = text.count("\ufffd")
    if lost:
        raise CannotReadPlan(
            "wrong_encoding",
            tell(
                "「%(shown)s」有 %(lost)s 個字在先前轉存時已經遺失（顯示為 �），內容不完整。"
                "請從原始文件重新另存為 UTF-8 純文字檔後再上傳。",
                shown=shown,
                lost=lost,
            ),
        )
    text = normalise(text)
    if not text.strip():
        raise CannotReadPlan(
            "empty", tell("「%(shown)s」沒有文字：檔案裡只有空白。請確認選對檔案後再上傳。", shown=shown)
        )
    return text, encoding


def _plain_text(data: bytes, shown: str) -> tuple[str, str]:
    _refuse_what_is_no_text(data, shown)
    return _decoded(data, shown)


def _refuse_size(data: bytes, shown: str) -> None:
    if not data:
        raise CannotReadPlan(
            "empty",
            tell("「%(shown)s」是空的（0 位元組）。請確認選對檔案，或重新匯出後再上傳。", shown=shown),
        )
    if len(data) > MAX_BYTES:
        raise too_large(shown, len(data))


def _refuse_what_is_no_text(data: bytes, shown: str) -> None:
    for magic, kind in _MAGIC:
        if data.startswith(magic):
            raise CannotReadPlan(
                "binary",
                tell(
                    "「%(shown)s」（%(kind)s）不能讀；能讀的是 ODT、Word .docx、PDF、純文字。%(save_as_text)s",
                    shown=shown,
                    kind=tell(kind),
                    save_as_text=tell(_SAVE_AS_TEXT),
                ),
            )


def _decoded(data: bytes, shown: str) -> tuple[str, str]:
    for bom in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        if data.startswith(bom):
            raise _wrong_encoding(shown, tell("看來是 UTF-16（Windows 的「Unicode」）"))
    if b"\x00" in data:
        raise CannotReadPlan(
            "binary",
            tell(
                "「%(shown)s」不是可讀的純文字檔：內容含有空位元組（NUL），可能是程式檔、損壞的檔案，"
                "或沒有標記（BOM）的 UTF-16。%(save_as_text)s",
                shown=shown,
                save_as_text=tell(_SAVE_AS_TEXT),
            ),
        )
    encoding = "utf-8-sig" if data.startswith(codecs.BOM_UTF8) else "utf-8"
    try:
        return data.decode(encoding), encoding
    except UnicodeDecodeError as problem:
        if problem.end == len(data) and problem.reason == "unexpected end of data":
            raise CannotReadPlan("truncated", _cut(shown, tell("最後一個字只有一半"))) from problem
        seems = tell("看來是 Big5（Windows 的「ANSI」）") if _is_big5(data) else tell("認不出是哪一種")
        raise _wrong_encoding(
            shown,
            tell("第 %(start)s 個位元組起不是合法的 UTF-8，%(seems)s", start=problem.start + 1, seems=seems),
        ) from problem


def _is_big5(data: bytes) -> bool:
    try:
        data.decode("cp950")
    except UnicodeDecodeError:
        return False
    return True


def _wrong_encoding(shown: str, why: str) -> CannotReadPlan:
    return CannotReadPlan(
        "wrong_encoding",
        tell(
            "「%(shown)s」的文字編碼不是 UTF-8：%(why)s。沒有讀入任何資料。%(save_as_text)s",
            shown=shown,
            why=why,
            save_as_text=tell(_SAVE_AS_TEXT),
        ),
    )


def _cut(shown: str, why: str) -> str:
    return tell(
        "「%(shown)s」不完整：%(why)s，檔案可能在傳輸或儲存時被截斷。請重新取得完整的檔案後再上傳；"
        "本次沒有讀入任何資料。",
        shown=shown,
        why=why,
    )


def truncated(filename: str, why: str) -> CannotReadPlan:
    """The refusal of a document that stops in the middle."""
    return CannotReadPlan("truncated", _cut(filename.strip() or tell("這個檔案"), why))


def too_large(filename: str, size: int) -> CannotReadPlan:
    """The refusal of a file of more than MAX_BYTES; `size` is the whole file's, in bytes."""
    return CannotReadPlan(
        "too_large",
        tell(
            "「%(shown)s」有 %(size)s MiB，超過上限 %(max_bytes)s MiB；"
            "一份施政計畫的純文字通常不到 1 MiB。請確認選對檔案，或只保留單一機關、單一年度的計畫後再上傳。",
            shown=filename.strip() or tell("這個檔案"),
            size=f"{size / 1024 / 1024:,.1f}",
            max_bytes=MAX_BYTES // 1024 // 1024,
        ),
    )


def too_many_lines(filename: str, count: int) -> CannotReadPlan:
    """The refusal of a text with more lines than any plan has."""
    return CannotReadPlan(
        "too_large",
        tell(
            "「%(shown)s」有 %(count)s 行文字，超過上限 %(max_lines)s 行；"
            "一份施政計畫通常不到 2,000 行。請確認選對檔案，或只保留單一機關、單一年度的計畫後再上傳。",
            shown=filename.strip() or tell("這個檔案"),
            count=f"{count:,}",
            max_lines=f"{MAX_LINES:,}",
        ),
    )
