"""What other systems say of our tenders: matched by tender number, held against ours field by field (B11-B13).

Matched and compared at once for all, and kept until a tender, a unit or what was told changes.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from shizheng.common.errors import NotFound
from shizheng.common.permissions import Actor
from shizheng.common.words import tell
from shizheng.domains.projects.models import (
    Choice,
    DifferenceDecision,
    ExternalMatch,
    ExternalRecord,
    MonthRecord,
    Project,
)
from shizheng.domains.projects.queries.happenings import standing_of
from shizheng.domains.projects.queries.months import known
from shizheng.domains.projects.rules.life import Kind, State
from shizheng.domains.projects.rules.reconciling import (
    COMPARED,
    FIELD_LABELS,
    SHOWN_ONLY,
    SOURCE_LABELS,
    Ours,
    Part,
    Source,
    differences,
    number_key,
    progress_difference,
)
from shizheng.domains.projects.rules.tendering import failures
from shizheng.kernel.measures.queries.remembering import mark, rows_kept
from shizheng.kernel.organisations import queries as organisations

READ = ("projects", "organisations")
MONTHS = 6
"""So many months back progress is held against ours."""
_NEWEST = """
SELECT (SELECT max(id) FROM projects_externalrecord), (SELECT max(id) FROM projects_externalmatch),
       (SELECT max(id) FROM projects_differencedecision), (SELECT max(id) FROM projects_monthrecord)
