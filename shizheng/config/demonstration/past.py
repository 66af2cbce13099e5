"""The years before the demonstration city's months: tenders that are closed, taken over month by month, with the warnings of then.

How each went is simulated, and says so: trouble begins by chance, stays for some months and puts the tender off by some
weeks in each, then it catches up slowly. The same name always goes the same way.
"""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from importlib.resources import files
from random import Random
from types import SimpleNamespace
from typing import Any

from shizheng.common import clock
from shizheng.common.permissions import SYSTEM
from shizheng.common.roc import format_roc, parse_date
from shizheng.config.demonstration.days import morning
from shizheng.domains.projects import actions
from shizheng.domains.projects.actions.past import take_over_month
from shizheng.domains.projects.actions.warnings import warn
from shizheng.domains.projects.queries import projects as queries
from shizheng.domains.projects.rules import planning
from shizheng.domains.projects.rules.months import NONE_YET
from shizheng.domains.projects.rules.planning import Proposed
from shizheng.kernel.measures.rules.periods import Period, parse_period

BEGUN, FIRST, LAST = "2022-06", "2023-01", "2024-10"
"""The first tender's month, and the months that are taken over; of the last one nothing is owed any more, so it is the city's own to lock."""
OVER = date(2024, 10, 28)
"""When the last of them is closed: what the city is asked about afterwards are its own tenders of today."""
BEGINS, WORST, LONGEST = 0.1, 26, 5
"""Chance of trouble a month; days that it costs in each month at most; months that it stays at most."""
CATCHES_UP, FURTHEST = 12, 100
"""Days that are caught up in a month without trouble, and days behind at most."""
CAUSES = {
    "land": "用地尚未點交，先施作不受影響的路段。",
    "contractor": "廠商機具不足，要求增派並每週檢討要徑。",
    "utilities": "管線遷移未完成，已請管線單位排定期程。",
    "weather": "連日豪雨停工，雨停後增加工班。",
    "labour": "缺工缺料，調整工序並尋替代來源。",
    "permit": "審查意見往返，改採會議方式一次討論。",
}
KINDS = {
    "announced": ("announced",), "awarded": ("awarded",), "started": ("started",), "completed": ("completed",),
    "performed": ("completed",), "bills": ("completed",), "accepted": ("accepted",), "closed": ("closed",),
}  # fmt: skip
"""Checkpoint → what happens with it; a contracted design is accepted and closed at once."""


