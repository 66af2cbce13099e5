"""What follows from the lock of grant returns: allocations, months of items, and the numbers of which the rates are made."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.urls import reverse

from shizheng.common.permissions import Actor
from shizheng.common.words import N_, tell, written
from shizheng.domains.projects.actions.facts import Defined, put
from shizheng.domains.projects.models import GrantAllocation, GrantItem, GrantMonth, GrantYear
from shizheng.domains.projects.queries import grants as queries
from shizheng.domains.projects.queries.grant_forms import MONEY, MONTHS, month_rows, setup_rows
from shizheng.domains.projects.queries.months import states_on
from shizheng.domains.projects.rules import grants as rules
from shizheng.domains.projects.rules.grants import Rate
from shizheng.domains.projects.rules.life import UNAWARDED, State
from shizheng.domains.projects.rules.months import MOST_MONEY
from shizheng.kernel.filing import queries as filing_queries
from shizheng.kernel.filing.registry import Entries
from shizheng.kernel.filing.rules.typed import NotANumber, number_of
from shizheng.kernel.history.actions import recorded
from shizheng.kernel.measures.rules.periods import Period, parse_period

BATCH = 1000
COMPLETED = (State.COMPLETED, State.ACCEPTED, State.CLOSED)
NOT_AWARDED = (*UNAWARDED, State.WITHDRAWN)
PARTS = {
    Rate.AWARD: (N_("已決標補助案"), N_("核定補助案"), "件"),
    Rate.COMPLETION: (N_("已完工補助案"), N_("核定補助案"), "件"),
    Rate.ALLOCATION: (N_("累計分配數"), N_("年度經費"), "元"),
    Rate.ACHIEVEMENT: (N_("累計執行數（實付＋應付＋節餘）"), N_("年度經費"), "元"),
    Rate.EXECUTION: (N_("累計執行數（實付＋應付＋節餘）"), N_("累計分配數"), "元"),
    Rate.REALISATION: (N_("累計實付數"), N_("年度經費"), "元"),
}
SOURCE = N_("100、105、107、112 年度施政計畫（B16）")


class NotReadable(ValueError):
    """A field that cannot be read; the message says what to write."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


def _amount(texts: Mapping[str, str], name: str) -> Decimal | None:
    try:
        found = number_of(texts.get(name, ""))
    except NotANumber as failure:
        raise NotReadable(name, str(failure)) from failure
    if found is not None and not 0 <= found < MOST_MONEY:
        raise NotReadable(name, tell("金額要是 0 以上、16 位以內的整數（元）。"))
    if found is not None and found != found.to_integral_value():
        raise NotReadable(name, tell("金額以元計，不要小數。"))
    return found


def amounts_of(texts: Mapping[str, str]) -> list[Decimal]:
    """The twelve months as typed; nothing typed is nothing allocated. Raises NotReadable."""
    return [_amount(texts, name) or Decimal(0) for name in MONTHS]


def money_of(texts: Mapping[str, str]) -> dict[str, Decimal | None]:
    """The money of a row as typed. Raises NotReadable."""
    return {name: _amount(texts, name) for name in MONEY}


def record_allocations(actor: Actor, locked: Sequence[tuple[Any, Entries]]) -> None:
    """Set-up returns were locked: the allocation of every item in them."""
    with recorded(by=actor, action="projects.record_allocations"):
        _allocations(locked, written("逾期補報"))


def correct_allocations(actor: Actor, request: Any) -> None:
    """A correction was approved: new allocations beside those that they supersede."""
    with recorded(by=actor, action="projects.correct_allocations", reason=request.reason):
        filing = request.filing
        touched = {change["row"] for change in request.changes}
        _allocations([(filing, filing_queries.entries_of(filing.pk))], request.reason, touched)


def _allocations(given: Sequence[tuple[Any, Entries]], reason: str, touched: set[str] | None = None) -> None:
    lines = setup_rows([filing for filing, _entries in given])
    every = {line.item.pk for some in lines.values() for line in some if line.item is not None}
    there = queries.allocations(every)
    made = []
    for filing, entries in given:
        for line in lines[filing.pk]:
            if line.item is None or (touched is not None and line.key not in touched):
                continue
            amounts = amounts_of(filing_queries.values_of(entries, line.key))
            before = there.get(line.item.pk)
            made.append(
                GrantAllocation(
                    item=line.item, filing_id=filing.pk, amounts=amounts, supersedes=before,
                    reason=reason if before is not None else "",
                )
            )  # fmt: skip
    GrantAllocation.objects.bulk_create(made, batch_size=BATCH)


