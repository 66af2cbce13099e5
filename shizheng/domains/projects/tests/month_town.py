"""Tenders for tests of months: written as models, filed, signed and locked through the kernel of filing."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from shizheng.common import clock
from shizheng.common.clock import TAIPEI
from shizheng.common.permissions import SYSTEM
from shizheng.domains.projects.actions.tallies import keep_tallies
from shizheng.domains.projects.models import (
    Happening,
    MonthRecord,
    PlannedCheckpoint,
    PlannedWorks,
    PlanVersion,
    Project,
    ProjectType,
)
from shizheng.kernel.filing import actions as filing
from shizheng.kernel.filing.models import Return, Round
from shizheng.kernel.history.actions import recorded
from shizheng.kernel.measures.rules.periods import parse_period
from shizheng.kernel.organisations import factories as organisations
from shizheng.kernel.people import factories as people
from shizheng.kernel.rulebook import actions as rulebook

CHECKPOINTS = (
    ("design", "設計", "design", 20),
    ("award", "決標", "award", 30),
    ("done", "完工", "works", 50),
)
"""Code, name, stage, weight; the last one goes by works."""
MONEY = {"year_budget": "1000", "allocated": "100", "paid": "80", "payable": "5", "surplus": "5"}


def on(day: str, hour: int = 10) -> Any:
    """Stand on a day of Taipei."""
    return clock.set_to(
        datetime.combine(date.fromisoformat(day), datetime.min.time(), TAIPEI).replace(hour=hour)
    )


def make_month_town() -> SimpleNamespace:
    """Two agencies with an officer and a supervisor each, RDEC, and the shipped rules."""
    rulebook.load_shipped_rules()
    works = organisations.agency(code="W", name="測試市政府工務局", short_name="工務局")
    parks = organisations.agency(code="P", name="測試市政府公園局", short_name="公園局")
    return SimpleNamespace(
        city=organisations.city(),
        works=works,
        parks=parks,
        officer=people.person("officer", works, username="officer"),
        chief=people.person("supervisor", works, username="chief"),
        control=people.person("control_officer", works, username="control"),
        other=people.person("officer", parks, username="other"),
        other_chief=people.person("supervisor", parks, username="otherchief"),
        rdec=people.person("rdec_officer", username="rdec", second_factor=True),
        rdec_head=people.person("rdec_head", username="rdechead", second_factor=True),
        leader=people.person("leader", username="leader", second_factor=True),
    )


def a_type() -> ProjectType:
    found = ProjectType.objects.filter(code="works").first()
    if found is None:
        with recorded(by=SYSTEM, action="tests.type"):
            found = ProjectType.objects.create(code="works", name="發包工程", has_works=True)
    return found


def tender(agency: Any, number: str, *, from_period: str = "2025-01", **fields: Any) -> Project:
    """A tender whose works are planned to grow by ten percent a month from March 2025 on, after design and award."""
    values = {
        "budget": Decimal(60_000_000),
        "roc_year": 114,
        "level": "city",
        "name": f"標案{number}",
        **fields,
    }
    with recorded(by=SYSTEM, action="tests.tender"):
        made = Project.objects.create(number=number, agency=agency, type=a_type(), **values)
    plan(made, 1, from_period)
    return made


def plan(project: Project, number: int, from_period: str, *, year: int = 2025, step: int = 10) -> PlanVersion:
    """A version: design by 15 January, award by 15 February, works done by 31 December of `year`."""
    with recorded(by=SYSTEM, action="tests.plan"):
        made = PlanVersion.objects.create(
            project=project, number=number, from_period=from_period,
            kind="original" if number == 1 else "change_order", reason="" if number == 1 else "契約變更",
        )  # fmt: skip
        days = (date(year, 1, 15), date(year, 2, 15), date(year, 12, 31))
        for position, ((code, name, stage, weight), day) in enumerate(zip(CHECKPOINTS, days, strict=True), 1):
            PlannedCheckpoint.objects.create(
                plan=made, position=position, code=code, name=name, stage=stage, weight=weight, planned_on=day
            )
        for month in range(3, 13):
            PlannedWorks.objects.create(
                plan=made, period=f"{year}-{month:02d}", percent=min(100, step * (month - 2))
            )
    return made


def happen(project: Project, kind: str, day: str, state: str | None = None) -> Happening:
    with recorded(by=SYSTEM, action="tests.happen"):
        if state is not None:
            Project.objects.filter(pk=project.pk).update(state=state)
        return Happening.objects.create(project=project, kind=kind, on=date.fromisoformat(day))


def row(works: str = "10", **more: str) -> dict[str, str]:
    """What an officer types about a tender: awarded on 14 February, so much of the works done."""
    return {"reached": "award", "reached_on": "114-02-14", "works": works, **MONEY, "text": "施工中", **more}


LATE = {"cause": "weather", "remedy": "增加機具", "catch_up_on": "115-12-31"}


def file_agency(
    found: Round, unit: Any, officer: Any, chief: Any, rows: Mapping[Project, Mapping[str, str]]
) -> Return:
    """An agency's return typed, sent in and signed."""
    each = Return.objects.get(round=found, unit=unit)
    typed = [
        filing.TypedEntry(str(project.pk), name, text)
        for project, texts in rows.items()
        for name, text in texts.items()
    ]
    filing.save_entries(officer, each.pk, typed)
    filing.submit_return(officer, each.pk, version=None)
    filing.sign_return(chief, each.pk, version=None)
    return Return.objects.get(pk=each.pk)


