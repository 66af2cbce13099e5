"""Template tags of the design system: ``{% load ui %}``. See ``web/README.md``."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django import template
from django.template.context import Context
from django.urls import NoReverseMatch
from django.utils import dates, timezone
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shizheng.common import clock, devices, numbers, roc, words
from shizheng.web import assets
from shizheng.web.addresses import address
from shizheng.web.marking import said
from shizheng.web.templatetags.frame import asset_url

register = template.Library()

STATE_ICONS = {
    "good": "circle-check",
    "bad": "alert-triangle",
    "severe": "alert-circle",
    "warn": "clock-exclamation",
    "calm": "tool",
    "accent": "versions",
}
MISSING = {
    "not_filed": (gettext_lazy("未填報"), "circle-dashed"),
    "not_yet_measurable": (gettext_lazy("尚未可衡量"), "hourglass"),
    "not_applicable": (gettext_lazy("不適用"), "circle-minus"),
    "to_confirm": (gettext_lazy("待確認"), "help-circle"),
    "not_due": (gettext_lazy("未到期"), "circle-dashed"),
}
WEEKDAYS = "一二三四五六日"


expected_icons: frozenset[str] | None = None
"""Tests set what the build finds: an icon outside of it would leave a hole on the page, and is refused there."""


@register.simple_tag
def icon(name: str, label: str = "", size: int = 18, classes: str = "") -> SafeString:
    """An icon of the sprite. Without ``label`` it is decoration and hidden from screen readers."""
    if expected_icons is not None and name not in expected_icons:
        raise LookupError(f"「{name}」不在圖示檔裡：建置找不到用它的地方，請寫進 web/icons.txt。")
    return _drawn(name, str(label), size, classes, assets.sprite())


@lru_cache(maxsize=2000)
def _drawn(name: str, label: str, size: int, classes: str, sprite: str) -> SafeString:
    speech = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html(
        '<svg class="ico {}" width="{}" height="{}" {} focusable="false"><use href="{}#{}"></use></svg>',
        classes, size, size, speech, sprite, name,
    )  # fmt: skip


@register.simple_tag
def state(tone: str, word: str, icon_name: str | None = None, **extra: Any) -> SafeString:
    """A state: icon + word + soft colour. ``tone``: good, bad, severe (solid), warn, calm, accent."""
    if tone not in STATE_ICONS:
        raise template.TemplateSyntaxError(f"state: unknown tone {tone!r}; one of {', '.join(STATE_ICONS)}")
    return _state(tone, icon(extra.get("icon") or icon_name or STATE_ICONS[tone], size=16), word)


def _state(kind: str, drawing: SafeString, word: Any) -> SafeString:
    """`kind` is one of ours; a table has a state in every row, so it is put together without `format_html`."""
    return mark_safe(  # noqa: S308 - the word is escaped
        f'<span class="st st-{kind}">{drawing}<span>{conditional_escape(said(word))}</span></span>'
    )


@register.simple_tag
def missing(kind: str, word: str = "") -> SafeString:
    """Which kind of missing a value is: dashed, never coloured, never 0. ``word`` replaces the label."""
    if kind not in MISSING:
        raise template.TemplateSyntaxError(f"missing: unknown kind {kind!r}; one of {', '.join(MISSING)}")
    label, name = MISSING[kind]
    return _state("missing", icon(name, size=16), word or label)


def wants_gregorian(context: Context) -> bool:
    """Whether this reader chose Gregorian dates; who has not chosen reads them with English."""
    return reads_gregorian(getattr(context.get("request"), "user", None))


def reads_gregorian(user: Any) -> bool:
    """The same for a person (``user.prefers_gregorian``: True, False, or None: as the language has it)."""
    chosen = getattr(user, "prefers_gregorian", None)
    return words.english() if chosen is None else bool(chosen)


def day_text(day: date, style: str = "short", gregorian: bool | None = None) -> str:
    """A day as text: short ``115-10-05``, long ``民國115年10月5日``, week ``10-05（一）`` (with its year where that is not this one); in English ``5 October 2026``."""
    if style == "week":
        text = f"{day.month}-{day.day:02d}"
        if day.year != clock.today().year:
            text = day_text(day, "short", gregorian)
        return f"{text}{weekday_text(day)}"
    if gregorian is None:
        gregorian = words.english()
    if gregorian and style in ("long", "full") and words.english():
        text = roc.in_words(day)
        return f"{text}{weekday_text(day)}" if style == "full" else text
    if gregorian:
        return day.isoformat()
    if words.english() and style != "short":
        return f"ROC {day.year - roc.FIRST_YEAR}-{day.month:02d}-{day.day:02d}"
    if style == "short":
        return f"{day.year - 1911}-{day.month:02d}-{day.day:02d}" if day.year > 1911 else day.isoformat()
    text = roc.format_roc(day, "long")
    return f"{text}{weekday_text(day)}" if style == "full" else text


def weekday_text(day: date) -> str:
    """The day of the week behind a date, in the reader's language."""
    if words.english():
        return f" ({dates.WEEKDAYS_ABBR[day.weekday()]})"
    return f"（{WEEKDAYS[day.weekday()]}）"


