"""The quarterly filing of agencies' own design reviews (E04, WQ-06): one return an agency, one row."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shizheng.common.words import written
from shizheng.domains.procurement.actions import own_reviews as actions
from shizheng.domains.procurement.queries import own_reviews as queries
from shizheng.domains.procurement.rules import own_reviews as rules
from shizheng.kernel.filing import queries as filing_queries
from shizheng.kernel.filing.registry import Entries, FilingKind, Problem, Schedule, Subject, register
from shizheng.kernel.measures.rules.periods import PeriodKind, parse_period


def register_filing() -> None:
    """Called once when the app is ready."""
    register(
        FilingKind(
            code=queries.KIND,
            name=gettext_lazy("機關自辦設計審議季報"),
            schedules=(Schedule("filing.review_quarter", PeriodKind.QUARTER),),
            subjects=subjects,
            rows=lambda each: queries.rows_of([each])[each.pk],
            rows_of=queries.rows_of,
            check=check,
            on_lock_all=actions.record_own,
            on_unfiled=actions.record_own_unfiled,
            on_correct=actions.correct_own,
            subject_url=lambda each: f"{reverse('procurement:own_reviews')}?year={each.round.period[:4]}",
            icon="file-check",
        )
    )


def subjects(found: Any) -> Iterable[Subject]:
    """Each agency, once."""
    period = parse_period(found.period)
    for node in queries.agencies(period):
        title = written(
            "%(agency)s %(period)s自辦設計審議", agency=node.short_name or node.name, period=period.label
        )
        yield Subject(node.id, "organisations.unit", node.id, title)


def check(filing: Any, entries: Entries) -> Iterable[Problem]:
    """Numbers that are none, and money without cases."""
    try:
        typed = rules.read(filing_queries.values_of(entries, queries.ROW))
    except rules.NotReadable as failure:
        yield Problem(str(failure), queries.ROW, failure.field)
        return
    if typed.cases == 0 and (typed.before or typed.after):
        yield Problem(_("件數是 0，金額也要是 0。"), queries.ROW, "cases")
    if typed.cases and not typed.before:
        yield Problem(_("有自辦審議，請填審議前金額。"), queries.ROW, "before")
