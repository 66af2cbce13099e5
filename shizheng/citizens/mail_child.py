"""Run as a program by `common.apart`: reads one mail and says what is in it. Its bytes are those of the attachments, one after another."""

from typing import Any

from shizheng.citizens.rules.mails import Hostile, read_mail
from shizheng.common import apart

FIELDS = ("sender", "sender_name", "subject", "text", "automatic", "left_out")


def read(data: bytes, about: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """What `read_mail` found, or the code of its refusal."""
    try:
        found = read_mail(data)
    except Hostile as failure:
        return {"refused": failure.code}, b""
    files = found.attachments if about.get("files") else ()
    said = {name: getattr(found, name) for name in FIELDS}
    said |= {
        "references": found.references,
        "names": [[each.name, len(each.data)] for each in found.attachments],
    }
    return said, b"".join(each.data for each in files)


if __name__ == "__main__":
    apart.answer({"read": read})