"""


@dataclass(frozen=True, slots=True)
class Difference:
    """One field of one tender that a source tells otherwise. `decided`: who kept ours, and why; else nobody yet.

    `since`: when the other side was first read to say so. `filing_id`: the return through which a month is corrected.
    """

    project_id: int
    number: str
    name: str
    agency_id: int
    unit_id: int
    version: int
    record_id: int
    source: Source
    part: Part
    ours: str
    theirs: str
    since: datetime
    decided: DifferenceDecision | None
    period: str = ""
    filing_id: int | None = None

    @property
    def label(self) -> str:
        """What the field is called."""
        return tell(FIELD_LABELS[self.part])

    @property
    def source_label(self) -> str:
        """What the source is called."""
        return tell(SOURCE_LABELS[self.source])

    @property
    def takeable(self) -> bool:
        """Whether a button can take it."""
        return self.part not in SHOWN_ONLY


@dataclass(frozen=True, slots=True)
class Candidate:
    """A tender of a source that is none of ours so far. `dismissed`: why it is not to be one."""

    record: ExternalRecord
    dismissed: str = ""


@dataclass(frozen=True, slots=True)
class Reconciled:
    """Everything told, matched and compared. `projects`: (source, key) → the tender that it is."""

    differences: tuple[Difference, ...]
    candidates: tuple[Candidate, ...]
    projects: Mapping[tuple[str, str], int]

    @property
    def open(self) -> list[Difference]:
        """Differences that nobody decided."""
        return [each for each in self.differences if each.decided is None]


def reconciled() -> Reconciled:
    """All sources against all tenders (two small queries while nothing changed)."""
    with connection.cursor() as cursor:
        cursor.execute(_NEWEST)
        newest = cursor.fetchone()
    return rows_kept(
        mark(), ("projects.external", newest), READ, _reconcile,
        lambda made: 20 + len(made.differences) + len(made.candidates) + len(made.projects) // 4,
    )  # fmt: skip


def newest_records(source: Iterable[Source] = tuple(Source)) -> QuerySet[ExternalRecord]:
    """Of each tender of each source what was told last, without its months."""
    rows = ExternalRecord.objects.filter(period="", source__in=[each.value for each in source])
    return rows.order_by("source", "key", "-id").distinct("source", "key")


def newest_months(source: Source, periods: Collection[str] | None = None) -> QuerySet[ExternalRecord]:
    """Of each month of each tender what was told last."""
    rows = ExternalRecord.objects.filter(source=source.value).exclude(period="")
    rows = rows.filter(period__in=list(periods)) if periods is not None else rows
    return rows.order_by("key", "period", "-id").distinct("key", "period")


def _reconcile() -> Reconciled:
    records = list(newest_records())
    if not records:
        return Reconciled((), (), {})
    told = {}
    for match in ExternalMatch.objects.order_by("id"):
        told[match.source, match.key] = match  # the newest counts
    projects = {
        each.pk: each
        for each in Project.objects.exclude(state=State.WITHDRAWN.value).select_related("agency")
    }
    found = matched(records, told, projects)
    decided: dict[tuple[int, str, str], DifferenceDecision] = {}
    for decision in DifferenceDecision.objects.select_related("record").order_by("id"):
        decided[decision.project_id, decision.source, decision.field] = decision
    compared = [each for each in records if each.source in COMPARED and (each.source, each.key) in found]
    ours = _ours({found[each.source, each.key] for each in compared}, projects)
    different: list[Difference] = []
    first = _first_told(compared)
    for each in compared:
        project = projects[found[each.source, each.key]]
        for one in differences(ours[project.pk], each.payload):
            different.append(_difference(project, each, one.part, one.ours, one.theirs, decided, first))
    different += _progress(found, projects, decided)
    waiting = tuple(
        Candidate(each, _dismissal(told.get((each.source, each.key))))
        for each in records
        if (each.source, each.key) not in found
    )
    return Reconciled(tuple(different), waiting, found)


def _dismissal(said: ExternalMatch | None) -> str:
    return said.reason if said is not None and said.dismissed else ""


def matched(
    records: Iterable[ExternalRecord],
    told: Mapping[tuple[str, str], ExternalMatch],
    projects: Mapping[int, Project],
) -> dict[tuple[str, str], int]:
    """(source, key) → tender: as an officer said, else the one tender of that number whose agency it can be.

    A number alone proves little: agencies count alike. A notice has to be of our agency; a record of the works system is
    ours, so that its number alone does where one tender bears it.
    """
    by_number: dict[str, list[Project]] = defaultdict(list)
    for project in projects.values():
        if project.tender_no:
            by_number[number_key(project.tender_no)].append(project)
    tree = organisations.tree()
    found: dict[tuple[str, str], int] = {}
    for each in records:
        said = told.get((each.source, each.key))
        if said is not None and said.dismissed:
            continue
        if said is not None and said.project_id in projects:
            found[each.source, each.key] = said.project_id  # type: ignore[assignment]
            continue
        rows = by_number.get(each.number_key, []) if each.number_key else []
        if each.unit_id is not None:
            around = {each.unit_id, *(node.id for node in tree.up_to_agency(each.unit_id))}
            around |= tree.subtree_ids(each.unit_id)
            rows = [row for row in rows if row.agency_id in around or row.unit_id in around]
        elif each.source != Source.PCC.value:
            rows = []
        if len(rows) == 1:
            found[each.source, each.key] = rows[0].pk
    return found


def _ours(project_ids: Collection[int], projects: Mapping[int, Project]) -> dict[int, Ours]:
    told = standing_of(project_ids)
    out = {}
    for pk in project_ids:
        project, rows = projects[pk], told.get(pk, [])
        awards = [each for each in rows if each.kind == Kind.AWARDED.value]
        stands = bool(awards) and project.award_amount is not None
        out[pk] = Ours(
            name=project.name,
            budget=project.budget,
            state=State(project.state),
            contractor=project.contractor,
            award_amount=project.award_amount,
            award_on=awards[-1].on if stands else None,
            failed=failures([Kind(each.kind) for each in rows]).all,
        )
    return out


def _first_told(records: Iterable[ExternalRecord]) -> dict[tuple[str, str, str, str], datetime]:
    """(source, key, field, text) → when the source was first read to say so, of what it has said without a break."""
    keys = [each.key for each in records]
    first: dict[tuple[str, str, str, str], datetime] = {}
    last: dict[tuple[str, str, str], str] = {}
    for each in ExternalRecord.objects.filter(period="", key__in=keys).order_by("id"):
        for name, value in each.payload.items():
            place = (each.source, each.key, name)
            if last.get(place) != str(value):
                last[place] = str(value)
                first[(*place, str(value))] = each.recorded_at
    return first


_NAMES = {Part.NAME: "title", Part.ANNOUNCED: "published_on", Part.FAILED: "status", Part.AWARD: "contractor"}


def _difference(
    project: Project,
    record: ExternalRecord,
    part: Part,
    ours: str,
    theirs: str,
    decided: Mapping[tuple[int, str, str], DifferenceDecision],
    first: Mapping[tuple[str, str, str, str], datetime],
    filing_id: int | None = None,
) -> Difference:
    name = _NAMES.get(part, part.value)
    since = first.get(
        (record.source, record.key, name, str(record.payload.get(name, ""))), record.recorded_at
    )
    kept = decided.get((project.pk, record.source, part.value))
    stands = kept is not None and kept.choice == Choice.KEPT and kept.theirs == theirs and (
        kept.record.period == record.period
    )  # fmt: skip
    return Difference(
        project.pk, project.number, project.name, project.agency_id, project.unit_id or project.agency_id,
        project.version, record.pk, Source(record.source), part, ours, theirs, since,
        kept if stands else None, record.period, filing_id,
    )  # fmt: skip


def _progress(
    found: Mapping[tuple[str, str], int],
    projects: Mapping[int, Project],
    decided: Mapping[tuple[int, str, str], DifferenceDecision],
) -> list[Difference]:
    """Months in which the works system knows another progress of the works than was filed and locked here."""
    codes = (
        ExternalRecord.objects.filter(source=Source.PCC.value).exclude(period="")
        .order_by("-period").values_list("period", flat=True).distinct()[:MONTHS]
    )  # fmt: skip
    periods = list(codes)
    if not periods:
        return []
    ours: dict[tuple[int, str], MonthRecord] = {
        (each.project_id, each.period): each for each in known().filter(period__in=periods, filed=True)
    }
    out = []
    for each in newest_months(Source.PCC, periods):
        pk = found.get((each.source, each.key))
        month = ours.get((pk, each.period)) if pk is not None else None
        if pk is None or month is None:
            continue
        actual: Decimal | None = month.actual_works
        differs = progress_difference(actual, each.payload.get("actual"))
        if differs:
            out.append(_difference(projects[pk], each, Part.PROGRESS, *differs, decided, {}, month.filing_id))
    return out


def differences_of(actor: Actor, project_id: int) -> list[Difference]:
    """The differences of one tender; none for who may not see tenders."""
    if not actor.may("projects.view"):
        return []
    return [each for each in reconciled().differences if each.project_id == project_id]


def records_of(project_id: int) -> list[ExternalRecord]:
    """What each source says of one tender: its newest word, without the months."""
    keys = [key for key, pk in reconciled().projects.items() if pk == project_id]
    return [each for source, key in keys for each in newest_records([Source(source)]).filter(key=key)]


def record(actor: Actor, record_id: int) -> ExternalRecord:
    """One record. Raises NotFound, also for who may not see tenders."""
    found = ExternalRecord.objects.select_related("unit").filter(pk=record_id).first()
    if found is None or not actor.may("projects.view"):
        raise NotFound(tell("找不到這筆外部資料，或您不能看。請從待登錄清單進入。"))
    return found


def told_by(found: ExternalRecord) -> list[ExternalRecord]:
    """All that a source has told of one of its tenders, the newest first."""
    rows = ExternalRecord.objects.filter(source=found.source, key=found.key)
    return list(rows.order_by("-period", "-id")[:60])


def project_of(found: ExternalRecord) -> Project | None:
    """The tender that a record is matched with."""
    pk = reconciled().projects.get((found.source, found.key))
    return Project.objects.filter(pk=pk).first() if pk else None


def dismissal_of(found: ExternalRecord) -> ExternalMatch | None:
    """What was last said about a source's tender, where it was said to be none of ours."""
    last = ExternalMatch.objects.filter(source=found.source, key=found.key).order_by("-id").first()
    return last if last is not None and last.dismissed else None


def decisions_of(project_id: int) -> list[Any]:
    """What was decided about the differences of one tender, the newest first."""
    return list(DifferenceDecision.objects.filter(project_id=project_id).order_by("-id")[:100])
