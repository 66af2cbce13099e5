"""Months of the demonstration city's tenders: filed by the agencies, signed, and locked by the commission."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from shizheng.common import clock
from shizheng.common.permissions import SYSTEM
from shizheng.common.roc import format_roc
from shizheng.config.demonstration.days import at, morning
from shizheng.config.demonstration.rounds import PEOPLE, STILL_OPEN
from shizheng.domains.projects.actions.warnings import warn
from shizheng.domains.projects.filing import months as month_filing
from shizheng.domains.projects.publications import MONTH
from shizheng.domains.projects.publications import OPEN as OPEN_DATA
from shizheng.domains.projects.queries.curves import Curve, curves_of
from shizheng.domains.projects.queries.month_forms import MonthLine, lines_of
from shizheng.domains.projects.rules.life import State
from shizheng.domains.projects.rules.months import NONE_YET
from shizheng.kernel.filing import actions
from shizheng.kernel.filing import queries as filing
from shizheng.kernel.filing.actions import TypedEntry
from shizheng.kernel.measures.rules.periods import Period, parse_period
from shizheng.kernel.publication import actions as publication

MONTHS = (*(f"2024-{month}" for month in (10, 11, 12)), *(f"2025-{month:02d}" for month in range(1, 7)))
NOT_FILED = ("2025-03", "RDEC")
"""Who forgot a month."""
OPEN = "2025-07"
"""The month that is open now."""
LATE = {
    "東嵐橋引道用地取得": (70, "land", "徵收補償協議未成，改採分批協議，請地政單位協助。"),
    "下嵐社會住宅新建工程": (24, "labour", "缺工，增加外籍技術人力並分兩班施工。"),
    "下嵐橋耐震補強委託設計": (18, "permit", "河川公地審查補件中，每週與主管機關會商。"),
    "東嵐橋改建工程": (0, "weather", "復工後增加工班，橋面版改兩側同時澆置。"),
    "焚化廠爐管汰換": (0, "contractor", "新廠商加派焊接班組，趕製管件。"),
}
"""By how many days a tender lags, the cause, and what is done about it."""
WORKS = {
    "東嵐橋改建工程": {"2024-10": 48, "2024-11": 52, "2025-04": 91, "2025-05": 91, "2025-06": 94, OPEN: 97},
    "下嵐社會住宅新建工程": dict(zip((*MONTHS, OPEN), (35, 40, 45, 50, 55, 60, 66, 72, 78, 84), strict=True)),
}
"""What was done of the works where the plan of then was not kept, in percent: what is done stays done when a plan is put off."""
STAGES = ("planning", "design", "land", "tender", "award", "works", "completion", "acceptance", "closing")
NO_FURTHER = {
    State.PREPARING: "land",
    State.TENDERING: "tender",
    State.PERFORMING: "award",
    State.SUSPENDED: "award",
    State.COMPLETED: "completion",
    State.ACCEPTED: "acceptance",
}
"""A tender in that state has reached no checkpoint of a later stage."""


@dataclass
class Months:
    """What people of the city do with the months of their tenders; `users` and `units` by code."""

    users: dict[str, Any]
    units: dict[str, int]

    def build(self) -> None:
        """From October of 113, when the last of the past was closed, to June of 114.

        Opened on the first of the next month, locked on the eighth, before the agencies meet.
        """
        codes = {pk: code for code, pk in self.units.items()}
        for period in map(parse_period, MONTHS):
            after = period.end
            with clock.set_to(at(after.year - 1911, after.month, 1, 6, 5)):
                found = actions.open_round(self.users["rdec"], month_filing.CODE, period.code)
            for each in filing.returns_of(self.users["rdec"], found.pk):
                code = codes[each.unit_id]
                if (period.code, code) != NOT_FILED:
                    day = at(after.year - 1911, after.month, 3, 10)
                    self._file(PEOPLE[code], each, period, day)
                    with clock.set_to(day + timedelta(days=2, hours=5)):
                        actions.sign_return(self.users[PEOPLE[code][1]], each.pk, version=None)
            with clock.set_to(at(after.year - 1911, after.month, 8, 9)):
                reason = "研考會內部的標案未填報，先鎖定已簽核的機關。" if period.code == NOT_FILED[0] else ""
                actions.lock_round(self.users["rdec"], found.pk, reason=reason)
            with clock.set_to(at(after.year - 1911, after.month, 8, 9, 10)):
                warn(SYSTEM, period)
        with clock.set_to(at(114, 7, 15, 9)):
            publication.issue(self.users["rdechead"], MONTH, self.units["city"], period=MONTHS[-1])
            publication.issue(self.users["rdechead"], OPEN_DATA, self.units["city"], period=MONTHS[-1])

    def still_open(self) -> None:
        """July of 114: the works agency has typed half of it, the environment's was sent back, the commission's waits."""
        today = max(clock.today(), date(2025, 8, 8))
        period = parse_period(OPEN)
        with clock.set_to(at(114, 8, 1, 6, 5)):
            found = actions.open_round(self.users["rdec"], month_filing.CODE, OPEN)
        with clock.set_to(at(114, 8, 2)):
            actions.change_round(
                self.users["rdec"], found.pk, version=None, due_on=today + timedelta(days=4),
                closes_on=today + timedelta(days=STILL_OPEN), reason="新舊系統並行，七月份延長受理。",
            )  # fmt: skip
        codes = {pk: code for code, pk in self.units.items()}
        for each in filing.returns_of(self.users["rdec"], found.pk):
            code = codes[each.unit_id]
            self._file(PEOPLE[code], each, period, morning(today - timedelta(days=3)), half=code == "PWB")
            if code == "EPB":
                with clock.set_to(morning(today - timedelta(days=1))):
                    actions.send_back(
                        self.users["chief2"],
                        each.pk,
                        version=None,
                        reason="焚化廠爐管汰換請補趕工後的完成日。",
                    )

    def _file(
        self, people: tuple[str, ...], each: Any, period: Period, day: datetime, *, half: bool = False
    ) -> None:
        """What an officer types on a day and sends in; or half of the tenders, not sent in yet."""
        lines = lines_of(each)
        plans = curves_of([line.project_id for line in lines], period.code)
        typed = [
            TypedEntry(line.key, name, text, None)
            for line in (lines[: len(lines) // 2] if half else lines)
            for name, text in _typed(line, plans[line.project_id], period).items()
        ]
        with clock.set_to(day):
            actions.save_entries(self.users[people[0]], each.pk, typed)
            if not half:
                actions.submit_return(self.users[people[0]], each.pk, version=None)


def _typed(line: MonthLine, plan: Curve, period: Period) -> dict[str, str]:
    """What an officer types: as the plan says so many days earlier, but no further than the state allows."""
    name = line.title.split(" ", 1)[1]
    days, cause, remedy = LATE.get(name, (0, "other", "依工作會議決議趕辦。"))
    then = period.last_day - timedelta(days=days)
    furthest = STAGES.index(NO_FURTHER[line.state])
    done = [
        each
        for each in plan.checkpoints
        if STAGES.index(plan.stages[each.code]) <= furthest
        and (each.planned_on <= then or line.state in (State.COMPLETED, State.ACCEPTED))
    ]
    works = plan.works(then) if line.planned_works is not None else None
    if works is not None and line.state in (State.PREPARING, State.TENDERING):
        works = works * 0
    if works is not None and line.state in (State.COMPLETED, State.ACCEPTED):
        works = works * 0 + 100
    works = Decimal(WORKS[name][period.code]) if period.code in WORKS.get(name, {}) else works
    last = done[-1] if done else None
    actual = plan.reached(last.code if last else None, works)
    share = 92 if cause in ("other", "weather") else 60
    budget = 12_000_000 if line.planned_works is None else 36_000_000
    allocated = budget // 12 * period.end.month if period.end.month > 1 else budget
    found = {
        "reached": last.code if last else NONE_YET,
        "reached_on": _roc(min(last.planned_on + timedelta(days=days), period.last_day)) if last else "",
        "works": f"{works:.2f}" if works is not None else "",
        "year_budget": str(budget),
        "allocated": str(allocated),
        "paid": str(allocated * share // 100),
        "payable": str(allocated * 3 // 100),
        "surplus": "0",
        "text": "依預定進度辦理。" if actual >= (line.planned or 0) else "部分項目較預定晚，檢討趕辦中。",
    }
    if line.planned is not None and actual < line.planned - 1:
        found |= {
            "cause": cause,
            "remedy": remedy,
            "catch_up_on": _roc(period.last_day + timedelta(days=120)),
        }
    return {name: text for name, text in found.items() if text}


def _roc(day: date) -> str:
    return format_roc(day, "short").replace(".", "-")
