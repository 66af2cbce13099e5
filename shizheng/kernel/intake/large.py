"""Files of any length taken in from the command line: read as a stream, in parts of some thousand rows, each a transaction.

Killed in between, what was taken stays; the same file again takes the rest, because a target takes no row twice.
"""

import gzip
import hashlib
import io
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, TextIO

from django.utils.translation import gettext as _

from shizheng.common.errors import BadInput
from shizheng.common.permissions import Actor, require
from shizheng.common.sheets import RowProblem
from shizheng.common.words import for_the_record
from shizheng.kernel.history.actions import recorded
from shizheng.kernel.intake import actions, queries
from shizheng.kernel.intake.models import Report
from shizheng.kernel.intake.reading import (
    DELIMITERS,
    ENCODINGS,
    csv_lines,
    headings_of,
    read_file,
    sound_rows,
)
from shizheng.kernel.intake.registry import KnownMapping, Plan, Target, target_of
from shizheng.kernel.intake.rules.mapping import Given, Problem, translated
from shizheng.kernel.intake.xml import bad
from shizheng.web.sheets import RowsRefused

PART = 5_000
"""Rows of a transaction."""
Line = tuple[int, Sequence[str]]


@dataclass(slots=True)
class Done:
    """What became of a file, or would: how many rows were new, changed, here already; and what was wrong or noted."""

    rows: int = 0
    new: int = 0
    changed: int = 0
    same: int = 0
    problems: list[Problem] = field(default_factory=list)
    report: Report | None = None

    @property
    def refused(self) -> int:
        """Rows that cannot be taken."""
        return len({each.line for each in self.problems if each.refuses})

    def add(self, plan: Plan) -> None:
        """One part more."""
        self.new += len(plan.new)
        self.changed += len(plan.changed)
        self.same += len(plan.same)


def take_large(
    actor: Actor,
    target_code: str,
    path: Path,
    known: KnownMapping,
    *,
    reason: str,
    dry_run: bool = False,
    leave_out: bool = False,
    hear: Callable[[Done], None] = lambda done: None,
) -> Done:
    """Take a file in by a mapping of names. `dry_run`: only say what would happen; `leave_out`: rows that cannot be taken stay
    out, else the whole file is looked through first and refused because of any. `hear` is told after every part.

    Raises NotPermitted, NotFound, BadInput, RowsRefused.
    """
    target = target_of(target_code)
    require(actor, actions.USE)
    require(actor, target.permission)
    with for_the_record(), opened(path) as (headings, _rows):
        lacking = sorted(set(known.columns.values()) - set(headings))
        if lacking:
            raise BadInput(
                _("檔案沒有這些欄：%(names)s。沒有讀入；請換一份對應，或檢查檔案。")
                % {"names": "、".join(lacking)}
            )
        given = known.given(headings)
        actions.need_fields(target, given)
        if dry_run:
            return _through(actor, target, path, given, None, hear)
        if not leave_out:
            _need_none(target, _through(actor, target, path, given, None, hear))
        done = _through(actor, target, path, given, reason, hear)
        done.report = _kept(actor, target, path, given, headings, done, reason)
    return done


def _through(
    actor: Actor, target: Target, path: Path, given: Given, reason: str | None, hear: Callable[[Done], None]
) -> Done:
    """The whole file, part by part; nothing is written without a reason."""
    done, words = Done(), queries.Words(target)
    with opened(path) as (_headings, rows):
        while part := list(islice(rows, PART)):
            made, problems = translated(target.fields, given, part, words.find)
            broken = {each.line for each in problems if each.refuses}
            plan = target.check(actor, [each for each in made if each.line not in broken])
            problems += plan.problems
            if reason is not None:
                broken |= {each.line for each in plan.problems if each.refuses}
                with recorded(by=actor, action="intake.apply", reason=reason):
                    plan = target.apply(actor, [each for each in made if each.line not in broken], reason)
            done.rows += len(part)
            done.add(plan)
            done.problems += problems
            hear(done)
    return done


def _need_none(target: Target, found: Done) -> None:
    wrong = [each for each in found.problems if each.refuses]
    if wrong:
        raise RowsRefused(
            [RowProblem(each.line, queries.title_of(target, each.field), each.text) for each in wrong]
        )


def _kept(
    actor: Actor, target: Target, path: Path, given: Given, headings: Sequence[str], done: Done, reason: str
) -> Report:
    sha256 = hashlib.sha256()
    with path.open("rb") as file:
        while data := file.read(1 << 20):
            sha256.update(data)
    plan = Plan(range(done.new), range(done.changed), range(done.same), done.problems)
    return actions.keep_report(
        actor, target=target.code, filename=path.name, sha256=sha256.hexdigest(), rows=done.rows, plan=plan,
        reason=reason, mapping=given.as_json(), headings=headings,
    )  # fmt: skip


@contextmanager
def opened(path: Path) -> Iterator[tuple[list[str], Iterator[Line]]]:
    """Headings of a file and its rows, each with its line: CSV and TSV (also as gzip) as a stream, whatever else as a whole.

    Raises BadInput.
    """
    try:
        with path.open("rb") as raw:
            start = raw.read(2)
    except OSError as failure:
        raise BadInput(
            _("讀不到檔案「%(name)s」：%(why)s。") % {"name": path.name, "why": failure.strerror}
        ) from failure
    if start == b"PK" or start[:1] in (b"[", b"{", b"<"):
        sheet = read_file(path.read_bytes(), path.name)
        yield list(sheet.headings), iter(sheet.rows)
        return
    encoding = _encoding(path, start)
    with _text(path, start, encoding) as text:
        first = next((line for line in text if line.strip()), "")
    with _text(path, start, encoding) as text, _readable():
        rows = sound_rows(csv_lines(text, max(DELIMITERS, key=first.count)))
        head = next(rows, None)
        if head is None:
            raise bad(_("檔案是空的，沒有讀入。"))
        headings = headings_of(head[1])
        yield headings, ((line, tuple(row[: len(headings)])) for line, row in rows)


def _encoding(path: Path, start: bytes) -> str:
    for encoding in ("utf-16",) if start in (b"\xff\xfe", b"\xfe\xff") else ENCODINGS:
        try:
            with _readable(), _text(path, start, encoding) as text:
                while text.read(1 << 20):
                    pass
        except UnicodeDecodeError:
            continue
        return encoding
    raise bad(
        _("「%(name)s」不是 UTF-8 或 Big5 的文字檔，沒有讀入。請另存成 UTF-8。") % {"name": path.name[:80]}
    )


def _text(path: Path, start: bytes, encoding: str) -> TextIO:
    raw: Any = gzip.open(path) if start == b"\x1f\x8b" else path.open("rb")  # noqa: SIM115
    return io.TextIOWrapper(raw, encoding=encoding, newline="")


@contextmanager
def _readable() -> Iterator[None]:
    try:
        yield
    except (gzip.BadGzipFile, EOFError, zlib.error) as failure:
        raise bad(_("壓縮檔壞了，沒有讀入。請重新下載或壓縮一次。")) from failure
