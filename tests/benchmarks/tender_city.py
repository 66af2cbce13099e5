"""The tenders of the benchmark: plans, happenings, locked months and what officers file, each with a course of its own.

How far behind they are is spread like Taichung's published figures: 2,504 of 2,722 tenders on plan (8 in 100 are not), 48 of
212 major ones behind (23 in 100). Here some 10 in 100 of the open ones lag in any month, and 4 in 100 are severely behind: of
3,000 about 300, 100 to 150 of them severely. Who begins to lag falls further behind each month until it has caught up, six
months in the mean; so there are streaks, catching up and tenders that just miss a threshold, as there are in a city.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from tests.benchmarks import city
from tests.benchmarks.database import copy, settle
from tests.benchmarks.filling import SEED

POINTS = (
    ("documents", "招標文件", "tender", 10), ("awarded", "決標", "award", 10), ("works", "施工", "works", 60),
    ("accepted", "驗收", "acceptance", 15), ("closed", "結案", "closing", 5),
)  # fmt: skip
"""Code, name, stage, weight of the checkpoints of every plan."""
BEFORE_WORKS, WORKS = 20, Decimal("0.6")
"""Percent that are reached before the works, and the works' share of the rest."""
BEGINS, ENDS = 0.0155, 1 / 6
"""Chances a month that a tender begins to lag, and that one that lags has caught up: 0.0155 × 6 months, some 10 in 100 lag."""
FIRST, FURTHER = -5.5, -1.1
"""Percentage points behind in the first month, and how much further each month: severe (−10) from the sixth on."""
UNFILED = 0.02
MONEY = Decimal(12_000_000)
CAUSES = ("land", "design", "permit", "contractor", "utilities", "change", "weather", "labour")


class Course:
    """How one tender went: the same for the same number, whatever else is made."""

    def __init__(self, number: int, months: int) -> None:
        self.random = random = Random(f"{SEED} tender {number}")
        self.lags: list[Decimal] = []
        """Percentage points of the tender against its plan, month by month."""
        behind = random.randint(1, 9) if random.random() < 0.1 else 0
        for _month in range(months):
            if behind and random.random() < ENDS:
                behind = 0
            elif behind or random.random() < BEGINS:
                behind += 1
            usual = FIRST + FURTHER * (behind - 1) if behind else min(max(random.gauss(0, 1.5), -4.5), 4.5)
            self.lags.append(Decimal(str(round(usual, 1))))
        self.cause = random.choice(CAUSES)

    def works(self, place: int, planned: Decimal) -> Decimal:
        """Percent of the works that are done."""
        return min(max(planned + round(self.lags[place] / WORKS, 2), Decimal(0)), Decimal(100))

    def is_behind(self, place: int) -> bool:
        """By more than what counts as on plan, so that the month is to say why."""
        return self.lags[place] < -5

    def paid(self, place: int, allocated: Decimal) -> Decimal:
        """Money goes with the works."""
        share = self.random.randint(60, 90) if self.is_behind(place) else self.random.randint(92, 100)
        return allocated * share // 100


def works_curve(months: int) -> list[Decimal]:
    """Planned works month by month; they go on for a year beyond the last."""
    return [round(Decimal(100) * (place + 1) / (months + 12), 2) for place in range(months)]


def award_day(months: Sequence[Any]) -> date:
    """When every contract was awarded: the last checkpoint reached, until the works are done."""
    start: date = months[0].start
    return start - timedelta(days=20)


def allocated(month: Any) -> Decimal:
    """To the end of the month, of a year's budget."""
    return MONEY * month.number // 12


def fill(units: Sequence[city.Unit], tenders: int, open_: int, months: Sequence[Any]) -> None:
    """Tenders with plans, happenings and locked months, by COPY; the last of `months` is not locked."""
    from shizheng.domains.projects.models import MonthRecord, Project, ProjectType

    random = Random(SEED)
    works = ProjectType.objects.get(code="works").pk
    agencies = [each.id for each in units if each.is_agency]
    state = ["performing"] * open_ + ["closed"] * (tenders - open_)
    random.shuffle(state)
    names = (
        "id", "number", "name", "type", "agency", "level", "roc_year", "budget", "state", "contractor", "award_amount",
    )  # fmt: skip
    year = award_day(months).year - 1911
    copy(
        Project,
        names,
        (
            (n + 1, f"{year}-B{n + 1:05d}", f"示範標案第{n + 1:05d}號工程", works, agencies[n % len(agencies)], "city",
             year, Decimal(60_000_000 + n), state[n], "示範營造", Decimal(50_000_000))
            for n in range(tenders)
        ),
    )  # fmt: skip
    _happenings(state, months)
    _plans(tenders, months)
    copy(
        MonthRecord,
        ("project", "period", "plan", "filed", "state", "planned", "actual", "planned_works", "actual_works", "reached",
         "reached_on", "text", "cause", "remedy", "catch_up_on", "year_budget", "allocated", "paid", "payable", "surplus",
         *STAMPED),
        _records(tenders, months),
    )  # fmt: skip
    _keep_tallies(months)
    settle()


