"""Files of strangers are decoded in a process of their own, with little memory, little time and nothing to write to."""

from typing import Any

from django.utils.translation import gettext as _

from shizheng.common.apart import Failed, ask
from shizheng.kernel.files.rules import KINDS, Bare, Checked, PhotoFacts, Refused, refused
from shizheng.kernel.files.rules.previews import Picture

SECONDS = {"check": 45, "previews": 60, "photo": 10, "bare": 60}


def check(data: bytes, name: str, allow: frozenset[str]) -> Checked:
    """`rules.check`, apart. Raises Refused, also where the file takes too much to look through."""
    answer, _rest = _checked("check", data, name, allow)
    return _as_checked(answer)


def bare(data: bytes, name: str, allow: frozenset[str]) -> tuple[Checked, PhotoFacts, Bare]:
    """Check a photograph, read what it says of itself, and take that out, apart. Raises Refused."""
    answer, rest = _checked("bare", data, name, allow)
    size = answer["size"]
    return (
        _as_checked(answer),
        PhotoFacts(**answer["facts"]),
        Bare(rest[:size], rest[size:], *answer["sides"]),
    )


def _checked(work: str, data: bytes, name: str, allow: frozenset[str]) -> tuple[dict[str, Any], bytes]:
    try:
        answer, rest = _ask(work, data, name=name, allow=sorted(allow))
    except Failed as problem:
        raise refused(
            "too_complex",
            name,
            _("檢查它要的時間或記憶體超過上限"),
            _("請縮小，或用「列印成 PDF」另存一份再上傳。"),
        ) from problem
    if "refused" in answer:
        raise Refused(answer["message"], code=answer["refused"])
    return answer, rest


def _as_checked(answer: dict[str, Any]) -> Checked:
    return Checked(answer["name"], KINDS[answer["kind"]], answer["pages"], answer["width"], answer["height"])


def previews(data: bytes, family: str) -> list[Picture]:
    """`rules.previews.previews_of`, apart. Raises Failed."""
    answer, rest = _ask("previews", data, family=family)
    made, at = [], 0
    for each in answer["pictures"]:
        made.append(Picture(rest[at : at + each["size"]], each["width"], each["height"]))
        at += each["size"]
    return made


def photo(data: bytes) -> PhotoFacts:
    """`rules.told_by`, apart; a photograph that cannot be read says nothing."""
    try:
        answer, _rest = _ask("photo", data)
    except Failed:
        return PhotoFacts()
    return PhotoFacts(**answer)


def _ask(work: str, data: bytes, **about: Any) -> tuple[dict[str, Any], bytes]:
    return ask("shizheng.kernel.files.child", work, data, seconds=SECONDS[work], **about)
