"""The other side of `apart`: takes away its own rights, reads one file, answers, ends. Knows neither Django nor the database."""

import json
import resource
import sys
from dataclasses import asdict
from typing import Any

from shizheng.kernel.files.rules import Refused, check, told_by
from shizheng.kernel.files.rules.previews import previews_of

MEMORY = 1536 * 1024 * 1024


def main() -> None:
    """One line of JSON and bytes come in, the same goes out."""
    head, _newline, data = sys.stdin.buffer.read().partition(b"\n")
    asked = json.loads(head)
    _give_up_rights(asked["seconds"])
    answer, rest = WORK[asked["work"]](data, asked)
    sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n" + rest)
    sys.stdout.buffer.flush()


def _give_up_rights(seconds: int) -> None:
    """No more than so much memory and time, no file written, no process started, no core dumped."""
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NPROC, 0),
    ):
        hard = resource.getrlimit(what)[1]
        resource.setrlimit(what, (most if hard == resource.RLIM_INFINITY else min(most, hard),) * 2)


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


WORK = {"check": _check, "previews": _previews, "photo": _photo}

if __name__ == "__main__":
    main()
