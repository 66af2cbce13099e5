"""Names of files: what may be kept, and what is safe in a header and on any machine."""

import re
import unicodedata

from shizheng.common.words import tell

from .refusal import refused

LONGEST = 200
_BIDI = re.compile(r"[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_UNSAFE = re.compile(r'[<>:"|?*\\/;%\x00-\x1f\x7f-\x9f]')
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)", re.I)


def checked_name(name: str) -> str:
    """The name without a folder in front, in NFC. Raises Refused for one that hides what it is, or is none.

    Refused: NUL and other control characters, marks that turn the direction of writing (so that `gpj.exe` reads as
    `exe.jpg`), surrogates, names without letters, more than 200 characters.
    """
    plain = unicodedata.normalize("NFC", name)
    if any(unicodedata.category(letter) in ("Cc", "Cs", "Zl", "Zp") for letter in plain):
        why = tell("檔名含有看不見的控制字元")
        raise refused("bad_name", name, why, tell("請改成一般的檔名再上傳。"))
    if _BIDI.search(plain):
        why = tell("檔名含有改變書寫方向的字元，看到的副檔名不是真的副檔名")
        raise refused("bad_name", _BIDI.sub("", name), why, tell("請確認檔案來源，改名後再上傳。"))
    plain = re.split(r"[\\/]", plain)[-1]
    plain = "".join(letter for letter in plain if unicodedata.category(letter) != "Cf")
    plain = " ".join(plain.split()).rstrip(". ")
    if not plain.strip("."):
        raise refused("bad_name", name, tell("沒有檔名"), tell("請取一個看得出內容的檔名再上傳。"))
    if len(plain) > LONGEST:
        why = tell("檔名超過 %(n)s 字", n=LONGEST)
        raise refused("bad_name", name, why, tell("請改短後再上傳。"))
    return plain


def download_name(name: str) -> str:
    """A name that no header, shell or file system takes for more than a name; at most 150 bytes of UTF-8 and its end."""
    plain = _BIDI.sub("", unicodedata.normalize("NFC", name))
    plain = _UNSAFE.sub("_", plain.encode("utf-8", "ignore").decode()).strip(" .")
    stem, dot, extension = plain.rpartition(".")
    if not dot:
        stem, extension = plain, ""
    stem = stem.encode()[:150].decode("utf-8", "ignore").strip(" .") or "file"
    whole = f"{stem}{dot}{extension[:10]}".lstrip("-")
    return f"_{whole}" if _RESERVED.match(whole) else whole or "file"
