"""Files as tables of texts: CSV, TSV, their gzip, XLSX, ODS, JSON and XML lists. Whatever is hostile or broken is refused
with words, before it takes memory: nothing is run, no formula computed, no entity followed.
"""

import csv
import io
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from shizheng.kernel.intake.xml import bad, tree
from shizheng.web.sheets import read_sheet, unguarded

LARGEST = 5 * 1024 * 1024
"""Bytes of a file as sent."""
UNPACKED = 40 * 1024 * 1024
"""Bytes of a file unpacked."""
MOST_ROWS = 20_000
MOST_COLUMNS = 300
LONGEST_CELL = 32_767
DELIMITERS = ",\t;|"
ENCODINGS = ("utf-8-sig", "big5hkscs", "cp950")
NAMES = {"utf-8-sig": "UTF-8", "big5hkscs": "Big5", "cp950": "Big5", "utf-16": "UTF-16"}


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table: headings, and rows each with its line in the file (from 1, the heading included). `notes` are for people."""

    headings: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    kind: str
    notes: tuple[str, ...] = field(default=())


def too_large() -> str:
    """What to do with a file beyond LARGEST."""
    return _("檔案超過 %(n)s MB，沒有讀入。請壓縮成 gzip（.gz）再上傳一次，或分成幾份。") % {
        "n": LARGEST // 1024**2
    }


def read_file(data: bytes, name: str) -> Sheet:
    """The first table of a file. Raises BadInput with what is wrong and what to do."""
    if len(data) > LARGEST:
        raise bad(too_large())
    if not data.strip():
        raise bad(_("檔案是空的，沒有讀入。"))
    data = unpacked(data)
    if data[:2] == b"PK":
        return _table(read_sheet(data), "XLSX／ODS")
    start = data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if start in (b"[", b"{"):
        return _table(_json_rows(data), "JSON")
    if start == b"<":
        return _table(_xml_rows(data), "XML")
    text, encoding = decoded(data, name)
    rows, delimiter = _csv_rows(text)
    kind = "TSV" if delimiter == "\t" else "CSV"
    return _table(rows, f"{kind}, {encoding}")


def unpacked(data: bytes) -> bytes:
    """What a gzip file holds; any other file as it is. No more is unpacked than is allowed."""
    if data[:2] != b"\x1f\x8b":
        return data
    out, rest = io.BytesIO(), data
    try:
        while rest[:2] == b"\x1f\x8b":
            stream = zlib.decompressobj(wbits=31)
            out.write(stream.decompress(rest, UNPACKED + 1 - out.tell()))
            if out.tell() > UNPACKED:
                raise bad(_("檔案解開後超過 %(n)s MB，沒有讀入。請分成幾份。") % {"n": UNPACKED // 1024**2})
            if not stream.eof:
                raise bad(_("壓縮檔不完整，沒有讀入。請重新下載或壓縮一次。"))
            rest = stream.unused_data
    except zlib.error as failure:
        raise bad(_("壓縮檔壞了，沒有讀入。請重新下載或壓縮一次。")) from failure
    return out.getvalue()


def decoded(data: bytes, name: str) -> tuple[str, str]:
    """Text and the name of its encoding: UTF-8, UTF-16 with its mark, or Big5."""
    tries = ("utf-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ENCODINGS
    for encoding in tries:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" in text:
            break
        return text, NAMES[encoding]
    raise bad(
        _(
            "「%(name)s」不是 UTF-8 或 Big5 的文字檔，也不是 XLSX、ODS、JSON 或 XML，沒有讀入。請另存成其中一種。"
        )
        % {"name": name[:80]}
    )


def _csv_rows(text: str) -> tuple[Iterable[list[str]], str]:
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(DELIMITERS, key=first.count)
    return csv_lines(io.StringIO(text, newline=""), delimiter), delimiter


def csv_lines(text: Iterable[str], delimiter: str) -> Iterator[list[str]]:
    """Rows of a table of texts, one after the other. Raises BadInput."""
    try:
        for row in csv.reader(text, delimiter=delimiter, strict=True):
            yield [unguarded(cell) for cell in row]
    except csv.Error as failure:
        raise bad(_("CSV 的引號沒有成對，或一格太長，沒有讀入。請用試算表軟體另存一次。")) from failure


def _json_rows(data: bytes) -> list[list[str]]:
    try:
        found = json.loads(data.decode("utf-8-sig"), parse_constant=lambda name: None)
    except (UnicodeDecodeError, ValueError, RecursionError) as failure:
        raise bad(_("JSON 讀不懂，可能壞了，沒有讀入。")) from failure
    if isinstance(found, Mapping):
        lists = [value for value in found.values() if isinstance(value, list)]
        found = lists[0] if len(lists) == 1 else [found]
    if not isinstance(found, list) or not all(isinstance(each, Mapping) for each in found):
        raise bad(_("JSON 不是一列一個物件的清單，沒有讀入。"))
    return _as_rows([{str(key): _json_text(value) for key, value in each.items()} for each in found])


def _json_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list) and all(isinstance(each, str | int | float) for each in value):
        return "、".join(str(each) for each in value)
    if isinstance(value, Mapping | list):
        try:
            return json.dumps(value, ensure_ascii=False)
        except (ValueError, RecursionError) as failure:
            raise bad(_("JSON 的層次太深，沒有讀入。")) from failure
    return str(value)


def _xml_rows(data: bytes) -> list[list[str]]:
    root = tree(data)
    rows = []
    for record in root.children:
        row = dict(record.attributes)
        for each in record.children:
            row.setdefault(each.name, each.text.strip())
        rows.append(row)
    if not rows:
        raise bad(_("XML 裡沒有任何一筆，沒有讀入。"))
    return _as_rows(rows)


def _as_rows(records: list[dict[str, str]]) -> list[list[str]]:
    headings: dict[str, None] = {}
    for each in records:
        headings.update(dict.fromkeys(each))
        if len(headings) > MOST_COLUMNS:
            break
    return [list(headings), *([each.get(name, "") for name in headings] for each in records)]


def sound_rows(rows: Iterable[list[str]]) -> Iterator[tuple[int, list[str]]]:
    """Rows that are not empty, each with its line from 1. Raises BadInput at one that no table has."""
    for line, row in enumerate(rows, start=1):
        if any("\x00" in cell for cell in row):
            raise bad(_("第 %(n)s 列有控制字元（NUL），沒有讀入。檔案可能壞了。") % {"n": line})
        if any(len(cell) > LONGEST_CELL for cell in row):
            raise bad(_("第 %(n)s 列有一格超過 %(most)s 字，沒有讀入。") % {"n": line, "most": LONGEST_CELL})
        if any(cell.strip() for cell in row):
            yield line, row


def _table(rows: Iterable[list[str]], kind: str) -> Sheet:
    head: list[str] | None = None
    kept: list[tuple[int, tuple[str, ...]]] = []
    longer = 0
    for line, row in sound_rows(rows):
        if head is None:
            head = headings_of(row)
            continue
        if len(kept) >= MOST_ROWS:
            raise bad(_("超過 %(n)s 列，沒有讀入。請分成幾份。") % {"n": f"{MOST_ROWS:,}"})
        longer += any(cell.strip() for cell in row[len(head) :])
        kept.append((line, tuple(row[: len(head)])))
    if head is None or not kept:
        raise bad(_("檔案裡只有欄名，沒有任何一列，沒有讀入。"))
    notes = _heading_notes(head)
    if longer:
        notes.append(_("有 %(n)s 列比欄名多，多出來的格子沒有讀。") % {"n": longer})
    return Sheet(tuple(head), tuple(kept), kind, tuple(notes))


def headings_of(row: list[str]) -> list[str]:
    head = [cell.strip().removeprefix("\ufeff") for cell in row]
    while head and not head[-1]:
        head.pop()
    if len(head) > MOST_COLUMNS:
        raise bad(_("超過 %(n)s 欄，沒有讀入。") % {"n": MOST_COLUMNS})
    return head


def _heading_notes(head: list[str]) -> list[str]:
    notes = []
    twice = sorted({name for name in head if name and head.count(name) > 1})
    if twice:
        notes.append(_("欄名重複：%(names)s。請看清楚選的是第幾個。") % {"names": "、".join(twice)[:200]})
    if "" in head:
        notes.append(_("有 %(n)s 欄沒有欄名。") % {"n": head.count("")})
    return notes