def _keep_tallies(months: Sequence[Any]) -> None:
    """What the lock of each month kept of its agencies, as of then."""
    from shizheng.domains.projects.models import MonthTally
    from shizheng.domains.projects.queries.judging import judges
    from shizheng.domains.projects.queries.tallying import bounds_kept, counted
    from shizheng.domains.projects.rules.tallies import Tally

    rules = judges(months)
    copy(
        MonthTally,
        ("period", "agency", "tolerance", "tender", "works", *Tally.__slots__, *STAMPED),
        (
            (code, agency_id, *bounds_kept(rules[code]).values(), *(getattr(tally, name) for name in Tally.__slots__),
             *_stamp(rules[code].period.end + timedelta(days=10)))
            for (code, agency_id), tally in sorted(counted(rules).items(), key=lambda each: each[0])
        ),
    )  # fmt: skip


STAMPED = ("recorded_at", "recorded_by", "recorded_action", "transaction_id")


def _stamp(day: date) -> tuple[Any, ...]:
    from shizheng.common.clock import TAIPEI

    return datetime.combine(day, time(9), TAIPEI), "示範", "benchmark", 1


def _happenings(state: Sequence[str], months: Sequence[Any]) -> None:
    from shizheng.domains.projects.models import Happening

    at, awarded = months[-2].end, award_day(months)
    told = (
        ("announced", awarded - timedelta(days=30)), ("awarded", awarded), ("started", awarded + timedelta(days=10)),
    )  # fmt: skip
    rows = [(n, kind, on) for n in range(len(state)) for kind, on in told]
    ended = [n for n, each in enumerate(state) if each == "closed"]
    rows += [(n, kind, at) for kind in ("completed", "accepted", "closed") for n in ended]
    by = _stamp(at)
    copy(
        Happening,
        ("id", "project", "kind", "on", "contractor", *STAMPED),
        ((k, n + 1, kind, day, "示範營造", *by) for k, (n, kind, day) in enumerate(rows, 1)),
    )


def _plans(tenders: int, months: Sequence[Any]) -> None:
    from shizheng.domains.projects.models import PlannedCheckpoint, PlannedWorks, PlanVersion

    awarded, by = award_day(months), _stamp(months[-2].end)
    end = months[-1].last_day + timedelta(days=365)
    days = (awarded - timedelta(days=30), awarded, end, end + timedelta(days=45), end + timedelta(days=90))
    copy(
        PlanVersion,
        ("id", "project", "number", "from_period", "works_from", "works_to", *STAMPED),
        ((n + 1, n + 1, 1, months[0].code, awarded + timedelta(days=10), end, *by) for n in range(tenders)),
    )
    copy(
        PlannedCheckpoint,
        ("plan", "position", "code", "name", "stage", "weight", "planned_on", *STAMPED),
        (
            (n + 1, place, code, name, stage, Decimal(weight), days[place - 1], *by)
            for n in range(tenders)
            for place, (code, name, stage, weight) in enumerate(POINTS, 1)
        ),
    )
    curve = works_curve(len(months))
    copy(
        PlannedWorks,
        ("plan", "period", "percent", *STAMPED),
        ((n + 1, each.code, curve[k], *by) for n in range(tenders) for k, each in enumerate(months)),
    )


def _records(tenders: int, months: Sequence[Any]) -> Iterator[tuple[Any, ...]]:
    """Each tender's locked months; one in fifty was not filed."""
    curve, awarded = works_curve(len(months)), award_day(months)
    stamps = [_stamp(month.end + timedelta(days=10)) for month in months]
    for n in range(tenders):
        course = Course(n + 1, len(months))
        for k, month in enumerate(months[:-1]):
            planned = BEFORE_WORKS + WORKS * curve[k]
            if course.random.random() < UNFILED:
                values: tuple[Any, ...] = (None, curve[k], None, "", None, "", "", "", None, *(None,) * 5)
                yield n + 1, month.code, n + 1, False, "performing", planned, *values, *stamps[k]
                continue
            done, due = course.works(k, curve[k]), allocated(month)
            said = ("", "", None)
            if course.is_behind(k):
                said = (course.cause, "增加機具與人力，每週檢討要徑", month.last_day + timedelta(days=90))
            values = (BEFORE_WORKS + WORKS * done, curve[k], done, "awarded", awarded, "依契約施作", *said)
            money = (MONEY, due, course.paid(k, due), Decimal(0), Decimal(0))
            yield n + 1, month.code, n + 1, True, "performing", planned, *values, *money, *stamps[k]


def typed(rows: list[list[Any]], months: Sequence[Any]) -> list[list[Any]]:
    """What an officer types into the sheet of the open month, with cause and remedy for those that are behind."""
    from shizheng.domains.projects.models import Cause

    head, place, month = [str(cell) for cell in rows[0]], len(months) - 1, months[-1]
    planned, awarded, due = works_curve(len(months))[place], award_day(months), allocated(month)
    later = month.last_day + timedelta(days=90)
    for row in rows[1:]:
        course = Course(int(str(row[0]).split("/")[1]), len(months))
        said = {
            "已達檢核點": "2. 決標", "達成日": _roc(awarded), "施工進度": course.works(place, planned), "年度預算": MONEY,
            "累計分配數": due, "累計實付數": course.paid(place, due), "應付數": 0, "節餘數": 0, "辦理情形": "依契約施作",
        }  # fmt: skip
        if course.is_behind(place):
            said |= {
                "落後因素": str(Cause(course.cause).label),
                "改善對策": "增加機具與人力，每週檢討要徑",
                "預定趕上日": _roc(later),
            }
        for at, label in enumerate(head):
            value = next((value for name, value in said.items() if label.startswith(name)), None)
            if value is not None:
                row[at] = value
    return rows


def _roc(day: date) -> str:
    return f"{day.year - 1911}-{day.month:02d}-{day.day:02d}"
