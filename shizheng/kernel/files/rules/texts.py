"""Text, CSV and JSON: UTF-8, without what a terminal, a browser or a spreadsheet would run."""

import json
import re

from shizheng.common.words import tell

from .refusal import refused

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f\x80-\x84\x86-\x9f]")
_CELL_RUNS = re.compile(r"(^|[,;\t\r\n\"]) {0,9}[=+@\-] {0,9}[^,;\t\r\n]{0,80}\|[^,;\t\r\n]{0,200}!", re.I)
_MARKUP = re.compile(r"<\s*(script|iframe|object|embed|svg|html)[\s>/]", re.I)


def check_text(data: bytes, kind: str, name: str) -> None:
    """Raises Refused."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        why = tell("不是 UTF-8 編碼的文字（第 %(n)s 個位元組起）", n=f"{problem.start + 1:,}")
        raise refused("unknown_type", name, why, tell("請用原軟體另存成 UTF-8 再上傳；Big5 的檔案也一樣。")) from problem  # fmt: skip
    if _CONTROL.search(text):
        raise refused("hostile", name, tell("文字裡有控制字元"), tell("請用文字編輯器另存成純文字再上傳。"))
    if kind == "json":
        _check_json(text, name)
    elif _MARKUP.search(text[:65536]):
        raise refused("markup", name, tell("內容是網頁或 SVG，可能夾帶程式"), tell("請存成 PDF 或純文字再上傳。"))  # fmt: skip
    if kind == "csv" and _CELL_RUNS.search(text):
        raise refused("macros", name, tell("有儲存格會叫試算表執行程式（DDE）"), tell("請刪掉那些公式，只留數值，再上傳。"))  # fmt: skip


def _check_json(text: str, name: str) -> None:
    try:
        json.loads(text)
    except (ValueError, RecursionError) as problem:
        raise refused("damaged", name, tell("不是正確的 JSON"), tell("請重新匯出後再上傳。")) from problem
