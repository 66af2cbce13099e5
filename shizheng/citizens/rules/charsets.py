"""Text of unknown honesty: bytes that name a character set, a wrong one, or none; and what must not stand in a text at all."""

import codecs
import re
from email.errors import MessageError
from email.header import decode_header

LONGEST_HEADER = 4000
"""Characters of one header that are read."""
_KNOWN = frozenset(
    [
        "ascii",
        "utf-8",
        "utf-16",
        "utf-16-be",
        "utf-16-le",
        "utf-7",
        "big5",
        "big5hkscs",
        "cp950",
        "gb2312",
        "gbk",
        "gb18030",
        "hz",
        "shift_jis",
        "cp932",
        "euc_jp",
        "iso2022_jp",
        "euc_kr",
        "cp949",
        "iso2022_kr",
        "cp874",
        "tis-620",
        "koi8-r",
        "koi8-u",
        "cp1250",
        "cp1251",
        "cp1252",
        "cp1253",
        "cp1254",
        "cp1255",
        "cp1256",
        "cp1257",
        "cp1258",
        "mac-roman",
        "iso8859-1",
        "iso8859-2",
        "iso8859-3",
        "iso8859-4",
        "iso8859-5",
        "iso8859-6",
        "iso8859-7",
        "iso8859-8",
        "iso8859-9",
        "iso8859-10",
        "iso8859-11",
        "iso8859-13",
        "iso8859-14",
        "iso8859-15",
        "iso8859-16",
        "viscii",
    ]
)
"""Character sets of mails. Python's other codecs (escapes, idna, compression) are no character sets."""
_WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "big5": "cp950", "iso8859-1": "cp1252", "ascii": "utf-8"}
"""What programs write that name the narrower one."""
_NAMES = {"x-gbk": "gbk", "x-big5": "big5", "big5-eten": "big5", "unicode-1-1-utf-7": "utf-7", "ks_c_5601-1987": "cp949", "iso-8859-8-i": "iso8859-8"}  # fmt: skip
_GUESSED = ("utf-8", "cp950", "gb18030")
_UNWANTED = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)


def decoded(data: bytes, charset: str = "") -> str:
    """The text of bytes: by the character set that is named where it holds, else by the first of ours that does."""
    named = _codec(charset)
    for each in dict.fromkeys((_WIDER.get(named, named), named, *_GUESSED)):
        if each:
            try:
                return data.decode(each)
            except ValueError:
                continue
    return data.decode(_WIDER.get(named, named) or "utf-8", "replace")


def _codec(charset: str) -> str:
    """The name of a codec that is a character set; empty where it is none, or not known."""
    plain = charset.strip().strip("\"'").lower()
    try:
        name = codecs.lookup(_NAMES.get(plain, plain)).name if plain.isascii() and "\0" not in plain else ""
    except LookupError:
        return ""
    return name if name in _KNOWN else ""


def cleaned(text: str) -> str:
    """Without control characters, turned directions and broken halves; ends of lines as `\\n`."""
    return _UNWANTED.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n"))


def one_line(text: str) -> str:
    """In one line, so that nothing written into a header can begin another."""
    return " ".join(cleaned(text).split())


def header_text(value: str) -> str:
    """A header as people read it: encoded words (RFC 2047) read, bytes that nobody declared guessed."""
    plain = decoded(value[:LONGEST_HEADER].encode("utf-8", "surrogateescape"))
    try:
        pieces = decode_header(plain)
    except (MessageError, ValueError):
        return one_line(plain)
    texts = []
    for piece, charset in pieces:
        if isinstance(piece, str):
            texts.append(piece)
        elif charset is None:
            texts.append(piece.decode("raw-unicode-escape", "replace"))
        else:
            texts.append(decoded(piece, charset))
    return one_line("".join(texts))
