"""ZIP containers of office documents, looked through before anything is unpacked: no bombs, no tricks with names or places."""

import io
import re
import stat
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

from shizheng.common.words import tell

from .refusal import Refused, damaged, refused

MAX_ENTRIES = 5_000
MAX_PART = 64 * 1024 * 1024
MAX_WHOLE = 200 * 1024 * 1024
MAX_RATIO = 250
SMALL = 4 * 1024 * 1024
"""Below so many unpacked bytes the ratio says nothing: a page of blanks packs well."""
STEP = 256 * 1024
_DRIVE = re.compile(r"^[A-Za-z]:")
_OURS = "PK\x03\x04".encode("latin-1")


@dataclass(frozen=True, slots=True)
class Archive:
    """An archive whose directory is in order. `name`: how the person knows the file."""

    zip: zipfile.ZipFile
    name: str
    entries: tuple[zipfile.ZipInfo, ...]

    def names(self) -> frozenset[str]:
        """The names of the members."""
        return frozenset(entry.filename for entry in self.entries)

    def read(self, member: str | zipfile.ZipInfo, most: int = MAX_PART) -> bytes:
        """A member's bytes, never more than `most`. Raises Refused where it lies about its size or cannot be unpacked."""
        parts, size = [], 0
        for chunk in self._chunks(member):
            size += len(chunk)
            if size > most:
                raise bomb(self.name, tell("解開後超過 %(size)s MB", size=most // 1024 // 1024))
            parts.append(chunk)
        return b"".join(parts)

    def _chunks(self, member: str | zipfile.ZipInfo) -> Iterator[bytes]:
        try:
            with self.zip.open(member) as part:
                while chunk := part.read(STEP):
                    yield chunk
        except Refused:
            raise
        except Exception as problem:  # zlib.error and others have no base of their own
            raise damaged(self.name) from problem


def bomb(name: str, why: str) -> Refused:
    """The refusal of what unpacks to more than any document."""
    return refused("bomb", name, tell("像是壓縮炸彈（%(why)s）", why=why), tell("請確認檔案來源；拆成幾個檔案或縮小圖片後再上傳。"))  # fmt: skip


def checked_archive(data: bytes, name: str) -> Archive:
    """The archive, once its directory is in order. Nothing is unpacked. Raises Refused."""
    if not data.startswith(_OURS):
        raise damaged(name)
    try:
        opened = zipfile.ZipFile(io.BytesIO(data))
    except (
        Exception
    ) as problem:  # BadZipFile, ValueError, NotImplementedError, UnicodeDecodeError, struct.error …
        raise damaged(name, tell("壓縮封包損壞或被截斷")) from problem
    entries = tuple(opened.infolist())
    _need_one_file(data, opened, entries, name)
    _need_sizes(entries, name)
    _need_names(entries, name)
    for entry in entries:
        if entry.flag_bits & 0x1:
            raise refused("encrypted", name, tell("有密碼保護"), tell("請用原軟體開啟，另存一份沒有密碼的檔案再上傳。"))  # fmt: skip
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise damaged(name, tell("用了文書軟體不會用的壓縮法"))
    return Archive(opened, name, entries)


def _need_one_file(
    data: bytes, opened: zipfile.ZipFile, entries: tuple[zipfile.ZipInfo, ...], name: str
) -> None:
    """The members fill the file from its first byte to the directory, without overlap; nothing follows the directory."""
    places = sorted(
        (entry.header_offset, entry.header_offset + 30 + len(entry.filename.encode()) + entry.compress_size)
        for entry in entries
    )
    if not places:
        raise damaged(name, tell("封包是空的"))
    start, last = places[0][0], -1
    if start != 0 or opened.comment or not _ends_as_it_should(data):
        raise polyglot(name)
    for begin, end in places:
        if begin < last:
            raise bomb(name, tell("封包裡的檔案互相重疊"))
        last = min(end, opened.start_dir)
        if end > opened.start_dir + 64 * 1024:
            raise damaged(name)


def _ends_as_it_should(data: bytes) -> bool:
    return len(data) >= 22 and data[-22:-18] == b"PK\x05\x06" and data[-2:] == b"\x00\x00"


def polyglot(name: str) -> Refused:
    """The refusal of what is two files in one."""
    return refused(
        "polyglot",
        name,
        tell("檔案前後還接著別的內容，同一個檔案可以當成兩種檔案打開"),
        tell("請用原來的軟體打開，另存一份再上傳。"),
    )


def _need_sizes(entries: tuple[zipfile.ZipInfo, ...], name: str) -> None:
    if len(entries) > MAX_ENTRIES:
        raise bomb(name, tell("裡面有 %(n)s 個檔案，上限 %(most)s 個", n=f"{len(entries):,}", most=f"{MAX_ENTRIES:,}"))  # fmt: skip
    whole, packed = sum(each.file_size for each in entries), sum(each.compress_size for each in entries)
    if whole > MAX_WHOLE or any(each.file_size > MAX_PART for each in entries):
        raise bomb(name, tell("解開後超過 %(size)s MB", size=MAX_WHOLE // 1024 // 1024))
    for unpacked, taken in ((whole, packed), *((each.file_size, each.compress_size) for each in entries)):
        if unpacked > SMALL and unpacked > MAX_RATIO * max(taken, 1):
            raise bomb(name, tell("解開後是原來的 %(n)s 倍", n=f"{unpacked // max(taken, 1):,}"))


def _need_names(entries: tuple[zipfile.ZipInfo, ...], name: str) -> None:
    seen: set[str] = set()
    for entry in entries:
        inside = entry.orig_filename
        if (
            inside.startswith("/")
            or "\\" in inside
            or _DRIVE.match(inside)
            or ".." in inside.split("/")
            or any(unicodedata.category(letter) in ("Cc", "Cs") for letter in inside)
            or stat.S_ISLNK(entry.external_attr >> 16)
        ):
            raise refused("path", name, tell("封包裡的檔名想寫到別的資料夾"), tell("請確認檔案來源，不要打開它。"))  # fmt: skip
        if inside.casefold() in seen:
            raise damaged(name, tell("封包裡有同名的檔案"))
        seen.add(inside.casefold())
