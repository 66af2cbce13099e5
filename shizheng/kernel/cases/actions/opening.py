"""A case is opened: its number, its clock with the ladder as the rules say on that day, its first unit."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from shizheng.common import clock
from shizheng.common.errors import BadInput
from shizheng.common.permissions import Actor, require
from shizheng.common.roc import roc_year
from shizheng.kernel.calendar import queries as calendar
from shizheng.kernel.cases.actions.sealing import seal_new
from shizheng.kernel.cases.actions.settling import derive, rungs_of
from shizheng.kernel.cases.actions.shared import write_step
from shizheng.kernel.cases.actions.transitions import stop_for_state
from shizheng.kernel.cases.models import Case, CaseAssignment, CaseClock, CaseRung, Confidentiality, How, Part
from shizheng.kernel.cases.queries.handling import period_said
from shizheng.kernel.cases.registry import CaseKind, kind_of
from shizheng.kernel.cases.rules import Facts, Pause, Period, Revised
from shizheng.kernel.cases.rules.facts import day_of
from shizheng.kernel.history.actions import recorded
from shizheng.kernel.rulebook import queries as rulebook

LONGEST_TITLE = 300


@dataclass(frozen=True, slots=True)
class NewCase:
    """What a case begins with. `limit`: the rule of the rulebook that says how long it may take; `period` where none does.

    `closures_of`: the district whose closures stop the clock ("": those of the whole city). `sealed`: name → text, kept
    under the case's own key; nothing of it may stand in the title.
    """

    title: str
    unit_id: int
    limit: str = ""
    period: Period | None = None
    received_at: datetime | None = None
    officer_id: int | None = None
    how: How = How.OPENED
    channel: str = ""
    confidentiality: Confidentiality = Confidentiality.ORDINARY
    district_code: str = ""
    closures_of: str = ""
    place: tuple[float, float] | None = None
    sealed: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, Any] = field(default_factory=dict)


def open_case(actor: Actor, kind: str, new: NewCase, *, reason: str = "") -> Case:
    """Open a case; its number follows the last one of its kind and year without a gap. `place` is longitude, latitude (WGS 84).

    Raises NotPermitted, BadInput, NoRuleInForce.
    """
    found = kind_of(kind)
    require(actor, found.permission("open"), new.unit_id)
    now = clock.now()
    received = new.received_at or now
    _check(new, received, now)
    rules, period = _ruling(found, new, day_of(received))
    with recorded(by=actor, action="cases.open_case", reason=reason.strip()):
        year = roc_year(day_of(received))
        serial = _next_serial(kind, year)
        current, begins = calendar.current_calendar(), found.workflow.by_code[found.workflow.start]
        case = Case(
            kind=kind,
            roc_year=year,
            serial=serial,
            number=found.number(year, serial),
            title=new.title.strip(),
            state=begins.code,
            unit_id=new.unit_id,
            officer_id=new.officer_id,
            channel=new.channel,
            confidentiality=new.confidentiality,
            district_code=new.district_code,
            longitude=new.place[0] if new.place else None,
            latitude=new.place[1] if new.place else None,
            received_at=received,
            stopped_at=None if begins.clock_runs else received,
        )
        kept = CaseClock(
            amount=period.amount,
            unit=period.unit.value,
            roll=period.roll,
            district_code=new.closures_of,
            rule=new.limit,
            announced_version=current.version,
            derived_version=current.version,
            **rules,
        )
        pauses = () if begins.clock_runs else (Pause(received, None, begins.label),)
        derive(case, Facts(received, period, pauses, (), new.closures_of or None), kept, current, now)
        case.save(force_insert=True)
        kept.case = case
        kept.save(force_insert=True)
        CaseAssignment.objects.create(
            case=case, part=Part.MAIN, unit_id=new.unit_id, officer_id=new.officer_id, since=received,
            how=new.how, reason=reason.strip(), by_id=actor.pk,
        )  # fmt: skip
        write_step(actor, case, "open_case", source="", reason=reason.strip(), fields=new.fields, at=received)
        seal_new(case, new.sealed)
        if not begins.clock_runs:
            stop_for_state(case, begins, received)
        CaseRung.objects.bulk_create(rungs_of(case, kept, current))
    return case


def _check(new: NewCase, received: datetime, now: datetime) -> None:
    wrong: dict[str, list[str]] = {}
    if not new.title.strip() or len(new.title.strip()) > LONGEST_TITLE:
        wrong["title"] = [_("案由要寫，最多 %(n)s 字。") % {"n": LONGEST_TITLE}]
    if received > now:
        wrong["received_at"] = [_("收件時間不能在未來。")]
    if bool(new.limit) == (new.period is not None):
        raise ValueError("a case has a rule for its limit, or a period of its own")
    if new.place is not None and not (-180 <= new.place[0] <= 180 and -90 <= new.place[1] <= 90):
        wrong["place"] = [_("座標要是經度、緯度（WGS 84）。")]
    if wrong:
        raise BadInput(_("案件還不能收，沒有存：請改正標示的欄位。"), fields=wrong)


def _ruling(kind: CaseKind, new: NewCase, day: date) -> tuple[dict[str, Any], Period]:
    """What the rules say on the day of receipt, frozen for this case: ladder, reading, their versions; and the period."""
    names = [kind.rules.ladder, kind.rules.revised, *([new.limit] if new.limit else [])]
    found = rulebook.values_of(names, day)
    period = new.period
    if period is None:
        period = period_said(found[new.limit])
    return {
        "ladder": list(found[kind.rules.ladder].raw),
        "revised": Revised(str(found[kind.rules.revised].value)).value,
        "rule_versions": {each.code: each.version_id for each in found.values()},
    }, period


def _next_serial(kind: str, year: int) -> int:
    """The next number of a kind in a year. Its row stays locked until the transaction ends: what is undone gives it back."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO cases_casecounter (kind, roc_year, last) VALUES (%s, %s, 1)"
            " ON CONFLICT (kind, roc_year) DO UPDATE SET last = cases_casecounter.last + 1 RETURNING last",
            [kind, year],
        )
        (serial,) = cursor.fetchone()
    return int(serial)
