"""The other side of `apart`: reads one file of a stranger, answers, ends. Knows neither Django nor the database."""

from dataclasses import asdict
from typing import Any

from shizheng.common.apart import answer
from shizheng.kernel.files.rules import Refused, bared, check, told_by
from shizheng.kernel.files.rules.previews import previews_of


def _check(data: bytes, asked: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    try:
        found = check(data, asked["name"], frozenset(asked["allow"]))
    except Refused as failure:
        return {"refused": failure.code, "message": failure.message}, b""
    return {
        "name": found.name, "kind": found.kind.code, "pages": found.pages, "width": found.width, "height": found.height,
    }, b""  # fmt: skip


def _previews(data: bytes, asked: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    made = previews_of(data, asked["family"])
    about = [{"size": len(each.data), "width": each.width, "height": each.height} for each in made]
    return {"pictures": about}, b"".join(each.data for each in made)


def _photo(data: bytes, _asked: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    return asdict(told_by(data)), b""


def _bare(data: bytes, asked: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    about, _rest = _check(data, asked)
    if "refused" in about:
        return about, b""
    made = bared(data)
    sides = [made.width, made.height, made.small_width, made.small_height]
    said = {**about, "facts": asdict(told_by(data)), "size": len(made.data), "sides": sides}
    return said, made.data + made.small


WORK = {"check": _check, "previews": _previews, "photo": _photo, "bare": _bare}

if __name__ == "__main__":
    answer(WORK)