def record_months(actor: Actor, locked: Sequence[tuple[Any, Entries]]) -> None:
    """Signed returns of one round were locked; one that is late supersedes 未填報."""
    with recorded(by=actor, action="projects.record_grant_months"):
        _months(actor, locked, written("逾期補報"))


def record_unfiled(actor: Actor, found: Any, returns: Sequence[Any]) -> None:
    """The round was locked without these: their items stay in the denominators, as 未填報."""
    with recorded(by=actor, action="projects.record_grant_unfiled"):
        _months(actor, [(each, None) for each in returns], written("鎖定時未填報"))


def correct_months(actor: Actor, request: Any) -> None:
    """A correction was approved: new records beside those that they supersede; award and completion are read anew."""
    with recorded(by=actor, action="projects.correct_grant_months", reason=request.reason):
        filing = request.filing
        touched = {change["row"] for change in request.changes}
        _months(actor, [(filing, filing_queries.entries_of(filing.pk))], request.reason, touched)


def _months(
    actor: Actor, given: Sequence[tuple[Any, Entries | None]], reason: str, touched: set[str] | None = None
) -> None:
    if not given:
        return
    period = parse_period(given[0][0].round.period)
    lines = month_rows([filing for filing, _entries in given])
    items = [line.item for some in lines.values() for line in some if line.item is not None]
    states = states_on([item.project for item in items], period.last_day)
    made = []
    for filing, entries in given:
        for line in lines[filing.pk]:
            if line.item is None or (touched is not None and line.key not in touched):
                continue
            if entries is None and line.standing is not None:
                continue
            made.append(_record(line, filing, period, states[line.item.project_id], entries, reason))
    GrantMonth.objects.bulk_create(made, batch_size=BATCH)
    _write_facts(actor, {filing.subject_pk: set() for filing, _entries in given}, given, period, reason)


def _record(
    line: Any, filing: Any, period: Period, state: State, entries: Entries | None, reason: str
) -> GrantMonth:
    item: GrantItem = line.item
    made = GrantMonth(
        item=item, period=period.code, filing_id=filing.pk, filed=False, annual=line.annual,
        awarded=state not in NOT_AWARDED, completed=state in COMPLETED,
    )  # fmt: skip
    if line.standing is not None:
        made.supersedes, made.reason = line.standing, reason
        made.annual = line.standing.annual
    texts = filing_queries.values_of(entries, line.key) if entries is not None else {}
    money = money_of(texts)
    if all(value is not None for value in money.values()):
        made.filed = True
        for name, value in money.items():
            setattr(made, name, value)
        made.text = texts.get("text", "").strip()
    return made


def measures_of(year: GrantYear) -> list[Defined]:
    """The six measures of a grant programme, one for each rate."""
    return [
        Defined(
            queries.measure_code(year, rate),
            f"{year.programme.name}{rules.LABELS[rate]}",
            part,
            whole,
            unit,
            SOURCE,
        )
        for rate, (part, whole, unit) in PARTS.items()
    ]


def _write_facts(
    actor: Actor, years: Mapping[int, Any], given: Sequence[tuple[Any, Any]], period: Period, reason: str
) -> None:
    """Bring the numbers of these agencies and years to what the records that stand say."""
    counting, rule = queries.counting_on(period.last_day)
    known = GrantYear.objects.select_related("programme").in_bulk(list(years))
    for year_id, year in known.items():
        units = {filing.unit_id for filing, _entries in given if filing.subject_pk == year_id}
        rows = queries.months_of(year_id).filter(period=period.code, item__project__agency_id__in=units)
        sums = rules.by_agency(
            (each.item.project.agency_id, queries.item_month(each))
            for each in rows.select_related("item__project")
        )
        numbers = {}
        for unit, found in sums.items():
            for rate in Rate:
                ratio = found.ratio(rate, counting)
                numbers[unit, queries.measure_code(year, rate)] = (ratio.part, ratio.whole)
        label = written(
            "%(year)s 年%(programme)s，%(period)s",
            year=year.roc_year,
            programme=year.programme.name,
            period=period.label,
        )
        source: dict[str, Any] = {
            "kind": "reported",
            "text": label,
            "url": reverse("projects:grant_year", args=[year_id]) + f"?period={period.code}",
            "rules": {rule.code: rule.version_id} if rule is not None else {},
        }
        put(
            actor, measures_of(year), period, numbers, dict.fromkeys(units, source), reason=reason,
            action="projects.record_grant_months", period_kind=period.kind.value,
        )  # fmt: skip
