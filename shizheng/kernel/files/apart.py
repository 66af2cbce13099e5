"""Files of strangers are decoded in a process of their own, with little memory, little time and nothing to write to."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from shizheng.kernel.files.rules import KINDS, Checked, PhotoFacts, Refused, refused
from shizheng.kernel.files.rules.previews import Picture

PROJECT = Path(__file__).resolve().parents[3]
SECONDS = {"check": 45, "previews": 60, "photo": 10}


class Failed(Exception):
    """The process ended without an answer: too long, too much memory, or the decoder broke."""


def check(data: bytes, name: str, allow: frozenset[str]) -> Checked:
    """`rules.check`, apart. Raises Refused, also where the file takes too much to look through."""
    try:
        answer, _rest = _ask("check", data, name=name, allow=sorted(allow))
    except Failed as problem:
        raise refused(
            "too_complex",
            name,
            _("檢查它要的時間或記憶體超過上限"),
            _("請縮小，或用「列印成 PDF」另存一份再上傳。"),
        ) from problem
    if "refused" in answer:
        raise Refused(answer["message"], code=answer["refused"])
    kind = KINDS[answer["kind"]]
    return Checked(answer["name"], kind, answer["pages"], answer["width"], answer["height"])


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
    """Run the child: a line of JSON and the bytes go in, a line of JSON and bytes come out. Raises Failed."""
    head = json.dumps({"work": work, "seconds": SECONDS[work], **about}).encode() + b"\n"
    environment = {
        "PYTHONPATH": str(PROJECT), "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1",
        "PATH": os.defpath, "LANG": "C.UTF-8",
    }  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="shizheng-apart-") as empty:
        try:
            done = subprocess.run(
                [sys.executable, "-s", "-m", "shizheng.kernel.files.child"],
                input=head + data, capture_output=True, timeout=SECONDS[work] + 10, cwd=empty, env=environment,
                check=False,
            )  # fmt: skip
        except (subprocess.TimeoutExpired, OSError) as problem:
            raise Failed(str(problem)) from problem
    line, _newline, rest = done.stdout.partition(b"\n")
    try:
        answer = json.loads(line)
    except ValueError as problem:
        raise Failed(done.stderr[-300:].decode(errors="replace") or f"exit {done.returncode}") from problem
    return answer, rest
