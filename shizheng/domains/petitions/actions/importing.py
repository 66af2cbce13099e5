"""History of other systems taken in: as it was there, numbered here, told to nobody; each of their numbers once (B13)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from shizheng.common import clock
from shizheng.common.bulk import copy_in, new_keys
from shizheng.common.permissions import Actor, require
from shizheng.common.roc import roc_year
from shizheng.common.words import N_, written
from shizheng.domains.petitions.actions.wording import wording_of
from shizheng.domains.petitions.models import Category, ForeignRecord, Outcome, Petition, Reply
from shizheng.domains.petitions.rules.classes import LIMITS, Source, file_number
from shizheng.domains.petitions.rules.history import ENDED_STATES, CannotTake, Old, old_petition
from shizheng.domains.petitions.rules.workflow import KIND
from shizheng.kernel.calendar.rules.days import UnknownDistrict
from shizheng.kernel.calendar.shipped import district_code
from shizheng.kernel.cases import actions as cases
from shizheng.kernel.cases.rules.facts import day_of
from shizheng.kernel.history.actions import recorded
from shizheng.kernel.intake.registry import Plan
from shizheng.kernel.intake.rules.mapping import Problem, Row
from shizheng.kernel.organisations import queries as organisations

CHANNEL = "import"
PERMISSION = "petitions.import"


@dataclass(slots=True)
class _Looked:
    """What rows would do: petitions to make, lines that are here already, what is wrong or noted."""

    new: list[tuple[Old, Row]]
    same: list[int]
    problems: list[Problem]

    @property
    def plan(self) -> Plan:
        return Plan(new=[old.line for old, _row in self.new], same=self.same, problems=self.problems)


def check_history(actor: Actor, rows: Sequence[Row]) -> Plan:
    """What rows would do; writes nothing (three queries)."""
    return _looked(rows).plan


def apply_history(actor: Actor, rows: Sequence[Row], reason: str) -> Plan:
    """Take rows in, all of those that are not here yet, by COPY. Two imports of one origin wait for each other.

    Rows that are wrong are in the plan's problems; whoever calls refuses the file then. Raises NotPermitted.
    """
    require(actor, PERMISSION)
    with recorded(by=actor, action="petitions.bring_in", reason=reason):
        _in_turn(sorted({str(row.values.get("origin") or "") for row in rows}))
        found = _looked(rows)
        if not any(each.refuses for each in found.problems):
            _keep(actor, found.new, reason)
    return found.plan


def _in_turn(origins: Sequence[str]) -> None:
    with connection.cursor() as cursor:
        for origin in origins:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"petitions.import:{origin}"]
            )


def _looked(rows: Sequence[Row]) -> _Looked:
    now = clock.now()
    categories = {each.code: each for each in Category.objects.all()}
    made: list[tuple[Old, Row]] = []
    problems: list[Problem] = []
    for row in rows:
        category = categories.get(str(row.values.get("category") or ""))
        try:
            old = old_petition(
                row.line, row.values, row.texts, category.usual_class if category else "",
                category.name if category else "", now,
            )  # fmt: skip
        except CannotTake as failure:
            problems.append(Problem(row.line, failure.field, str(failure), failure.sort))
            continue
        problems += [Problem(row.line, code, text, sort, refuses=False) for code, sort, text in old.notes]
        made.append((old, row))
    made = list(_ruled(made, problems))
    return _once(made, problems)


def _ruled(made: Sequence[tuple[Old, Row]], problems: list[Problem]) -> Iterator[tuple[Old, Row]]:
    """Those of whose day of receipt the rulebook knows the limit."""
    lacking = cases.days_without_rules(
        KIND, ((LIMITS[old.petition_class], day_of(old.received_at)) for old, _row in made)
    )
    for old, row in made:
        if (LIMITS[old.petition_class], day_of(old.received_at)) in lacking:
            text = written("收件那天還沒有期限的規則，沒有讀入。請先在「規則」登錄那個時期的期限。")
            problems.append(Problem(old.line, "received_at", text, N_("那天沒有規則")))
        else:
            yield old, row


def _once(made: Sequence[tuple[Old, Row]], problems: list[Problem]) -> _Looked:
    """Each number of an origin once: what is here already, and what the file says twice."""
    there = _there(made)
    first: dict[tuple[str, str], Old] = {}
    found = _Looked([], [], problems)
    for old, row in made:
        key = old.origin, old.number
        before = first.setdefault(key, old)
        if key in there:
            found.same.append(old.line)
            if there[key] != old.digest:
                text = written("這個案號先前已經匯入，這次的內容不同；沒有改，請在案件上更正。")
                problems.append(
                    Problem(old.line, "source_number", text, N_("已匯入，內容不同"), refuses=False)
                )
        elif before is not old:
            if before.digest == old.digest:
                found.same.append(old.line)
                continue
            text = written(
                "第 %(line)s 列已經是這個案號，內容不同，沒有讀入。請查明哪一列對。", line=before.line
            )
            problems.append(Problem(old.line, "source_number", text, N_("案號重複")))
        else:
            found.new.append((old, row))
    return found


def _there(made: Sequence[tuple[Old, Row]]) -> Mapping[tuple[str, str], str]:
    wanted: dict[str, list[str]] = {}
    for old, _row in made:
        wanted.setdefault(old.origin, []).append(old.number)
    return {
        (origin, number): digest
        for origin, numbers in wanted.items()
        for number, digest in ForeignRecord.objects.filter(origin=origin, number__in=numbers).values_list("number", "digest")
    }  # fmt: skip


def _keep(actor: Actor, new: Sequence[tuple[Old, Row]], reason: str) -> None:
    city, units = organisations.city().pk, {node.code: node.id for node in organisations.tree()}
    districts: dict[str, str] = {}
    kept = cases.bring_in(
        actor,
        KIND,
        [_case(old, row, units, city, districts) for old, row in new],
        reason=reason,
    )
    numbers = _file_numbers(new)
    categories = dict(Category.objects.values_list("code", "pk"))
    petitions, wordings, foreign, outcomes, replies = [], [], [], [], []
    for pk, case, (old, row), number in zip(new_keys(Petition, len(new)), kept, new, numbers, strict=True):
        known = old.closed_at if old.closed_at and old.ended_known else None
        petitions.append(
            Petition(
                pk=pk, case_id=case.pk, petition_class=old.petition_class.value, source=old.source.value,
                file_number=number, category_id=categories.get(str(row.values.get("category") or "")), words=old.words,
                place=old.place, anonymous="name" not in old.petitioner,
                answered_at=old.closed_at if old.state == "closed" else None,
            )
        )  # fmt: skip
        wordings.append(wording_of(petitions[-1], case))
        foreign.append(
            ForeignRecord(
                petition_id=pk, origin=old.origin, number=old.number, matter=old.matter, digest=old.digest,
                ended_known=old.ended_known,
            )
        )  # fmt: skip
        if known and case.due_at:
            outcomes.append(
                Outcome(
                    petition_id=pk, ended=ENDED_STATES[old.state].value, unit_id=case.unit_id, at=known,
                    due_at=case.due_at, in_time=known <= case.due_at,
                )
            )  # fmt: skip
        if old.answer and old.closed_at:
            replies.append(_reply(pk, old.answer, old.closed_at))
    for keyed in (petitions, wordings):
        copy_in(keyed, keys=True)
    for others in (foreign, outcomes, replies):
        copy_in(others)


def _case(
    old: Old, row: Row, units: Mapping[str, int], city: int, districts: dict[str, str]
) -> cases.OldCase:
    return cases.OldCase(
        title=old.subject,
        unit_id=units.get(str(row.values.get("unit") or ""), city),
        state=old.state,
        limit=LIMITS[old.petition_class],
        received_at=old.received_at,
        closed_at=old.closed_at,
        channel=str(row.values.get("channel") or CHANNEL),
        district_code=_district(str(row.values.get("district") or ""), districts),
        place=old.point,
        sealed=old.petitioner,
        fields={"channel": CHANNEL, "origin": old.origin, "number": old.number},
    )


def _district(name: str, known: dict[str, str]) -> str:
    """The code of a district of ours; empty for another city's."""
    if name not in known:
        try:
            known[name] = district_code(name) or ""
        except UnknownDistrict:
            known[name] = ""
    return known[name]


def _reply(pk: int, text: str, at: datetime) -> Reply:
    return Reply(petition_id=pk, serial=1, text=text, drafted_at=at, approved_at=at, sent_at=at)


def _file_numbers(new: Sequence[tuple[Old, Row]]) -> list[str]:
    """Numbers in the files of their sources (CP-06), a block of each source and year at once."""
    wanted: dict[tuple[Source, int], int] = {}
    for old, _row in new:
        key = old.source, roc_year(day_of(old.received_at))
        wanted[key] = wanted.get(key, 0) + 1
    last: dict[tuple[Source, int], int] = {}
    with connection.cursor() as cursor:
        for (source, year), count in sorted(wanted.items()):
            cursor.execute(
                "INSERT INTO petitions_sourcecounter (source, roc_year, last) VALUES (%s, %s, %s)"
                " ON CONFLICT (source, roc_year) DO UPDATE SET last = petitions_sourcecounter.last + EXCLUDED.last"
                " RETURNING last",
                [source.value, year, count],
            )
            last[source, year] = int(cursor.fetchone()[0]) - count
    found = []
    for old, _row in new:
        source, year = old.source, roc_year(day_of(old.received_at))
        last[source, year] += 1
        found.append(file_number(source, year, last[source, year]))
    return found