@dataclass
class Course:
    """One tender: its plan, and how many days behind it the end of each month stands."""

    name: str
    points: list[Proposed]
    contractor: str
    budget: int
    project: Any = None
    reached: int = 0
    trouble: int = 0
    behind: int = 0
    cause: str = ""
    reached_on: date = date.min
    then: date = date.min
    random: Random = field(init=False)
    furthest: int = field(init=False)

    def __post_init__(self) -> None:
        self.furthest = max(min(FURTHEST, (OVER - self.points[-1].planned_on).days), 0)
        self.random = Random(f"嵐川市 {self.name}")  # noqa: S311 (simulated, not secret)
        self.behind = self.random.randint(0, 5)

    @property
    def goes_on(self) -> bool:
        return self.reached < len(self.points)

    def month(self, day: date) -> list[Proposed]:
        """Go on to the end of a month: the checkpoints that were reached in it."""
        if not self.trouble and self.random.random() < BEGINS:
            self.trouble, self.cause = (
                self.random.randint(2, LONGEST),
                self.random.choice(list(CAUSES)),
            )
        if self.trouble:
            self.trouble -= 1
            self.behind = min(self.behind + self.random.randint(WORST // 2, WORST), self.furthest)
        else:
            self.behind = max(self.behind - self.random.randint(0, CATCHES_UP), 0)
        self.then = max(self.then, day - timedelta(days=self.behind))
        new = [each for each in self.points[self.reached :] if each.planned_on <= self.then]
        self.reached += len(new)
        if new:
            self.reached_on = self.on(new[-1], day)
        return new

    def on(self, point: Proposed, day: date) -> date:
        """The day on which a checkpoint was reached, in the month that ends with `day`."""
        return max(min(point.planned_on + timedelta(days=self.behind), day), day.replace(day=1))

    def works(self) -> Decimal | None:
        """Percent of the works by now; None where the type has none."""
        first, last = planning.works_days(self.points)
        if first is None or last is None:
            return None
        if any(each.code == "completed" for each in self.points[: self.reached]):
            return Decimal(100)
        share = Decimal(max((self.then - first).days + 1, 0)) / ((last - first).days + 1)
        return round(100 * (3 * share**2 - 2 * share**3), 2) if share < 1 else Decimal(100)


@dataclass
class Past:
    """What the commission takes over of the years before; `units` by code."""

    units: dict[str, int]

    def build(self) -> None:
        """Tenders entered as they began; each month taken over on the eighth of the next one, and warned of as then known."""
        text = files("shizheng.config.demonstration").joinpath("past.toml").read_text("utf-8")
        given = tomllib.loads(text)
        self.source, self.contractors = given["source"], given["contractors"]
        self.types = {each.code: each for each in queries.types()}
        waiting = sorted(given["tenders"], key=lambda each: str(parse_date(each[3])))
        self.courses: list[Course] = []
        self.awaiting: list[dict[str, Any]] = []
        period = parse_period(BEGUN)
        while period.code <= LAST:
            while waiting and parse_date(waiting[0][3]) <= period.last_day:
                self.courses.append(self._begun(*waiting.pop(0)))
            told, filed = self._month(period)
            self.awaiting += told
            if period.code >= FIRST:
                with clock.set_to(morning(period.end.replace(day=8))):
                    take_over_month(SYSTEM, period, self.awaiting, filed, source=self.source)
                    warn(SYSTEM, period)
                self.awaiting = []
            period = period.next()

    def _begun(self, name: str, kind: str, agency: str, first: str, budget: int, longer: float) -> Course:
        day, type_ = parse_date(first), self.types[kind]
        points = planning.laid_out(_longer(type_.checkpoints.all(), longer), day)
        place = len(self.courses)
        with clock.set_to(morning(day)):
            values = {
                "name": name, "type_id": type_.pk, "agency_id": self.units[agency], "level": "agency",
                "roc_year": day.year - 1911, "budget": Decimal(budget), "note": self.source,
            }  # fmt: skip
            project = actions.create_project(SYSTEM, values)
            start, end = planning.works_days(points)
            works = planning.spread(start, end) if start and end else {}
            plan = actions.PlanGiven(
                checkpoints=[each._asdict() for each in points], works_from=start, works_to=end, works=works
            )
            actions.set_plan(SYSTEM, project.pk, number=0, given=plan)
        return Course(name, points, self.contractors[place % len(self.contractors)], budget, project)

    def _month(self, period: Period) -> tuple[list[dict[str, Any]], dict[int, dict[str, str]]]:
        told, filed = [], {}
        for course in self.courses:
            if course.goes_on:
                told += list(_happened(course, course.month(period.last_day), period.last_day))
                filed[course.project.pk] = _typed(course, period)
        return told, filed


def _longer(points: Any, times: float) -> list[Any]:
    names = ("code", "name", "stage", "weight", "name_en")
    return [
        SimpleNamespace(days=round(each.days * times), **{name: getattr(each, name) for name in names})
        for each in points
    ]


def _happened(course: Course, new: list[Proposed], day: date) -> Iterator[dict[str, Any]]:
    codes = {each.code for each in course.points}
    for point in new:
        kinds: tuple[str, ...] = KINDS.get(point.code, ())
        if point.code == "closed" and "accepted" not in codes:
            kinds = ("accepted", "closed")
        for kind in kinds:
            told = {"project_id": course.project.pk, "kind": kind, "on": course.on(point, day)}
            if kind == "awarded":
                told |= {
                    "contractor": course.contractor,
                    "amount": Decimal(course.budget * 94 // 100),
                    "bidders": 3,
                }
            yield told


def _typed(course: Course, period: Period) -> dict[str, str]:
    """What was filed then: how far it was, its money, and why where it was late."""
    last = course.points[course.reached - 1] if course.reached else None
    works, day = course.works(), period.last_day
    year = course.budget // 2
    allocated = year // 12 * (period.end.month - 1 or 12)
    found = {
        "reached": last.code if last else NONE_YET,
        "reached_on": _roc(course.reached_on) if last else "",
        "works": f"{works:.2f}" if works is not None else "",
        "year_budget": str(year), "allocated": str(allocated),
        "paid": str(allocated * (70 if course.behind > 20 else 93) // 100), "payable": str(allocated * 3 // 100),
        "surplus": "0", "text": "依預定進度辦理。" if course.behind < 10 else "較預定晚，檢討趕辦中。",
    }  # fmt: skip
    if course.behind >= 10:
        cause = course.cause or "other"
        later = _roc(day + timedelta(days=90))
        found |= {"cause": cause, "remedy": CAUSES.get(cause, "排定趕工，每週檢討。"), "catch_up_on": later}
    return {name: text for name, text in found.items() if text}


def _roc(day: date) -> str:
    return format_roc(day, "short").replace(".", "-")
