"""Reading rounds: which there are, how much of each is filed, and which days a rule gives a new one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from shizheng.common import clock
from shizheng.common.errors import CannotDo, NotFound
from shizheng.common.permissions import Actor
from shizheng.common.together import Steps, done
from shizheng.kernel.calendar import queries as calendar
from shizheng.kernel.calendar.rules import WorkCalendar
from shizheng.kernel.calendar.rules.ladder import LadderNotUnderstood, Step, read_ladder
from shizheng.kernel.filing.models import Return, Round, RoundState
from shizheng.kernel.filing.registry import FilingKind
from shizheng.kernel.filing.rules.levels import RECIPIENTS, UnknownLevel
from shizheng.kernel.filing.rules.rates import Rate
from shizheng.kernel.filing.rules.rates import rate as make_rate
from shizheng.kernel.filing.rules.terms import Terms, TermsNotUnderstood, terms_of
from shizheng.kernel.filing.rules.workflow import FILED
from shizheng.kernel.measures.rules.periods import Period, parse_period
from shizheng.kernel.rulebook import queries as rulebook
from shizheng.kernel.rulebook.rules import FilingRounds

ON_HOLIDAY = "filing.due_on_holiday"


@dataclass(frozen=True, slots=True)
class RoundTerms:
    """What the rules in force say of a round: its days and levels, the ladder, and the versions that said it."""

    terms: Terms
    ladder: tuple[dict[str, Any], ...]
    rule_versions: dict[str, int]


def rounds_visible_to(actor: Actor) -> QuerySet[Round]:
    """Rounds that the actor may see: all with `filing.view`, in whatever unit it is held."""
    return Round.objects.all() if actor.may("filing.view") else Round.objects.none()


def round_of(actor: Actor, round_id: int) -> Round:
    """One round. Raises NotFound."""
    found = rounds_visible_to(actor).filter(pk=round_id).first()
    if found is None:
        raise NotFound(_("找不到這個填報期別，或您不能看。請從填報清單進入。"))
    return found


def is_missed(found: Round, today: date | None = None) -> bool:
    """Whether its days are over and it was never opened: the system stood still, or nobody owed anything then."""
    return found.state == RoundState.PLANNED and found.closes_on < (today or clock.today())


def period_of_round(found: Round) -> Period:
    """The period that the round is about."""
    return parse_period(found.period)


def rate(found: Round) -> Rate:
    """How many returns are filed of how many expected; sent back does not count as filed."""
    return rates([found.pk])[found.pk]


def rates(round_ids: Iterable[int], unit_ids: Iterable[int] | None = None) -> dict[int, Rate]:
    """The rate of several rounds (of some units only), in one query."""
    return done(rates_steps(round_ids, unit_ids))


def rates_steps(round_ids: Iterable[int], unit_ids: Iterable[int] | None = None) -> Steps[dict[int, Rate]]:
    """The same beside what else a page reads."""
    wanted = list(round_ids)
    rows = Return.objects.filter(round_id__in=wanted)
    if unit_ids is not None:
        rows = rows.filter(unit_id__in=list(unit_ids))
    counted = rows.order_by().values_list("round_id").annotate(
        filed=Count("id", filter=Q(state__in=sorted(FILED))), expected=Count("id")
    )  # fmt: skip
    yield counted
    by_round = {pk: (filed, expected) for pk, filed, expected in counted}
    return {pk: make_rate(*by_round.get(pk, (0, 0))) for pk in wanted}


def ladder_of(found: Round) -> tuple[Step, ...]:
    """The ladder of a round, as the rule said when the round was set."""
    return read_ladder(found.ladder, RECIPIENTS)


def terms_for(
    kind: FilingKind, period: Period, on: date | None = None, *,
    proposed: rulebook.RuleValue | None = None, cal: WorkCalendar | None = None,
) -> RoundTerms:  # fmt: skip
    """The days, levels and ladder that the rulebook gives a round of this kind for this period.

    Rules are those in force on `on`, by default the day after the period ends, when its round is filed. Raises
    CannotDo where a rule is missing or cannot be read. `proposed`: a rule as it would be, in place of the one in force.
    `cal`: the calendar in force, where it is at hand.
    """
    day = on or period.end
    rule = kind.rule_for(period)
    given = {proposed.code: proposed} if proposed is not None else {}
    values = {
        **rulebook.values_of([code for code in (rule, ON_HOLIDAY) if code not in given], day),
        **given,
    }
    rounds, holiday = values[rule], values[ON_HOLIDAY]
    try:
        if not isinstance(rounds.value, FilingRounds):
            raise TermsNotUnderstood("它不是填報期程。")
        terms = terms_of(rounds.value, period, str(holiday.value), cal or calendar.current_calendar())
        ladder = given.get(rounds.value.ladder) or rulebook.value_of(rounds.value.ladder, day)
        read_ladder(ladder.raw, RECIPIENTS)
    except (TermsNotUnderstood, UnknownLevel, LadderNotUnderstood) as failure:
        raise CannotDo(
            _("規則書的「%(rule)s」不能用來排填報期程，沒有排定：%(why)s") % {"rule": rule, "why": failure}
        ) from failure
    used = {each.code: each.version_id for each in (rounds, holiday, ladder)}
    return RoundTerms(terms, tuple(dict(step) for step in ladder.raw), used)


def rounds_with_counts(actor: Actor) -> QuerySet[Round]:
    """Rounds that the actor may see, each with `filed` and `expected` returns (one query with the rows)."""
    return rounds_visible_to(actor).annotate(
        expected=Count("returns"), filed=Count("returns", filter=Q(returns__state__in=sorted(FILED)))
    )


def rules_of(found: Round) -> list[rulebook.RuleValue]:
    """The versions of the rules by which the round was set."""
    return [rulebook.version(pk) for pk in found.rule_versions.values()]
