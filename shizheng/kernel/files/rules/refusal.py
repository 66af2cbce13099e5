"""The one failure of the checks."""

from shizheng.common.errors import BadInput
from shizheng.common.words import tell

SHOWN_NAME = 80


class Refused(BadInput):
    """A file is not taken: the message says what, why and what to do. Nothing of it is kept.

    `code`: empty, too_large, bad_name, not_allowed, wrong_extension, unknown_type, executable, markup, archive,
    old_format, damaged, bomb, path, encrypted, macros, external, embedded, hostile, script, polyglot, too_complex.
    """


def refused(code: str, name: str, why: str, todo: str) -> Refused:
    """The refusal of a file, in one sentence each: why, and what to do."""
    shown = "".join(letter if letter.isprintable() else "�" for letter in name)[:SHOWN_NAME]
    return Refused(tell("「%(file)s」沒有收下：%(why)s。%(todo)s", file=shown, why=why, todo=todo), code=code)


def damaged(name: str, why: str = "") -> Refused:
    """The refusal of a file that cannot be read through."""
    return refused(
        "damaged",
        name,
        why or tell("內容不完整或已損壞，可能在傳輸時被截斷"),
        tell("請用原來的軟體打開確認，另存一份再上傳。"),
    )
