"""Tables of texts with labels: CSV, gzip or not, UTF-8 or Big5, of a million rows. What is wrong with a row is said of the
row; only what leaves nothing to read stops everything. Knows no Django.
"""

import csv
import gzip
import io
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from shizheng.common.errors import BadInput, NotFound
from shizheng.common.roc import DateNotUnderstood, parse_date
from shizheng.common.words import listed, tell
from shizheng.kernel.routing.rules import Example

LONGEST_CELL = 10_000_000
_ENCODINGS = ("utf-8-sig", "big5hkscs", "cp950")
_TRIED = 200
_ENOUGH = 0.98


@dataclass(frozen=True, slots=True)
class Row:
    """A row by its place among the rows (from 1, the heading not counted). `values` lacks cells that were not there."""

    number: int
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """A table that was read: headings, rows, and what was odd about the file, for people."""

    name: str
    headings: tuple[str, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()

    def need(self, *columns: str) -> None:
        """Raise BadInput where a column is not there, or is there twice."""
        missing = [each for each in columns if each not in self.headings]
        if missing:
            raise BadInput(
                tell(
                    "「%(name)s」沒有這一欄：%(missing)s。檔案裡有：%(there)s。請改用其中一欄的名稱，什麼都沒有做。",
                    name=self.name, missing=listed(missing), there=listed(each or "—" for each in self.headings[:40]),
                ),
                code="no_such_column",
            )  # fmt: skip
        twice = [each for each in columns if self.headings.count(each) > 1]
        if twice:
            raise BadInput(
                tell(
                    "「%(name)s」有兩欄都叫 %(twice)s，不知道要用哪一欄。請先改掉其中一個欄名。",
                    name=self.name, twice=listed(twice),
                ),
                code="column_twice",
            )  # fmt: skip


def read_path(path: Path) -> Table:
    """The table of a file. Raises NotFound, BadInput."""
    try:
        data = path.read_bytes()
    except FileNotFoundError as failure:
        raise NotFound(tell("找不到檔案 %(path)s。請檢查路徑。", path=path), code="no_such_file") from failure
    except OSError as failure:
        raise BadInput(
            tell(
                "讀不到 %(path)s（%(why)s）。請檢查權限，或是不是資料夾。",
                path=path,
                why=failure.strerror or "",
            ),
            code="cannot_read",
        ) from failure
    return read_table(data, path.name)


def read_table(data: bytes, name: str, most: int | None = None) -> Table:
    """The table of bytes, unpacked to no more than `most` bytes. Raises BadInput."""
    text, notes = _decoded(_unpacked(data, name, most), name)
    csv.field_size_limit(LONGEST_CELL)
    lines = csv.reader(io.StringIO(text, newline=""))
    try:
        headings = tuple(cell.strip() for cell in next(lines, []))
        if not any(headings):
            raise BadInput(tell("「%(name)s」是空的，沒有欄名也沒有資料。", name=name), code="empty_file")
        rows = tuple(
            Row(number, dict(zip(headings, cells, strict=False)))
            for number, cells in enumerate((each for each in lines if each), 1)
        )
    except csv.Error as failure:
        raise BadInput(
            tell(
                "「%(name)s」第 %(line)s 行的引號沒有成對，或一格太長，沒有讀入。請用試算表軟體另存成 CSV。",
                name=name, line=lines.line_num,
            ),
            code="not_a_table",
        ) from failure  # fmt: skip
    return Table(name, headings, rows, notes)


def _unpacked(data: bytes, name: str, most: int | None) -> bytes:
    if data[:2] != b"\x1f\x8b":
        return data
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as stream:
            out = stream.read() if most is None else stream.read(most + 1)
    except (OSError, EOFError, zlib.error) as failure:
        raise BadInput(
            tell("「%(name)s」的壓縮壞了或不完整，沒有讀入。請重新下載或壓縮一次。", name=name),
            code="broken_gzip",
        ) from failure
    if most is not None and len(out) > most:
        raise BadInput(
            tell("「%(name)s」解開後超過 %(n)s MB，沒有讀入。請分成幾份，或用 shizheng routing train。", name=name, n=most // 1024**2),
            code="too_large",
        )  # fmt: skip
    return out


def _decoded(data: bytes, name: str) -> tuple[str, tuple[str, ...]]:
    """Text; single broken bytes among UTF-8 are replaced and said, for the sake of the other rows."""
    tries = ("utf-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else _ENCODINGS
    for encoding in tries:
        try:
            return data.decode(encoding), ()
        except UnicodeDecodeError:
            continue
    text = data.decode("utf-8-sig", "replace")
    broken = text.count("\ufffd")
    if "\x00" in text[:4096] or broken > len(text) // 100 + 1:
        raise BadInput(
            tell("「%(name)s」不是 UTF-8 或 Big5 的 CSV，沒有讀入。請另存成 UTF-8 的 CSV。", name=name),
            code="not_a_table",
        )
    return text, (tell("有 %(n)s 個字元壞了，以代替字元取代，其餘照讀。", n=broken),)


def moment(text: str) -> datetime | None:
    """A day or a moment, Gregorian or ROC; None where it is none. Zones are dropped: rows are only put in order."""
    plain = text.strip()
    if not plain:
        return None
    try:
        return datetime.fromisoformat(plain.replace("/", "-")).replace(tzinfo=None)
    except ValueError:
        pass
    if len(plain) < 6:
        return None
    try:
        return datetime.combine(parse_date(plain.split(" ")[0].split("T")[0]), datetime.min.time())
    except (DateNotUnderstood, ValueError):
        return None


def time_column(table: Table, but: Iterable[str]) -> str:
    """The first column whose cells are days or moments, and not all the same; "" where there is none."""
    step = max(len(table.rows) // _TRIED, 1)
    some = table.rows[::step]
    for heading in table.headings:
        cells = [row.values.get(heading, "") for row in some]
        found = [moment(cell) for cell in cells]
        known = {each for each in found if each is not None}
        if (
            heading not in but
            and len(known) > 2
            and sum(each is not None for each in found) >= _ENOUGH * len(some)
        ):
            return heading
    return ""


def examples(table: Table, text: str, label: str, time: str = "") -> tuple[list[Example], dict[str, int]]:
    """Examples of the rows that have text and label, and how many rows lack what (`text`, `label`, `time`).

    With a `time` column, rows without a moment are left out: nobody knows whether they are old or new.
    """
    table.need(text, label, *([time] if time else []))
    found: list[Example] = []
    lacking: Counter[str] = Counter()
    for row in table.rows:
        words, name = row.values.get(text, "").strip(), row.values.get(label, "").strip()
        at = moment(row.values.get(time, "")) if time else None
        if not words or not name or (time and at is None):
            lacking["text" if not words else "label" if not name else "time"] += 1
        else:
            found.append(Example(words, name, at))
    return found, dict(lacking)


def values(table: Table, columns: Sequence[str]) -> list[str]:
    """Every value of these columns once, in order."""
    table.need(*columns)
    return sorted({row.values.get(column, "").strip() for row in table.rows for column in columns} - {""})