def _tooltip(day: date, gregorian: bool | None) -> str:
    other = day_text(day, "long", gregorian=False) if gregorian else day.isoformat()
    return f"{other}{weekday_text(day)}"


@register.simple_tag(takes_context=True, name="roc")
def roc_date(context: Context, value: date | datetime | None, style: str = "short") -> SafeString | str:
    """A day in the reader's calendar, the other calendar and the weekday in the tooltip; ``—`` for none."""
    if value is None or value == "":
        return "—"
    day = timezone.localdate(value) if isinstance(value, datetime) else value
    year = clock.today().year if style == "week" else None
    return _day(day, style, wants_gregorian(context), words.language(), year)


@lru_cache(maxsize=4096)
def _day(day: date, style: str, gregorian: bool, language: str, year: int | None) -> SafeString:
    """The day drawn for readers of that language; a week's day says its year where that is not `year`."""
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        day.isoformat(), _tooltip(day, gregorian), day_text(day, style, gregorian),
    )  # fmt: skip


@register.simple_tag(takes_context=True)
def roc_time(context: Context, value: datetime | None, style: str = "short") -> SafeString | str:
    """A moment in Taipei time to the minute, with the exact one in the tooltip; ``—`` for none."""
    return moment(value, style, wants_gregorian(context)) if value else "—"


def moment(value: datetime, style: str = "short", gregorian: bool | None = None) -> SafeString:
    """The same for a table's column."""
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    return format_html(
        '<time datetime="{}" title="{} {}">{} {}</time>',
        local.isoformat(), _tooltip(local.date(), gregorian), local.strftime("%H:%M:%S"),
        day_text(local.date(), style, gregorian), local.strftime("%H:%M"),
    )  # fmt: skip


def moment_text(value: datetime, gregorian: bool = False) -> str:
    """A moment in Taipei time as plain text, to the minute."""
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    return f"{day_text(local.date(), 'short', gregorian)} {local:%H:%M}"


def number_text(value: Any, places: int | None = None) -> str:
    """A number as text: separators, U+2212 for minus, decimals kept as given or rounded half up."""
    exact = value if isinstance(value, Decimal) else Decimal(str(value))
    return numbers.format_decimal(exact, places)


@register.simple_tag
def number(value: Any, places: int | None = None, unit: str = "", sign: bool = False) -> SafeString | str:
    """A number with its unit; ``sign=True`` shows + as well. ``—`` for none: say which kind with ``missing``."""
    if value is None or value == "":
        return "—"
    text = number_text(value, places)
    if sign and Decimal(str(value)) > 0:
        text = f"+{text}"
    return format_html('<span class="num">{}{}</span>', text, _unit(unit))


def _unit(unit: str) -> SafeString | str:
    """The unit behind a number: its blank stands in the text, so that what is copied reads as what is seen."""
    unit = words.read(unit)
    after = numbers.unit_after(unit)
    gap = " " if after.startswith(" ") else ""
    return format_html('{}<span class="unit">{}</span>', gap, said(unit)) if unit else ""


@register.simple_tag
def amount(value: Any, unit: str = "", before: str = "") -> SafeString | str:
    """A stored number with its unit, less the zeros of its column; ``before`` is a sign such as ≥. ``—`` for none."""
    if value is None or value == "":
        return "—"
    exact = value if isinstance(value, Decimal) else Decimal(str(value))
    text = numbers.with_unit(exact, words.read(unit or ""))
    shown: SafeString | str = said(f"{before} {text}" if before else text)
    return shown


@register.simple_tag
def figure(
    value: Any,
    url: str = "",
    places: int | None = 2,
    unit: str = "",
    missing_kind: str = "",
    big: bool = False,
) -> SafeString | str:
    """A figure that opens its trace; a missing one says which kind of missing and stays a link."""
    if value is None or value == "":
        inside: SafeString | str = missing(missing_kind or "not_filed")
    else:
        inside = format_html("{}{}", number_text(value, places), _unit(unit))
    kind = "fig fig-big" if big else "fig"
    if not url:
        return format_html('<span class="{} fig-still">{}</span>', kind, inside)
    return format_html(
        '<a class="{}" href="{}" title="{}">{}</a>', kind, url, _("看這個數字怎麼來的"), inside
    )


