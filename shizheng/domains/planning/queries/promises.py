"""Programmes and their promises, as of a quarter: who is behind, who has not filed, what is done (A07).

A fixed number of queries, whatever the number of promises. What was filed counts once its round is locked.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from shizheng.common import clock
from shizheng.common.errors import NotFound
from shizheng.common.permissions import Actor
from shizheng.domains.planning.models.promises import (
    JointAgency,
    Programme,
    Promise,
    PromiseKind,
    PromiseProgress,
)
from shizheng.domains.planning.queries.board_figures import figures_of
from shizheng.domains.planning.rules.promises import (
    EXCEPTIONS,
    State,
    Tally,
    progress_of,
    state_by_kpi,
    state_of,
    tally,
)
from shizheng.kernel.measures.queries import AsOf, Key
from shizheng.kernel.measures.queries.figures import names_of
from shizheng.kernel.measures.queries.remembering import mark
from shizheng.kernel.measures.queries.rewinding import rewound_with_parts
from shizheng.kernel.measures.rules.figures import Figure
from shizheng.kernel.measures.rules.periods import Period, PeriodKind, parse_period
from shizheng.kernel.organisations import queries as organisations
from shizheng.kernel.rulebook import queries as rulebook
from shizheng.kernel.rulebook.queries import RuleValue

BEHIND = "promise.behind"


@dataclass(frozen=True)
class Item:
    """One promise, part or action plan at the end of a quarter. Only action plans have a state of their own."""

    promise: Promise
    state: State | None = None
    progress: Decimal | None = None
    filed: PromiseProgress | None = None
    last: PromiseProgress | None = None
    figure: Figure | None = None
    below: list["Item"] = field(default_factory=list)

    @cached_property
    def actions(self) -> list["Item"]:
        """The action plans at and below it."""
        if self.promise.kind == PromiseKind.ACTION:
            return [self]
        return [action for each in self.below for action in each.actions]

    @cached_property
    def tally(self) -> Tally:
        return tally(each.state for each in self.actions if each.state is not None)

    @property
    def joint(self) -> list[Any]:
        """The joint agencies."""
        return [each.agency for each in self.promise.joint.all()]


@dataclass(frozen=True)
class Board:
    """A programme at the end of a quarter. `settled` is the last quarter that is over, filed or not."""

    programme: Programme
    period: Period
    roots: Sequence[Item]
    rule: RuleValue
    agencies: Mapping[int, str]
    settled: Period

    @cached_property
    def items(self) -> list[Item]:
        """Everything, in the order of the codes."""

        def walk(items: Iterable[Item]) -> Iterable[Item]:
            for each in items:
                yield each
                yield from walk(each.below)

        return list(walk(self.roots))

    @cached_property
    def actions(self) -> list[Item]:
        return [each for each in self.items if each.promise.kind == PromiseKind.ACTION]

    @cached_property
    def tally(self) -> Tally:
        return tally(each.state for each in self.actions if each.state is not None)

    @cached_property
    def exceptions(self) -> list[Item]:
        """Those behind first, then those not filed; by their codes."""
        rank = {state: at for at, state in enumerate(EXCEPTIONS)}
        found = [each for each in self.actions if each.state in rank]
        return sorted(found, key=lambda each: rank[each.state])  # type: ignore[index]

    @cached_property
    def by_agency(self) -> list[tuple[int, str, Tally]]:
        """Main agencies, those with the most exceptions first."""
        groups: dict[int, list[Item]] = {}
        for each in self.actions:
            groups.setdefault(each.promise.main_agency_id or 0, []).append(each)
        rows = [
            (pk, self.agencies.get(pk, ""), tally(item.state for item in items if item.state is not None))
            for pk, items in groups.items()
        ]
        return sorted(rows, key=lambda row: (-sum(row[2].of(state) for state in EXCEPTIONS), row[1]))


def programmes(actor: Actor) -> QuerySet[Programme]:
    """Programmes that the actor may see, the newest term first."""
    return Programme.objects.all() if actor.may("planning.view") else Programme.objects.none()


def programme(actor: Actor, programme_id: int | None = None) -> Programme:
    """One programme; unasked, the one of the newest term. Raises NotFound."""
    rows = programmes(actor)
    found = rows.filter(pk=programme_id).first() if programme_id is not None else rows.first()
    if found is None:
        raise NotFound(_("找不到這個政見方案。請從政見清單進入。"))
    return found


def published_programmes() -> QuerySet[Programme]:
    """Programmes that everybody may read."""
    return Programme.objects.filter(published_at__isnull=False)


def published_programme(programme_id: int) -> Programme:
    """One published programme. Raises NotFound."""
    found = published_programmes().filter(pk=programme_id).first()
    if found is None:
        raise NotFound(_("找不到這個政見方案，可能還沒有公布。請從政見列表進入。"))
    return found


def promises_of(programme_id: int) -> QuerySet[Promise]:
    """Everything in a programme, in the order of the codes, with agencies and linked KPI (two queries)."""
    joint = Prefetch("joint", JointAgency.objects.select_related("agency"))
    return (
        Promise.objects.filter(programme_id=programme_id)
        .select_related("main_agency", "measure", "measure_unit", "programme")
        .prefetch_related(joint)
        .order_by("order")
    )


def promises_then(rows: Iterable[Promise], as_of: AsOf | None) -> list[Promise]:
    """The promises as they stood then, with the joint agencies that they had (one query to look back)."""
    return rewound_with_parts(rows, "joint", as_of)


def promise(actor: Actor, promise_id: int) -> Promise:
    """One promise. Raises NotFound."""
    found = None
    if actor.may("planning.view"):
        row = Promise.objects.filter(pk=promise_id).values_list("programme_id", flat=True).first()
        found = promises_of(row).filter(pk=promise_id).first() if row is not None else None
    if found is None:
        raise NotFound(_("找不到這個政見項目，或您不能看。請從政見清單進入。"))
    return found


def promises_found(actor: Actor, words: str) -> QuerySet[Promise]:
    """Promises in which every word occurs in code, title or main agency."""
    rows = Promise.objects.select_related("main_agency", "programme")
    if not actor.may("planning.view"):
        return rows.none()
    for word in words.split()[:10]:
        rows = rows.filter(
            Q(title__icontains=word) | Q(code__startswith=word) | Q(main_agency__name__icontains=word)
        )
    return rows.order_by("-programme__term_from", "order")


def settled_quarter(made: Programme, day: date | None = None) -> Period:
    """The quarter that is looked at unasked: the last one that is over, within the term of office."""
    today = day or clock.today()
    now = Period(PeriodKind.QUARTER, today.year, (today.month - 1) // 3 + 1)
    last = Period(PeriodKind.QUARTER, made.term_to.year, (made.term_to.month - 1) // 3 + 1)
    first = Period(PeriodKind.QUARTER, made.term_from.year, (made.term_from.month - 1) // 3 + 1)
    found = now.previous()
    return last if found.start > last.start else first if found.start < first.start else found


def quarters(made: Programme, until: date | None = None) -> list[Period]:
    """The quarters of the term that have begun, newest first."""
    today = until or clock.today()
    found = [Period(PeriodKind.QUARTER, made.term_from.year, (made.term_from.month - 1) // 3 + 1)]
    while found[-1].end <= min(today, made.term_to):
        found.append(found[-1].next())
    return found[::-1]


def known_progress(rows: QuerySet[PromiseProgress], as_of: AsOf | None) -> list[PromiseProgress]:
    """What was known then, oldest first, each row with `stands`: whether no correction known then supersedes it."""
    if as_of is not None:
        rows = rows.filter(recorded_at__lte=as_of.moment)
        if as_of.horizon is not None:
            rows = rows.filter(transaction_id__lt=as_of.horizon)
    found = list(rows.order_by("period", "id"))
    gone = {each.supersedes_id for each in found}
    for each in found:
        each.stands = each.pk not in gone  # type: ignore[attr-defined]
    return found


def board(
    made: Programme, period: Period | None = None, as_of: AsOf | None = None, *, rule: RuleValue | None = None
) -> Board:
    """The programme at the end of a quarter (at most fourteen queries). Raises NotFound for a period that is no quarter.

    Unasked, the newest quarter about which something is filed and locked; before that, the last one that is over.
    `rule`: what says who is behind, as it would be, in place of the version in force.
    """
    day = as_of.moment.astimezone(clock.TAIPEI).date() if as_of else clock.today()
    known = known_progress(PromiseProgress.objects.filter(promise__programme=made), as_of)
    settled = settled_quarter(made, day)
    newest = max((each.period for each in known if each.period <= settled.code), default=settled.code)
    chosen = period or parse_period(newest)
    if chosen.kind is not PeriodKind.QUARTER:
        raise NotFound(_("政見按季檢討，沒有這個期間。請選一季。"))
    rule = rule or rulebook.value_of(BEHIND, chosen.last_day, as_of)
    rows = promises_then(promises_of(made.pk), as_of)
    rows = [each for each in rows if each.retired_on is None or each.retired_on > chosen.last_day]
    figures = figures_of_promises(rows, chosen, as_of)
    by_promise: dict[int, list[PromiseProgress]] = {}
    for each in known:
        if each.stands and each.period <= chosen.code:  # type: ignore[attr-defined]
            by_promise.setdefault(each.promise_id, []).append(each)
    made_items: dict[int, Item] = {}
    roots: list[Item] = []
    for row in sorted(rows, key=lambda each: each.order):
        item = _item(row, by_promise.get(row.pk, []), figures.get(row.pk), chosen, rule)
        made_items[row.pk] = item
        above = made_items.get(row.parent_id or 0)
        (above.below if above else roots).append(item)
    agencies = {each.main_agency_id: _name(each.main_agency) for each in rows if each.main_agency}
    return Board(made, chosen, roots, rule, agencies, settled)  # type: ignore[arg-type]


def _name(unit: Any) -> str:
    return unit.short_name or unit.name


def _item(
    each: Promise, filed: Sequence[PromiseProgress], figure: Figure | None, period: Period, rule: RuleValue
) -> Item:
    if each.kind != PromiseKind.ACTION or each.starts_on is None or each.ends_on is None:
        return Item(each)
    now = next((row for row in filed if row.period == period.code), None)
    last = filed[-1] if filed else None
    day = period.last_day
    if each.measure_id is not None:
        verdict = figure.verdict.code if figure is not None else None
        state = (
            state_by_kpi(verdict, each.starts_on, each.ends_on, day)
            if verdict is not None
            else State.NOT_FILED
        )
        progress = figure.progress if figure is not None else None
        return Item(each, state, progress if isinstance(progress, Decimal) else None, now, last, figure)
    reached = progress_at(each, last)
    done = reached is not None and reached >= 100
    counted = last if done else now
    progress = progress_at(each, counted)
    share = rule.value
    assert isinstance(share, Decimal)
    missing = counted.missing if counted else ""
    state = state_of(progress, each.starts_on, each.ends_on, day, share, missing)
    return Item(each, state, progress, now, last)


def progress_at(each: Promise, row: PromiseProgress | None) -> Decimal | None:
    """How far a filed row says that an action plan has come, in percent against the target of today."""
    if row is None:
        return None
    return progress_of(row.quantity, each.target_quantity, row.percent)


def figures_of_promises(
    rows: Iterable[Promise], period: Period, as_of: AsOf | None = None
) -> dict[int, Figure]:
    """Figures of the linked KPIs, also from the units below: of the quarter where it has a value, else of its year."""
    linked = [each for each in rows if each.measure_id is not None and each.measure_unit_id is not None]
    year = period.within(PeriodKind.YEAR)
    keys = {
        each.pk: tuple(Key(each.measure_id or 0, each.measure_unit_id or 0, span) for span in (period, year))
        for each in linked
    }
    if not keys:
        return {}
    wanted = [key for pair in keys.values() for key in pair]
    day = as_of.moment.astimezone(clock.TAIPEI).date() if as_of else clock.today()
    names = names_of({key.measure_id for key in wanted})
    found = figures_of(mark(), wanted, names, as_of, organisations.tree(day))
    return {
        pk: found[own] if found[own].value is not None else found[whole] for pk, (own, whole) in keys.items()
    }


def figure_of(each: Promise, period: Period, as_of: AsOf | None = None) -> Figure | None:
    """The figure of the KPI that an action plan is linked to."""
    return figures_of_promises([each], period, as_of).get(each.pk)


@dataclass(frozen=True, slots=True)
class Filed:
    """What was filed about an action plan for one quarter: the row that stands, and those before it."""

    period: Period
    row: PromiseProgress
    progress: Decimal | None
    earlier: Sequence[PromiseProgress]


def filed_quarters(each: Promise, as_of: AsOf | None = None) -> list[Filed]:
    """Everything that was filed about an action plan, newest quarter first, with what was corrected since."""
    rows = known_progress(each.progress.all(), as_of)
    found: dict[str, list[PromiseProgress]] = {}
    for row in rows:
        found.setdefault(row.period, []).append(row)
    return [
        Filed(
            parse_period(code),
            mine[-1],
            progress_of(mine[-1].quantity, mine[-1].target, mine[-1].percent),
            mine[-2::-1],
        )
        for code, mine in sorted(found.items(), reverse=True)
    ]


def to_publish(actor: Actor) -> QuerySet[Programme]:
    """Programmes with action plans that nobody has published yet, for who may."""
    if not actor.may("planning.publish_promises"):
        return Programme.objects.none()
    return Programme.objects.filter(published_at=None, promises__kind=PromiseKind.ACTION).distinct()
