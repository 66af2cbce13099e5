"""`{% load measures %}`: figures as links to their trace."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from shizheng.common.numbers import format_decimal, with_unit
from shizheng.common.roc import parse_date
from shizheng.kernel.measures import view
from shizheng.kernel.measures.rules.figures import Figure
from shizheng.web.templatetags import ui

register = template.Library()


@register.simple_tag
def figure_link(
    figure: Figure | None, big: bool = False, ratio: bool = False, url: str = ""
) -> SafeString | str:
    """A figure that opens its trace; `ratio=True` puts a ÷ b before it, so that the
    figures of a column stand under each other. A missing one says which kind of missing.

    A corrected figure and one that covers only some of its units say so.
    """
    if figure is None:
        return ui.missing("not_filed")
    kind = view.missing_of(figure)
    link = ui.figure(
        figure.value, url or view.figure_url(figure), figure.places, figure.unit, missing_kind=kind, big=big
    )
    beside: list[SafeString | str] = [figure_ratio(figure)] if ratio and figure.ratio else []
    if figure.gaps and figure.value is not None:
        text = _("%(taken)s／%(all)s 已填") % {"taken": figure.taken, "all": figure.taken + figure.gaps}
        beside.append(format_html('<span class="meta">{}</span>', text))
    if figure.corrected:
        beside.append(ui.state("accent", _("已更正")))
    shown = [link, *beside] if big else [*beside, link]
    return format_html_join("　", "{}", ((each,) for each in shown))


@register.simple_tag
def figure_ratio(figure: Figure) -> SafeString | str:
    """`167 ÷ 216` for a ratio, nothing for other formulas."""
    found = figure.ratio
    if found is None:
        return ""
    above, below = (format_decimal(each) for each in found)
    return format_html('<span class="meta num">{} ÷ {}</span>', above, below)


@register.simple_tag
def verdict_state(figure: Figure) -> SafeString:
    """How the figure is judged: icon, word and soft colour; a missing one as its kind."""
    verdict = figure.verdict
    if verdict.code not in view.TONES:
        return ui.missing("not_due" if figure.not_due else view.missing_code(verdict.code.value))
    tone, icon = view.TONES[verdict.code]
    target = figure.target
    word = _(verdict.code.label)
    if target is not None and figure.definition is not None:
        word = f"{word} {figure.definition.direction.sign} {with_unit(target, '')}"
    return ui.state(tone, word, icon)


@register.simple_tag
def missing_kind(kind: Any) -> SafeString:
    """A kind of missing by its code."""
    return ui.missing(view.missing_code(str(kind)))


@register.simple_tag
def missing_figure(figure: Figure) -> SafeString:
    """What a figure without a number lacks."""
    return ui.missing(view.missing_of(figure) or "not_filed")


@register.filter
def plain_number(value: Decimal | None) -> str:
    """A stored number without the zeros of its column: 167.0000000000 → 167."""
    if value is None:
        return "—"
    text = format_decimal(value)
    return text.rstrip("0").rstrip(".") if "." in text else text


@register.filter
def day_of(value: Any) -> date | None:
    """The Taipei day of a moment."""
    from django.utils import timezone

    return timezone.localdate(value) if value else None


@register.filter
def last_day(value: date | None) -> date | None:
    """The last day of a half-open end."""
    from datetime import timedelta

    return value - timedelta(days=1) if value else None


@register.filter
def day_said(text: str) -> str:
    """A day kept as text (`106-01-01`, as in a trace's JSON) in the reader's way of writing days."""
    return ui.day_text(parse_date(text))


@register.filter
def plain_places(value: Decimal | None, places: int) -> str:
    """A number with exactly so many decimals, rounded half up."""
    return "—" if value is None else format_decimal(value, places)


@register.filter
def as_kept(value: Decimal | None) -> str:
    """A number with the decimals that it already has."""
    return "—" if value is None else format_decimal(value)


@register.filter
def period_words(code: str) -> str:
    """The code of a period in words: ``2025-Q1`` as 114 年第 1 季."""
    return view.period_from(code).label


@register.filter
def on_day(url: str, day: date | None) -> str:
    """A page of ours as of a day; another site's address, and one of today, as it is."""
    if day is None or not url.startswith("/"):
        return url
    return f"{url}{'&' if '?' in url else '?'}as_of={view.day_in_address(day)}"