@register.filter
def money(value: Any) -> str:
    """元 with separators; from one 萬 and one 億 on also in words: ``246,800,000 元（2.47 億）``."""
    if value is None or value == "":
        return "—"
    exact = Decimal(str(value))
    text = numbers.format_decimal(exact, 0 if exact == exact.to_integral_value() else None)
    if words.english():
        return f"NT$ {text}"
    text = f"{text} 元"
    for size, word in ((Decimal(10) ** 8, "億"), (Decimal(10) ** 4, "萬")):
        if abs(exact) >= size:
            return f"{text}（{numbers.format_decimal(numbers.round_half_up(exact / size, 2), 2)} {word}）"
    return text


@register.simple_block_tag
def card(
    content: str, title: str = "", sub: str = "", tone: str = "", id: str = "", level: int = 2
) -> SafeString:
    """A card. ``title`` is a sentence that says what is so; ``sub`` defines it; ``tone``: bad, warn, past."""
    head: SafeString | str = ""
    if title:
        note = format_html('<p class="card-sub">{}</p>', said(sub)) if sub else ""
        head = format_html('<h{} class="card-h">{}</h{}>{}', level, said(title), level, note)
    return format_html(
        '<section class="box{}"{}>{}{}</section>',
        f" box-{tone}" if tone else "", format_html(' id="{}"', id) if id else "", head, content,
    )  # fmt: skip


@register.inclusion_tag("web/components/bar.html")
def bar(
    value: Any, target: Any = None, top: Any = 100, bad: bool = False, label: str = "", width: int = 150
) -> dict[str, Any]:
    """A bar from 0 with a target tick, drawn as SVG (no inline style). Beside it stands the number."""
    limit = Decimal(str(top)) or Decimal(1)

    def place(amount: Any) -> str:
        share = min(max(Decimal(str(amount)) / limit, Decimal(0)), Decimal(1))
        return f"{share * width:.1f}"

    return {
        "length": place(value) if value is not None else None,
        "tick": place(target) if target is not None else None,
        "bad": bad,
        "label": label,
        "width": width,
    }


@register.inclusion_tag("web/components/chart.html")
def chart(spec: dict[str, Any], height: int = 280) -> dict[str, Any]:
    """A chart island. ``spec`` is described in ``web/README.md``; the table behind it is made from the same."""
    identity = spec["id"]
    series = spec.get("series", [])
    rows = [
        (x, [s["data"][i] if i < len(s["data"]) else None for s in series])
        for i, x in enumerate(spec.get("x", []))
    ]
    return {
        "spec": spec, "id": identity, "data_id": f"{identity}-data", "rows": rows, "series": series,
        "height": "tall" if height > 300 else "low" if height < 200 else "mid",
    }  # fmt: skip


@register.inclusion_tag("web/components/map.html")
def district_map(spec: dict[str, Any]) -> dict[str, Any]:
    """A map of the districts beside a list that says the same; ``spec`` in ``web/README.md``."""
    return {
        "spec": {**spec, "geometry": asset_url("districts.geojson"), "worker": asset_url("map-worker")},
        "id": spec["id"],
        "data_id": f"{spec['id']}-data",
        "places": spec.get("places", []),
    }


@register.simple_tag(takes_context=True)
def query(context: Context, **changes: Any) -> str:
    """This page's address with some parameters changed (``None`` removes one): ``?…`` for links."""
    params = context["request"].GET.copy()
    for key, value in changes.items():
        if value is None or value == "":
            params.pop(key, None)
        elif isinstance(value, (list, tuple)):
            params.setlist(key, [str(v) for v in value])
        else:
            params[key] = str(value)
    return f"?{params.urlencode()}"


@register.simple_tag
def url_or_empty(name: str, *args: Any, **kwargs: Any) -> str:
    """The address of a route, or an empty text where the route is not mounted."""
    try:
        return address(name, args, kwargs)
    except NoReverseMatch:
        return ""


@register.filter
def roc_text(value: date | None, style: str = "short") -> str:
    """A day as plain text (no ``<time>``), for titles, attributes and sentences."""
    return day_text(value, style) if value else "—"


@register.filter
def device(agent: str) -> str:
    """A User-Agent header as browser and system, for lists of signed-in devices."""
    return devices.device_name(agent) or _("沒有說是什麼裝置")


@register.filter
def month_name(number: int) -> str:
    """A month by its number: 1 月 or January."""
    return roc.MONTHS[number - 1] if words.english() else f"{number} 月"


@register.filter
def year_number(roc_year: int | None) -> int | None:
    """A ROC year as the reader counts years: 114, or 2025 in English."""
    return roc.year_number(roc_year) if roc_year else None


@register.filter
def listed(texts: Iterable[Any]) -> str:
    """Several things in one sentence, set apart as the reader's language does: 甲、乙."""
    return words.listed(texts)


@register.filter
def item(mapping: dict[Any, Any], key: Any) -> Any:
    """``mapping[key]``, or nothing."""
    return mapping.get(key) if mapping else None
