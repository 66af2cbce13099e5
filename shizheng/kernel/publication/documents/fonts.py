"""The faces that documents are set in: shipped ones, then those that the installation adds. Pure but for reading files.

Shipped: Noto Sans TC, and Noto Sans JP for ideographs that it lacks (𠮷). An installation may put further faces, such as
those of the national character set (全字庫), into the folder `fonts` of its data folder. A character that no face has is
printed as its code point, 〔U+2137C〕, so that it is never lost in silence.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

SHIPPED = Path(__file__).resolve().parents[3] / "web" / "static" / "web" / "fonts"
FIRST, SECOND = "NotoSansTC_400Regular.ttf", "NotoSansJP_400Regular.ttf"
_CODE_POINT = re.compile(r"〔U\+([0-9A-F]{4,6})〕")
_SUFFIXES = {".ttf", ".otf"}


class FontsMissing(Exception):
    """The shipped faces are not there: the asset build has not run."""


@dataclass(frozen=True)
class Face:
    """A font file: its family's name and the code points that it can show."""

    path: Path
    family: str
    covers: frozenset[int]


def faces(extra: Path | None = None) -> list[Face]:
    """The faces in the order in which they are tried. Raises FontsMissing."""
    shipped = [SHIPPED / FIRST, SHIPPED / SECOND]
    if not all(path.exists() for path in shipped):
        raise FontsMissing(str(SHIPPED))
    there = extra.iterdir() if extra is not None and extra.is_dir() else ()
    added = sorted(path for path in there if path.suffix.lower() in _SUFFIXES)
    return [_face(path, path.stat().st_mtime_ns) for path in (*shipped, *added)]


def shown_by(all_faces: list[Face]) -> Callable[[str], str]:
    """A function that writes what no face can show as its code point."""
    covered = frozenset().union(*(face.covers for face in all_faces))

    def shown(text: str) -> str:
        if all(ord(letter) in covered or letter in "\n\t" for letter in text):
            return text
        return "".join(
            letter if ord(letter) in covered or letter in "\n\t" else f"〔U+{ord(letter):04X}〕"
            for letter in text
        )

    return shown


def from_code_points(text: str) -> str:
    """Text with 〔U+2137C〕 read back as the character (and left alone where it names none)."""

    def letter(found: re.Match[str]) -> str:
        code = int(found.group(1), 16)
        return chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else found.group()

    return _CODE_POINT.sub(letter, text)


@lru_cache(maxsize=32)
def _face(path: Path, _changed: int) -> Face:
    data = path.read_bytes()
    tables = {
        data[at : at + 4]: struct.unpack(">II", data[at + 8 : at + 16])
        for at in range(12, 12 + 16 * struct.unpack(">H", data[4:6])[0], 16)
    }
    return Face(path, _family(data, tables[b"name"][0]), frozenset(_code_points(data, tables[b"cmap"][0])))


def _family(data: bytes, at: int) -> str:
    """The family's English name (OpenType name table: 16 before 1)."""
    count, strings = struct.unpack(">HH", data[at + 2 : at + 6])
    found: dict[int, str] = {}
    for index in range(count):
        platform, _encoding, language, name, length, offset = struct.unpack(
            ">6H", data[at + 6 + 12 * index : at + 18 + 12 * index]
        )
        if platform == 3 and language == 0x409 and name in (1, 16):
            start = at + strings + offset
            found[name] = data[start : start + length].decode("utf-16-be")
    return found.get(16) or found.get(1) or ""


def _code_points(data: bytes, at: int) -> set[int]:
    """The code points of a cmap table (formats 4 and 12)."""
    found: set[int] = set()
    for index in range(struct.unpack(">H", data[at + 2 : at + 4])[0]):
        offset = at + struct.unpack(">I", data[at + 8 + 8 * index : at + 12 + 8 * index])[0]
        kind = struct.unpack(">H", data[offset : offset + 2])[0]
        if kind == 12:
            found |= _format_12(data, offset)
        elif kind == 4:
            found |= _format_4(data, offset)
    return found


def _format_12(data: bytes, at: int) -> set[int]:
    found: set[int] = set()
    for index in range(struct.unpack(">I", data[at + 12 : at + 16])[0]):
        first, last, glyph = struct.unpack(">III", data[at + 16 + 12 * index : at + 28 + 12 * index])
        found.update(range(first if glyph else first + 1, last + 1))
    return found


def _format_4(data: bytes, at: int) -> set[int]:
    segments = struct.unpack(">H", data[at + 6 : at + 8])[0] // 2
    ends = struct.unpack(f">{segments}H", data[at + 14 : at + 14 + 2 * segments])
    start_at = at + 16 + 2 * segments
    starts = struct.unpack(f">{segments}H", data[start_at : start_at + 2 * segments])
    deltas = struct.unpack(f">{segments}H", data[start_at + 2 * segments : start_at + 4 * segments])
    range_at = start_at + 4 * segments
    ranges = struct.unpack(f">{segments}H", data[range_at : range_at + 2 * segments])
    found: set[int] = set()
    for index, (start, end, delta, offset) in enumerate(zip(starts, ends, deltas, ranges, strict=True)):
        for code in range(start, min(end, 0xFFFE) + 1):
            if offset == 0:
                glyph = (code + delta) & 0xFFFF
            else:
                place = range_at + 2 * index + offset + 2 * (code - start)
                glyph = struct.unpack(">H", data[place : place + 2])[0]
            if glyph:
                found.add(code)
    return found
