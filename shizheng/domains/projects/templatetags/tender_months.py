"""`{% load tender_months %}`: courses, rates with their parts, lags, and the months of one tender."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import template
from django.template import Context
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from shizheng.common.numbers import format_decimal
from shizheng.common.words import read
from shizheng.domains.projects.models import Cause, MonthRecord
from shizheng.domains.projects.queries.boards import Case, MonthShown
from shizheng.domains.projects.queries.ranking import Evidence, Proposal
from shizheng.domains.projects.queries.warnings import percent
from shizheng.domains.projects.rules.judging import COURSE_LABELS, Course, Money, Rate
from shizheng.domains.projects.rules.months import MONEY_LABELS
from shizheng.kernel.measures.view import trace_url
from shizheng.web.templatetags import ui

register = template.Library()

TONES = {
    Course.AHEAD: ("good", "trending-up"),
    Course.ON_PLAN: ("good", "circle-check"),
    Course.BEHIND: ("warn", "trending-down"),
    Course.SUSPENDED: ("calm", "player-pause"),
}


def course_shown(case: Case) -> tuple[str, str, str] | None:
    """Tone, words and icon of how a tender went in a month: 嚴重落後, else the course; None where nothing was filed."""
    if case.severe:
        return "severe", _("嚴重落後"), "alert-triangle"
    if case.course not in TONES:
        return None
    tone, icon = TONES[case.course]
    return tone, _(COURSE_LABELS[case.course]), icon


@register.simple_tag
def course_state(case: Case) -> SafeString:
    """How a tender went in a month: 嚴重落後 solid, else the course; a missing one as its kind."""
    shown = course_shown(case)
    return ui.missing("not_filed") if shown is None else ui.state(*shown)


@register.filter
def parts(rate: Rate) -> str:
    """`167 ÷ 216`: what the rate is made of."""
    return f"{rate.part:,} ÷ {rate.whole:,}"


@register.filter
def rate_percent(rate: Rate | Decimal | None) -> str:
    """`77.31%`; a dash where there is nothing to count."""
    value = rate.percent if isinstance(rate, Rate) else rate
    return "—" if value is None else f"{format_decimal(value, 2)}%"


@register.simple_tag(takes_context=True)
def traced_rate(
    context: Mapping[str, Any], measure_id: int | str | None, unit_id: int, period: str, value: Decimal | None
) -> str:
    """A rate of an agency as a link to its trace, as of the day looked at; a dash where there is nothing to count.

    Without a measure (months that came in without their numbers) it is no link; a template gives an empty text for it.
    """
    text = rate_percent(value)
    if value is None or not measure_id:
        return text
    day = getattr(context.get("request"), "as_of", None)
    return format_html(
        '<a class="fig" href="{}">{}</a>', trace_url(int(measure_id), unit_id, period, day), text
    )


@register.filter
def points(value: Decimal | None) -> str:
    """Percentage points with their sign: `−10.00`, `+3.25`."""
    if value is None:
        return "—"
    return ("+" if value > 0 else "") + format_decimal(value, 2)


@register.simple_tag
def streak_rows(proposals: Sequence[Proposal], names: Mapping[int, str]) -> SafeString:
    """A row for each proposal: the tender, its agency, how many months, and the months that it rests on with their lags.

    Made here and not in the template: a city has hundreds of them with up to two years of months each.
    """
    agency, months, said = _("機關"), _("月數"), _("依據（月份與差距）")
    there = ui.url_or_empty("projects:project", 0)
    before, after = there.rsplit("0", 1) if there else ("", "")
    rows = []
    for each in proposals:
        project = each.record.project
        name = (
            format_html('<a href="{}{}{}">{}</a>', before, each.record.project_id, after, project.name)
            if there
            else project.name
        )
        rows.append(
            (
                project.number, name, agency, at(names, each.agency_id), months, len(each.months), said,
                evidence(each.months),
            )
        )  # fmt: skip
    return format_html_join(
        "",
        '<tr data-key-row><th scope="row" class="cell-lead"><span class="meta">{}</span> {}</th>'
        '<td data-label="{}">{}</td><td class="n" data-label="{}">{}</td><td data-label="{}">{}</td></tr>',
        rows,
    )


def evidence(months: Sequence[Evidence]) -> SafeString:
    """The months that a proposal rests on with their lags, one after the other."""
    told = (
        f'<span class="keep"><span class="meta">{each.period.short_label}</span> {points(each.lag)}</span>'
        for each in months
    )
    return mark_safe(_("、").join(told))  # noqa: S308 - months and numbers as we write them


@register.filter
def chance(share: Decimal | None) -> str:
    """A chance from 0 to 1 as people read it: `35%`; 不估 where the past was too short."""
    return _("不估") if share is None else percent(share)


@register.filter
def percent_of(value: Decimal | None) -> str:
    """Progress: `42.50%`."""
    return "—" if value is None else f"{format_decimal(value, 2)}%"


@register.filter
def cause_word(record: MonthRecord) -> str:
    """落後因素 in words."""
    return str(Cause(record.cause).label) if record.cause else ""


@register.filter
def at(names: Mapping[int, str], key: int) -> str:
    """A name by number."""
    return read(names.get(key, ""))


@register.simple_tag
def progress_of(record: MonthRecord, works: bool = False) -> SafeString | str:
    """Actual over planned: `42.50 / 45.00`."""
    actual, planned = (
        (record.actual_works, record.planned_works) if works else (record.actual, record.planned)
    )
    if planned is None:
        return "—"
    shown = "—" if actual is None else format_decimal(actual, 2)
    return format_html("{} / {}", shown, format_decimal(planned, 2))


@register.simple_tag
def money_of(case: Case) -> str:
    """What the 預算執行率 of one tender is made of: `4,800,000 ÷ 8,000,000`; a dash where a number of it is missing."""
    each = case.record
    if each.allocated is None or case.executed is None:
        return "—"
    return f"{format_decimal(case.executed)} ÷ {format_decimal(each.allocated)}"


@register.simple_tag
def before_correction(now: MonthRecord, old: MonthRecord) -> str:
    """What a correction changed, as it stood before: progress over plan, the works, sums of money; else the text."""
    said = []
    if (old.actual, old.planned) != (now.actual, now.planned):
        said.append(str(progress_of(old)))
    if (old.actual_works, old.planned_works) != (now.actual_works, now.planned_works):
        said.append(_("施工 %(shown)s") % {"shown": progress_of(old, works=True)})
    for name, label in MONEY_LABELS.items():
        value = getattr(old, name)
        if value != getattr(now, name):
            amount = "—" if value is None else format_decimal(value)
            said.append(_("%(label)s %(amount)s 元") % {"label": _(label), "amount": amount})
    return _("；").join(said) or _("「%(text)s」") % {"text": old.text[:80]}


@register.simple_tag
def rates_of_tender(months: Sequence[MonthShown]) -> dict[str, Any]:
    """The three rates of the newest month with money, each with its two numbers; empty where none was filed."""
    for each in months:
        row = each.case.record
        given = [getattr(row, name) for name in MONEY_LABELS]
        if any(value is None for value in given):
            continue
        money = Money(*given)
        rates = (
            (
                _("預算執行率"),
                money.executed,
                money.allocated,
                _("執行數 ÷ 累計分配數"),
                money.execution_rate,
            ),
            (_("達成率"), money.executed, money.budget, _("執行數 ÷ 年度預算"), money.achievement_rate),
            (_("實現率"), money.paid, money.budget, _("實付數 ÷ 年度預算"), money.realisation_rate),
        )
        return {
            "period": each.period,
            "rates": [
                {
                    "label": label,
                    "sum": f"{format_decimal(top)} ÷ {format_decimal(bottom)}",
                    "words": words,
                    "value": value,
                }
                for label, top, bottom, words, value in rates
            ],
        }
    return {}


@register.simple_tag(takes_context=True)
def standing_cells(
    context: Context, months: Sequence[MonthShown], end: Any, contract: Decimal | None
) -> list[dict[str, Any]]:
    """The strip above the curves: how the last locked month went, progress against plan, the planned end, the contract."""
    last = months[0] if months else None
    cells: list[dict[str, Any]] = [
        {"label": _("最近鎖定的月份"), "text": "—", "note": _("還沒有鎖定的月份。")}
    ]
    if last is not None:
        case = last.case
        tone, word, icon = course_shown(case) or ("calm", _("未填報"), "clock")
        cells = [{"label": last.period.label, "state": word, "state_tone": tone, "icon": icon}]
        if case.record.planned is not None:
            gap = _("差 %(points)s 個百分點") % {"points": points(case.lag)}
            behind = case.lag is not None and case.lag < 0
            cells.append(
                {
                    "label": _("標案 實際／預定"),
                    "text": progress_of(case.record),
                    "note": gap if case.lag is not None else "",
                    "tone": "bad" if case.severe and behind else "",
                }
            )
    if end:
        moved = (end[0] - end[1]).days
        note = (
            _("比第 1 版晚 %(n)s 日") if moved > 0 else _("比第 1 版早 %(n)s 日") if moved else _("依第 1 版")
        )
        shown = ui.day_text(end[0], "short", ui.wants_gregorian(context))
        cells.append(
            {"label": _("預定結束"), "text": shown, "note": note % {"n": abs(moved)} if moved else note}
        )
    if contract is not None:
        cells.append({"label": _("契約金額（元）"), "text": format_decimal(contract)})
    return cells