def lock_month(
    town: SimpleNamespace,
    period: str,
    works: Mapping[Project, Mapping[str, str]] | None,
    parks: Mapping[Project, Mapping[str, str]] | None = None,
) -> Round:
    """A month from opening to lock; an agency without rows does not file."""
    found = filing.open_round(SYSTEM, "projects.month", period)
    if works is not None:
        file_agency(found, town.works, town.officer, town.chief, works)
    if parks is not None:
        file_agency(found, town.parks, town.other, town.other_chief, parks)
    return filing.lock_round(town.rdec, found.pk, reason="未填報的另行催報")


def bulk_records(
    projects: Sequence[Project],
    period: str,
    lags: Sequence[Decimal | None],
    *,
    planned: Decimal = Decimal(50),
    **fields: Any,
) -> None:
    """Records of a month as if they had been locked: `lags` in percentage points, None for 未填報."""
    with recorded(by=SYSTEM, action="tests.records"):
        MonthRecord.objects.bulk_create(
            [
                MonthRecord(
                    project=project, period=period, filed=lag is not None, planned=planned,
                    actual=None if lag is None else planned + lag, **{"state": "performing", **fields},
                )
                for project, lag in zip(projects, lags, strict=True)
            ]
        )  # fmt: skip
        keep_tallies(parse_period(period), {each.agency_id for each in projects})


def bulk_tenders(agency: Any, prefix: str, count: int, **fields: Any) -> list[Project]:
    """Many tenders without plans."""
    kind = a_type()
    values = {
        "budget": Decimal(60_000_000),
        "roc_year": 106,
        "level": "city",
        "state": "performing",
        **fields,
    }
    with recorded(by=SYSTEM, action="tests.tenders"):
        return Project.objects.bulk_create(
            [
                Project(number=f"{prefix}{n}", name=f"標案{prefix}{n}", agency=agency, type=kind, **values)
                for n in range(count)
            ]
        )


def correct(town: SimpleNamespace, project: Project, **changes: str) -> None:
    """A correction asked for by the officer and approved by the control officer."""
    each = Return.objects.get(unit_id=project.agency_id, round__period="2025-03")
    wanted = {(str(project.pk), name): text for name, text in changes.items()}
    asked = filing.request_correction(town.officer, each.pk, version=None, reason="重測", changes=wanted)
    filing.approve_correction(town.control, asked.pk, version=None, reason="同意")
