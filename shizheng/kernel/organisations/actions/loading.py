"""A list of agencies goes in whole or not at all, with a line of report for each of its lines."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import IO, Any

from django.db import transaction
from django.utils.translation import gettext as _

from shizheng.common import clock
from shizheng.common.errors import BadInput, CannotDo
from shizheng.common.permissions import SYSTEM, Actor, require
from shizheng.common.roc import DateNotUnderstood, parse_date
from shizheng.common.words import listed, written
from shizheng.kernel.history.actions import recorded
from shizheng.kernel.organisations.actions.changing import change_unit
from shizheng.kernel.organisations.actions.opening import open_unit, set_up_city
from shizheng.kernel.organisations.models import ControlLevel, Installation, Unit, UnitKind, UnitPeriod
from shizheng.kernel.organisations.queries import periods_on

COLUMNS = (
    "code",
    "kind",
    "name",
    "short_name",
    "name_en",
    "parent_code",
    "control_level",
    "order",
    "start_date",
)
NEEDED = ("code", "kind", "name", "parent_code")
MAX_BYTES = 2 * 1024 * 1024
MAX_ROWS = 5000


@dataclass(frozen=True, slots=True)
class ReportRow:
    """What became of one line of the file: `opened`, `changed`, `unchanged` or `refused`, and why."""

    line: int
    code: str
    name: str
    outcome: str
    message: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """What became of a file. `saved` is false for a rehearsal and when any line was refused: then nothing is kept."""

    rows: tuple[ReportRow, ...]
    saved: bool

    @property
    def refused(self) -> tuple[ReportRow, ...]:
        return tuple(row for row in self.rows if row.outcome == "refused")

    def count(self, outcome: str) -> int:
        return sum(row.outcome == outcome for row in self.rows)


class _GiveUp(Exception):
    """Roll back: a line was refused, or this was a rehearsal."""


def read_table(file: str | Path | IO[bytes] | bytes) -> list[dict[str, str]]:
    """The lines of a CSV in UTF-8 (with or without BOM). Raises BadInput that says what is wrong with the file."""
    content = (
        file
        if isinstance(file, bytes)
        else Path(file).read_bytes()
        if isinstance(file, str | Path)
        else file.read()
    )
    if len(content) > MAX_BYTES:
        raise BadInput(_("檔案超過 2 MB，不像機關清單，沒有讀。"), fields={"file": [_("檔案太大。")]})
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as failure:
        message = _("檔案不是 UTF-8 編碼的 CSV，沒有讀。用 Excel 存檔時請選「CSV UTF-8」。")
        raise BadInput(message, fields={"file": [message]}) from failure
    try:
        reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
        missing = [name for name in NEEDED if name not in (reader.fieldnames or ())]
        rows = [] if missing else [{k: (v or "").strip() for k, v in row.items() if k} for row in reader]
    except (csv.Error, AttributeError) as failure:
        message = _("檔案不是完整的 CSV（%(why)s），沒有讀。") % {"why": failure}
        raise BadInput(message, fields={"file": [message]}) from failure
    if missing:
        message = _("檔案缺少欄位：%(columns)s。可以先匯出一份，照它的欄位填。") % {
            "columns": listed(missing)
        }
        raise BadInput(message, fields={"file": [message]})
    if not rows or len(rows) > MAX_ROWS:
        message = _("檔案沒有資料列，或超過 %(limit)s 列，沒有讀。") % {"limit": MAX_ROWS}
        raise BadInput(message, fields={"file": [message]})
    return rows


def load_agencies(
    file: str | Path | IO[bytes] | bytes,
    *,
    actor: Actor = SYSTEM,
    on: date | None = None,
    reason: str = "",
    dry_run: bool = False,
) -> Report:
    """Open the units of a CSV that are new and change those that differ, as of `on` (today), all or nothing.

    A line may carry its own `start_date`. Units that the file does not name stay as they are.
    """
    require(actor, "organisations.change")
    rows = read_table(file)
    day = on or clock.today()
    report: list[ReportRow] = []
    saved = False
    try:
        with recorded(
            by=actor, action="organisations.load_agencies", reason=reason or written("匯入機關清單")
        ):
            for line, row in _parents_first(rows):
                report.append(_take(actor, line, row, day, reason or written("匯入機關清單")))
            if dry_run or any(entry.outcome == "refused" for entry in report):
                raise _GiveUp
            saved = True
    except _GiveUp:
        pass
    return Report(tuple(sorted(report, key=lambda entry: entry.line)), saved)


def _parents_first(rows: list[dict[str, str]]) -> list[tuple[int, dict[str, str]]]:
    waiting = list(enumerate(rows, start=2))
    ordered: list[tuple[int, dict[str, str]]] = []
    inside = {row["code"] for row in rows}
    while waiting:
        done = {row["code"] for _line, row in ordered}
        ready = [item for item in waiting if item[1]["parent_code"] not in inside - done]
        if not ready:
            return ordered + waiting  # a circle: each of its lines will be refused for its parent
        ordered += ready
        waiting = [item for item in waiting if item not in ready]
    return ordered


def _take(actor: Actor, line: int, row: dict[str, str], on: date, reason: str) -> ReportRow:
    try:
        with transaction.atomic():
            outcome, message = _open_or_change(actor, row, on, reason)
    except BadInput as failure:
        texts = [text for field in failure.fields.values() for text in field] or [failure.message]
        return ReportRow(line, row["code"], row["name"], "refused", " ".join(texts))
    except (CannotDo, DateNotUnderstood) as failure:
        return ReportRow(line, row["code"], row["name"], "refused", str(failure))
    return ReportRow(line, row["code"], row["name"], outcome, message)


def _open_or_change(actor: Actor, row: dict[str, str], on: date, reason: str) -> tuple[str, str]:
    start = parse_date(row["start_date"]) if row.get("start_date") else on
    parent = Unit.objects.filter(code=row["parent_code"]).first() if row["parent_code"] else None
    if row["parent_code"] and parent is None:
        raise BadInput(_("找不到上級機關的代碼 %(code)s。") % {"code": row["parent_code"]})
    level = row.get("control_level") or ControlLevel.AGENCY
    if level not in ControlLevel.values:
        raise BadInput(_("管制層級要是 %(levels)s 之一。") % {"levels": listed(ControlLevel.values)})
    unit = Unit.objects.filter(code=row["code"]).first()
    if unit is None:
        order = row.get("order", "")
        open_unit(
            actor,
            code=row["code"], kind=row["kind"], name=row["name"], parent_id=parent.pk if parent else None, on=start,
            short_name=row.get("short_name", ""), name_en=row.get("name_en", ""), control_level=level,
            order=int(order) if order.isdecimal() and len(order) < 7 else 1000, reason=reason,
        )  # fmt: skip
        return "opened", ""
    if unit.kind != row["kind"]:
        raise BadInput(_("這個機關的種類是 %(kind)s，不能改；改制請用整併或分設。") % {"kind": unit.kind})
    current = periods_on(on).filter(unit=unit).first()
    if current is None:
        raise BadInput(_("這個代碼的機關在生效日不存在（已裁撤或還沒成立）。"))
    changes = _changes(current, row, parent, level)
    if not changes:
        return "unchanged", ""
    change_unit(actor, unit.pk, on=on, version=None, changes=changes, reason=reason)
    labels = {field.attname: str(field.verbose_name) for field in UnitPeriod._meta.concrete_fields}
    return "changed", listed(labels[name] for name in changes)


def _changes(current: UnitPeriod, row: Mapping[str, str], parent: Unit | None, level: str) -> dict[str, Any]:
    wanted: dict[str, Any] = {"name": row["name"], "parent_id": parent.pk if parent else None}
    for column in ("short_name", "name_en"):
        if column in row:
            wanted[column] = row[column]
    if row.get("control_level"):
        wanted["control_level"] = level
    return {name: value for name, value in wanted.items() if getattr(current, name) != value}


def load_taichung() -> Report:
    """Set this installation up as Taichung City with the list that ships (`data/taichung.csv`, see `data/NOTICE`).

    Never called for a demonstration city. May be called again: what is there stays.
    """
    if not Installation.objects.exists():
        set_up_city(
            SYSTEM,
            city_name="臺中市",
            city_name_en="Taichung City",
            code="66000000",
            on=date(2010, 12, 25),  # Saturday: county and city became one special municipality
        )
    elif Installation.objects.filter(is_demonstration=True).exists():
        raise CannotDo(_("示範資料庫不載入真實機關。請另外安裝一份。"))
    content = files("shizheng.kernel.organisations").joinpath("data/taichung.csv").read_bytes()
    return load_agencies(content, reason=written("隨附的臺中市機關清單"))


__all__ = ["COLUMNS", "Report", "ReportRow", "UnitKind", "load_agencies", "load_taichung", "read_table"]
