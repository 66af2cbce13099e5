"""The monthly filing of failed tenders (F01): one return an agency, one row for each case that is not settled."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shizheng.common.words import written
from shizheng.domains.procurement.actions import months as actions
from shizheng.domains.procurement.queries import months as queries
from shizheng.domains.procurement.queries.month_forms import lines_of, lines_of_all
from shizheng.domains.procurement.rules import failed_months as rules
from shizheng.kernel.filing import queries as filing_queries
from shizheng.kernel.filing.agencies import own_returns
from shizheng.kernel.filing.registry import Entries, FilingKind, Problem, Schedule, Subject, register
from shizheng.kernel.measures.rules.periods import PeriodKind, parse_period

CODE, RULE = queries.KIND, "filing.failed_month"


def register_filing() -> None:
    """Called once when the app is ready."""
    register(
        FilingKind(
            code=CODE,
            name=gettext_lazy("流廢標督導月報"),
            schedules=(Schedule(RULE, PeriodKind.MONTH),),
            subjects=subjects,
            rows=lines_of,
            rows_of=lines_of_all,
            check=check,
            on_lock_all=actions.record_months,
            on_unfiled=actions.record_unfiled,
            on_correct=actions.correct_months,
            subject_url=lambda each: f"{reverse('procurement:cases')}?agency={each.unit_id}",
            icon="gavel",
        )
    )


def subjects(found: Any) -> Iterable[Subject]:
    """Each agency with a case that is not settled at the end of the month, once."""
    period = parse_period(found.period)
    return own_returns(
        queries.owed(period),
        period.last_day,
        lambda name: written("%(agency)s %(period)s流廢標督導", agency=name, period=period.label),
    )


def check(filing: Any, entries: Entries) -> Iterable[Problem]:
    """A day that cannot be read, or a next opening that is over by the end of the month."""
    period = parse_period(filing.round.period)
    for line in lines_of(filing):
        try:
            typed = rules.read(filing_queries.values_of(entries, line.key))
        except rules.NotReadable as failure:
            yield Problem(str(failure), line.key, failure.field)
            continue
        if typed.next_on is not None and typed.next_on < period.start:
            yield Problem(
                _("下次招標日早於這個月。請填這個月以後的公告日，還沒有排定的留空。"), line.key, "next_on"
            )
