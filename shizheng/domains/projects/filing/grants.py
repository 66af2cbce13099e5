"""The two filings of grant items (B16): set-up by 31 March (GR-07, GR-10, GR-14), money each month or quarter (GR-08, GR-11, GR-15)."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shizheng.common.numbers import format_decimal
from shizheng.common.words import written
from shizheng.domains.projects.actions import grant_months as actions
from shizheng.domains.projects.actions.grant_months import NotReadable, amounts_of, money_of
from shizheng.domains.projects.queries import grants as queries
from shizheng.domains.projects.queries.grant_forms import ItemLine, month_rows, setup_rows
from shizheng.domains.projects.rules.programmes import share
from shizheng.kernel.filing import queries as filing_queries
from shizheng.kernel.filing.registry import Entries, FilingKind, Problem, Row, Schedule, Subject, register
from shizheng.kernel.measures.rules.periods import PeriodKind, parse_period

SETUP, MONTH = "projects.grant_setup", "projects.grant_month"
RULE = "filing.grant_month"
SUBJECT = "projects.grantyear"


def register_filing() -> None:
    """Called once when the app is ready."""
    register(
        FilingKind(
            code=SETUP,
            name=gettext_lazy("補助案建檔"),
            schedules=(Schedule("filing.grant_setup", PeriodKind.YEAR),),
            subjects=subjects,
            rows=lambda each: setup_rows([each])[each.pk],
            rows_of=setup_rows,
            check=check_setup,
            on_lock_all=actions.record_allocations,
            on_correct=actions.correct_allocations,
            subject_url=_address,
            icon="coins",
        )
    )
    register(
        FilingKind(
            code=MONTH,
            name=gettext_lazy("補助案執行"),
            schedules=(Schedule(RULE, PeriodKind.MONTH), Schedule(RULE, PeriodKind.QUARTER)),
            subjects=subjects,
            rows=lambda each: month_rows([each])[each.pk],
            rows_of=month_rows,
            check=check_month,
            on_lock_all=actions.record_months,
            on_unfiled=actions.record_unfiled,
            on_correct=actions.correct_months,
            narrative=sentence,
            subject_url=_address,
            icon="coins",
        )
    )


def _address(each: Any) -> str:
    return reverse("projects:grant_year", args=[each.subject_pk])


def subjects(found: Any) -> Iterable[Subject]:
    """Each agency with an item of the year, once for each grant year."""
    period = parse_period(found.period)
    told = set()
    for item in queries.owing(period):
        key = (item.year_id, item.project.agency_id)
        if key not in told:
            told.add(key)
            agency = item.project.agency
            title = written(
                "%(agency)s %(year)s 年%(programme)s",
                agency=agency.short_name or agency.name,
                year=item.year.roc_year,
                programme=item.year.programme.name,
            )
            yield Subject(item.project.agency_id, SUBJECT, item.year_id, title)


def check_setup(filing: Any, entries: Entries) -> Iterable[Problem]:
    """Every item has planned progress and an allocation that is no more than its money of the year (GR-14)."""
    for line in setup_rows([filing])[filing.pk]:
        try:
            amounts = amounts_of(filing_queries.values_of(entries, line.key))
        except NotReadable as failure:
            yield Problem(str(failure), line.key, failure.field)
            continue
        total = sum(amounts, Decimal(0))
        if not line.planned:
            yield Problem(_("標案還沒有預定進度，請先在標案頁訂定檢核點。"), line.key)
        if total == 0:
            yield Problem(_("各月分配數都沒有填。"), line.key, "m1")
        elif total > line.annual:
            yield Problem(
                _("各月分配數合計 %(total)s 元，超過年度經費 %(annual)s 元。")
                % {"total": format_decimal(total), "annual": format_decimal(line.annual)},
                line.key,
                "m12",
            )


def check_month(filing: Any, entries: Entries) -> Iterable[Problem]:
    """Whole NTD, and nothing is allocated or executed beyond the money of the year."""
    for line in month_rows([filing])[filing.pk]:
        try:
            money = money_of(filing_queries.values_of(entries, line.key))
        except NotReadable as failure:
            yield Problem(str(failure), line.key, failure.field)
            continue
        executed = sum((money[name] or Decimal(0) for name in ("paid", "payable", "surplus")), Decimal(0))
        allocated = money["allocated"]
        if allocated is not None and allocated > line.annual:
            yield Problem(
                _("累計分配數超過年度經費 %(annual)s 元。") % {"annual": format_decimal(line.annual)},
                line.key,
                "allocated",
            )
        elif executed > line.annual:
            yield Problem(
                _("實付、應付與節餘合計超過年度經費 %(annual)s 元。")
                % {"annual": format_decimal(line.annual)},
                line.key,
                "paid",
            )


def sentence(row: Row, values: Mapping[str, str]) -> str:
    """The figures as the system writes them: `分配率 40.00%，達成率 35.20%`."""
    if not isinstance(row, ItemLine):
        return ""
    money = money_of(values)
    if any(value is None for value in money.values()):
        return ""
    executed = sum((money[name] or Decimal(0) for name in ("paid", "payable", "surplus")), Decimal(0))
    allocated, done = share(money["allocated"], row.annual), share(executed, row.annual)
    if allocated is None or done is None:
        return ""
    return _("分配率 %(allocated)s%%，達成率 %(done)s%%") % {
        "allocated": format_decimal(allocated, 2),
        "done": format_decimal(done, 2),
    }
