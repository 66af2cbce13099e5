"""`{% load month_cases %}`: the rows of a month's tenders, made here and not in the template: an agency has hundreds of them."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import template
from django.template.context import Context
from django.template.defaultfilters import truncatechars
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from shizheng.domains.projects.queries.boards import Case
from shizheng.domains.projects.templatetags.tender_months import (
    at,
    cause_word,
    course_state,
    money_of,
    points,
    progress_of,
)
from shizheng.web.marking import said, told
from shizheng.web.templatetags import ui

register = template.Library()
LONGEST = 100
"""Characters of what is done about a tender that a row shows."""


@register.simple_tag(takes_context=True)
def month_case_rows(
    context: Context,
    cases: Sequence[Case],
    names: Mapping[int, str] | None = None,
    with_money: bool = False,
) -> SafeString:
    """A row for each tender of a month: how it goes, progress against plan, what is done about it.

    `names`: with its agency, by this; `with_money`: with what its 預算執行率 is made of.
    """
    drawn = _Rows(context, names, with_money)
    return mark_safe("".join(map(drawn.row, cases)))  # noqa: S308 - escaped part by part


class _Rows:
    """Draws the rows of one table; what they share is put into words once."""

    def __init__(self, context: Context, names: Mapping[int, str] | None, with_money: bool) -> None:
        self.context, self.names = context, names
        self.agency, self.course = _cell(_("機關"), "keep"), _cell(_("情形"))
        self.both, self.lag = _cell(_("標案 實際／預定"), "n"), _cell(_("差距"), "n")
        self.works, self.works_lag = _cell(_("施工 實際／預定"), "n"), _cell(_("施工差距"), "n")
        self.money = _cell(_("執行數 ÷ 分配數（元）"), "n") if with_money else ""
        self.cause, self.between, self.catch_up = _cell(_("落後因素與對策")), _("："), _("預定趕上")

    def row(self, case: Case) -> str:
        record = case.record
        project = record.project
        there, name = ui.url_or_empty("projects:project", record.project_id), _text(project.name)
        lead = f'<a href="{there}">{name}</a>' if there else name
        agency = "" if self.names is None else f"{self.agency}{_text(at(self.names, project.agency_id))}</td>"
        money = f"{self.money}{money_of(case)}</td>" if self.money else ""
        return (
            f'<tr data-key-row><th scope="row" class="cell-lead"><span class="meta">{_text(project.number)}</span> {lead}</th>'
            f"{agency}{self.course}{course_state(case)}</td>"
            f"{self.both}{progress_of(record)}</td>{self.lag}{points(case.lag)}</td>"
            f"{self.works}{progress_of(record, works=True)}</td>{self.works_lag}{points(case.works_lag)}</td>"
            f"{money}{self.cause}{self._said(case)}</td></tr>"
        )

    def _said(self, case: Case) -> str:
        """Why it lags, what is done about it, and until when."""
        record = case.record
        if not record.cause:
            return "—"
        text = f"{_text(cause_word(record))}{self.between}{_text(truncatechars(record.remedy, LONGEST))}"
        if record.catch_up_on is None:
            return text
        day = ui.roc_date(self.context, record.catch_up_on)
        return f'{text}<span class="meta defs-note">{self.catch_up} {day}</span>'


def _cell(label: str, kind: str = "") -> str:
    """The opening tag of a column's cells."""
    classes = f' class="{kind}"' if kind else ""
    return f'<td{classes} data-label="{conditional_escape(told(label))}">'


def _text(value: Any) -> str:
    return str(conditional_escape(said(value)))
