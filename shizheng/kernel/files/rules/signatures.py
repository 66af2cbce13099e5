"""What a file is, by its first bytes: our own table. The name's extension never decides."""

import re

from shizheng.common.words import N_

HEAD = 4096
"""Bytes at the start within which a second signature makes a polyglot, as readers of PDF and HTML look that far."""

_EXACT: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "pdf"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"PK\x07\x08", "zip"),
    (b"\x7fELF", "executable"),
    (b"\xfe\xed\xfa\xce", "executable"),
    (b"\xfe\xed\xfa\xcf", "executable"),
    (b"\xce\xfa\xed\xfe", "executable"),
    (b"\xcf\xfa\xed\xfe", "executable"),
    (b"\xca\xfe\xba\xbe", "executable"),
    (b"dex\n", "executable"),
    (b"\x00asm", "executable"),
    (b"L\x00\x00\x00\x01\x14\x02\x00", "executable"),  # shortcut of Windows
    (b"#!", "script"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old_office"),
    (b"{\\rtf", "rtf"),
    (b"Rar!\x1a\x07", "archive"),
    (b"7z\xbc\xaf\x27\x1c", "archive"),
    (b"\x1f\x8b", "archive"),
    (b"BZh", "archive"),
    (b"\xfd7zXZ\x00", "archive"),
    (b"\x28\xb5\x2f\xfd", "archive"),
    (b"MSCF", "archive"),
    (b"xar!", "archive"),
    (b"GIF87a", "other_image"),
    (b"GIF89a", "other_image"),
    (b"BM", "bitmap"),
    (b"II*\x00", "other_image"),
    (b"MM\x00*", "other_image"),
    (b"\x00\x00\x01\x00", "other_image"),
    (b"ITSF", "executable"),  # compiled help of Windows: it runs scripts
)
_MARKUP = re.compile(
    rb"<\s*(!doctype\s+html|html|head|body|script|svg|iframe|object|embed|\?php|hta:application|x:?html)|<\?php|<%@",
    re.I,
)
FOREIGN = re.compile(rb"%PDF-|<script[\s>]|<html[\s>]|<!doctype html|<svg[\s>]|<\?php|<iframe[\s>]|MSCF\x00\x00\x00\x00|Rar!\x1a\x07", re.I)  # fmt: skip
NAMES = {
    "executable": N_("這是程式，不是文件"),
    "script": N_("這是指令檔，不是文件"),
    "markup": N_("這是網頁或 SVG，可能夾帶程式"),
    "archive": N_("這是壓縮檔"),
    "old_office": N_("這是舊格式的 Office 檔（.doc、.xls、.ppt）或郵件檔，可能夾帶巨集"),
    "rtf": N_("這是 RTF 文件"),
    "other_image": N_("這是 GIF、TIFF、HEIC、BMP 或圖示影像"),
}


def signature_of(data: bytes) -> str:
    """`pdf`, `png`, `jpeg`, `webp`, `zip`, what is refused (`executable`, `markup` …), or empty: perhaps text."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    if data[4:8] == b"ftyp" and data[8:12] in (b"heic", b"heix", b"mif1", b"msf1", b"avif", b"hevc"):
        return "other_image"
    if is_program(data):
        return "executable"
    for start, name in _EXACT:
        if data.startswith(start):
            if name == "bitmap":
                return "other_image" if data[6:10] == b"\x00\x00\x00\x00" and len(data) > 54 else ""
            return name
    return "markup" if _starts_as_markup(data) else ""


def is_program(data: bytes) -> bool:
    """Whether this is a program of DOS or Windows: `MZ` and the header that it points to, or its classic message."""
    if data[:2] not in (b"MZ", b"ZM"):
        return False
    at = int.from_bytes(data[60:64], "little")
    return data[at : at + 2] in (b"PE", b"NE", b"LE", b"LX") or b"cannot be run in" in data[:1024]


def _starts_as_markup(data: bytes) -> bool:
    start = data[:HEAD].removeprefix(b"\xef\xbb\xbf").lstrip()
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        start = start.decode("utf-16", "ignore").encode()[:HEAD].lstrip()
    while start.startswith(b"<!--") and b"-->" in start:
        start = start.split(b"-->", 1)[1].lstrip()
    if start[:5].lower() == b"<?xml":
        return True
    return bool(_MARKUP.match(start))
