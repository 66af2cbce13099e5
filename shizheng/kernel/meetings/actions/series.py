"""Series of meetings: made and changed in the browser, or shipped by the domain that they belong to."""

import tomllib
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from shizheng.common.checks import Wrong, compare, refuse, refuse_unknown
from shizheng.common.errors import BadInput, NotFound
from shizheng.common.permissions import SYSTEM, Actor, require
from shizheng.common.reasons import need_reason
from shizheng.common.words import written
from shizheng.kernel.history.actions import recorded
from shizheng.kernel.meetings import registry
from shizheng.kernel.meetings.actions.shared import clean_text, known_units
from shizheng.kernel.meetings.models import MeetingSeries, SeriesLevel, SeriesMember
from shizheng.kernel.rulebook import queries as rulebook

FIELDS = (
    "name", "name_en", "level", "unit", "chair", "due_rule", "minutes_rule", "agenda", "looks_back", "starts_on",
    "note", "in_use", "members",
)  # fmt: skip
LENGTHS = {"name": 100, "name_en": 150, "chair": 60, "due_rule": 60, "minutes_rule": 60, "note": 20_000}
DEFINE = "meetings.define"


def create_series(actor: Actor, code: str, values: Mapping[str, Any]) -> MeetingSeries:
    """A series of meetings. `values` by FIELDS: `unit` and `members` are numbers of units, `starts_on` is a day."""
    require(actor, DEFINE)
    with recorded(by=actor, action="meetings.create_series"):
        _check_code(code)
        row = MeetingSeries(code=code, version=0)
        _save(row, values)
    return row


def edit_series(
    actor: Actor, series_id: int, *, version: int | None, changes: Mapping[str, Any], reason: str
) -> MeetingSeries:
    """Change a series, with a reason. Meetings that exist keep their days and chair."""
    require(actor, DEFINE)
    with recorded(by=actor, action="meetings.edit_series", reason=need_reason(reason)):
        row = MeetingSeries.objects.select_for_update().filter(pk=series_id).first()
        if row is None:
            raise NotFound(_("找不到這個會議系列，沒有執行。請從會議系列的清單進入。"))
        compare(row.version, version)
        _save(row, changes)
    return row


def load_series(text: str) -> int:
    """Load series that ship with a domain and are not there yet, by code (TOML: one table a series, FIELDS without units).

    What people changed stays. Returns how many were added.
    """
    given = tomllib.loads(text)
    new = set(given) - set(MeetingSeries.objects.values_list("code", flat=True))
    if not new:
        return 0
    with recorded(by=SYSTEM, action="meetings.load_series", reason=written("隨附的會議系列")):
        for code in given:
            if code in new:
                _check_code(code)
                _save(MeetingSeries(code=code, version=0), given[code])
    return len(new)


def _check_code(code: str) -> None:
    taken = MeetingSeries.objects.filter(code=code).exists()
    if taken or not code or not code.isascii() or not code.replace("-", "").isalnum() or code != code.lower():
        text = (
            _("代碼 %(code)s 已經有了，沒有存。請用別的代碼。") % {"code": code}
            if taken
            else _("代碼只用英文小寫、數字與連字號，最多 %(n)s 字。") % {"n": 40}
        )
        raise BadInput(text, fields={"code": [text]})


def _save(row: MeetingSeries, values: Mapping[str, Any]) -> None:
    refuse_unknown(values, FIELDS)
    wrong: Wrong = {}
    for name, most in LENGTHS.items():
        if name in values or (not row.pk and name == "name"):
            setattr(row, name, clean_text(values.get(name), most, name, wrong, needed=name == "name"))
    row.in_use = bool(values.get("in_use", row.in_use))
    if "unit" in values:
        units = known_units([values["unit"]] if values["unit"] else [], "unit", wrong)
        row.unit_id = units[0] if units else None
    members = known_units(values["members"], "members", wrong) if "members" in values else None
    _check_days(row, values, wrong)
    _check_names(row, values, wrong)
    refuse(wrong)
    row.version += 1
    row.save()
    if members is not None:
        _put_members(row, members)


def _check_days(row: MeetingSeries, values: Mapping[str, Any], wrong: Wrong) -> None:
    for name in ("due_rule", "minutes_rule"):
        code = getattr(row, name)
        if name in values and code and code not in rulebook.book().names:
            wrong.setdefault(name, []).append(_("規則書沒有這條規則；請填規則的代碼，或留空。"))
    row.looks_back = values.get("looks_back", row.looks_back)
    if not isinstance(row.looks_back, int) or not 0 <= row.looks_back <= 12:
        wrong["looks_back"] = [_("請填 0 到 12。")]
    row.starts_on = values.get("starts_on", row.starts_on)
    if row.starts_on is not None and not isinstance(row.starts_on, date):
        wrong["starts_on"] = [_("看不懂這個日期。")]


def _check_names(row: MeetingSeries, values: Mapping[str, Any], wrong: Wrong) -> None:
    row.level = str(values.get("level", row.level))
    if row.level not in SeriesLevel.values:
        wrong["level"] = [_("請選機關、市府或其他。")]
    row.agenda = str(values.get("agenda", row.agenda) or "")
    if row.agenda and row.agenda not in {each.code for each in registry.agenda_sources()}:
        wrong["agenda"] = [_("沒有這個議程來源；請從清單選，或留空自己排議程。")]
    if MeetingSeries.objects.exclude(pk=row.pk).filter(name=row.name).exists():
        wrong.setdefault("name", []).append(_("已經有同名的會議系列。"))


def _put_members(row: MeetingSeries, members: list[int]) -> None:
    row.memberships.exclude(unit_id__in=members).delete()
    there = set(row.memberships.values_list("unit_id", flat=True))
    for each in members:
        if each not in there:
            SeriesMember.objects.create(series=row, unit_id=each)
