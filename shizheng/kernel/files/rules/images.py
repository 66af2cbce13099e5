"""Images: whole from the first byte to the last, not larger than can be shown, nothing attached."""

import io
import zipfile
import zlib

from PIL import Image

from shizheng.common.words import tell

from .refusal import Refused, damaged, refused
from .signatures import FOREIGN, HEAD
from .zips import polyglot

MAX_PIXELS = 100_000_000
MAX_SIDE = 30_000
Image.MAX_IMAGE_PIXELS = None  # we count ourselves, before anything is decoded
_FORMATS = {"png": "PNG", "jpeg": "JPEG", "webp": "WEBP"}
_ALONE = {0x01, *range(0xD0, 0xD8)}
_PADDING = 64 * 1024


def check_image(data: bytes, kind: str, name: str) -> tuple[int, int]:
    """Width and height in pixels. The image is decoded once to the end. Raises Refused."""
    end = {"png": _png_end, "jpeg": _jpeg_end, "webp": _webp_end}[kind](data, name)
    rest = data[end:]
    if rest.strip(b"\x00") or len(rest) > _PADDING or FOREIGN.search(data[:HEAD]) or ends_as_zip(data):
        raise polyglot(name)
    try:
        with Image.open(io.BytesIO(data), formats=[_FORMATS[kind]]) as image:
            width, height = image.size
            if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
                raise _too_many(name, width, height)
            image.load()
    except Refused:
        raise
    except Exception as problem:  # Pillow lets many kinds of failure out of its decoders
        raise damaged(name) from problem
    return width, height


def _too_many(name: str, width: int, height: int) -> Refused:
    why = tell("有 %(w)s×%(h)s 個像素，超過上限（共 1 億、一邊 3 萬）", w=f"{width:,}", h=f"{height:,}")
    return refused("bomb", name, why, tell("請縮小後再上傳。"))


def ends_as_zip(data: bytes) -> bool:
    """Whether an archive hangs behind: its directory stands at the end and can be read from there."""
    if b"PK\x05\x06" not in data[-66_000:]:
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return bool(archive.infolist())
    except Exception:
        return False


def _png_end(data: bytes, name: str) -> int:
    at = 8
    while at + 12 <= len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        end = at + 12 + size
        if end > len(data):
            break
        if zlib.crc32(data[at + 4 : end - 4]) != int.from_bytes(data[end - 4 : end], "big"):
            break
        if data[at + 4 : at + 8] == b"IEND":
            return end
        at = end
    raise damaged(name)


def _webp_end(data: bytes, name: str) -> int:
    end = 8 + int.from_bytes(data[4:8], "little")
    if end > len(data) or end < 20:
        raise damaged(name)
    return end + (end & 1)


def _jpeg_end(data: bytes, name: str) -> int:
    """The end of the last image: cameras write further views as whole JPEG images behind the first."""
    end = _one_jpeg(data, 0, name)
    while True:
        start = data.find(b"\xff\xd8\xff", end, end + _PADDING)
        if start < 0 or data[end:start].strip(b"\x00"):
            return end
        end = _one_jpeg(data, start, name)


def _one_jpeg(data: bytes, start: int, name: str) -> int:
    at = start + 2
    while at + 2 <= len(data):
        if data[at] != 0xFF:
            raise damaged(name)
        mark = data[at + 1]
        if mark == 0xFF:  # fill bytes
            at += 1
        elif mark == 0xD9:
            return at + 2
        elif mark in _ALONE:
            at += 2
        else:
            size = int.from_bytes(data[at + 2 : at + 4], "big")
            if size < 2:
                raise damaged(name)
            at += 2 + size
            if mark == 0xDA:
                at = _past_scan(data, at, name)
    raise damaged(name)


def _past_scan(data: bytes, at: int, name: str) -> int:
    """The next mark after coded data, in which FF is followed by 00 or a restart."""
    while True:
        at = data.find(b"\xff", at)
        if at < 0 or at + 1 >= len(data):
            raise damaged(name)
        if data[at + 1] != 0 and data[at + 1] not in _ALONE and data[at + 1] != 0xFF:
            return at
        at += 1 if data[at + 1] == 0xFF else 2
