"""What a month's petitions say (J05, J06): classes, categories, places, times, what rose and why, hot spots, themes."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import ExtractHour, ExtractIsoWeekDay, TruncMonth

from shizheng.common import clock
from shizheng.common.permissions import Actor
from shizheng.domains.petitions.models import Belonging, Category, Petition, Theme, ThemePetition
from shizheng.domains.petitions.queries import boards
from shizheng.domains.petitions.queries.petitions import moments_of, visible_to
from shizheng.domains.petitions.queries.themes import INSIDE
from shizheng.domains.petitions.rules.analysis import Change, HotSpot, cell_of, changes, hot_spots
from shizheng.kernel.calendar.rules.deadlines import add_months
from shizheng.kernel.measures.rules.periods import Period
from shizheng.kernel.rulebook import queries as rulebook

HOT_LEAST, HOT_Q = "petition.hot_least", "petition.hot_q"
THEME_MONTHS = 12
Cell = tuple[Decimal, Decimal]


@dataclass(frozen=True, slots=True)
class Compared:
    """One kind of key now, in the month before, and in the same month a year before."""

    month: Sequence[Change[Any]]
    year: Sequence[Change[Any]]


@dataclass(frozen=True, slots=True)
class ThemeCounts:
    """A theme in the month: all, how many of them are confirmed, by district (empty: none known), by month (oldest first)."""

    theme: Theme
    now: int
    confirmed: int
    districts: Mapping[str, int]
    months: Sequence[tuple[date, int]]


@dataclass(frozen=True, slots=True)
class Analysis:
    """A month. Keys: categories by id (None: not sorted), districts by code ("": not known), cells of the grid by their corner.

    `placed` of `received` have a district, `pointed` a point; hot spots are looked for among these that have a category too.
    """

    period: Period
    table: boards.Month
    received: Compared
    categories: Compared
    districts: Compared
    weekdays: Mapping[int, int]
    hours: Mapping[int, int]
    hot_districts: Sequence[HotSpot[int, str]]
    hot_cells: Sequence[HotSpot[int, Cell]]
    placed: int
    pointed: int
    least: int
    most_q: Decimal
    themes: Sequence[ThemeCounts]
    names: Mapping[int, Category]


def analysis(actor: Actor, period: Period) -> Analysis:
    """The month as far as the actor may see it (at most sixteen queries, however many petitions). Raises NoRuleInForce."""
    rows = visible_to(actor).order_by()
    now, last_month, last_year = (
        _counted(rows, add_months(period.start, -back), add_months(period.end, -back)) for back in (0, 1, 12)
    )
    said = rulebook.values_of((HOT_LEAST, HOT_Q), period.last_day)
    least, most_q = (Decimal(str(said[code].value)) for code in (HOT_LEAST, HOT_Q))
    in_district = {
        (category, code): n for (category, code), n in now.items() if category is not None and code
    }
    in_cell = _cells(_within(rows, period.start, period.end))
    sure = float(most_q / 100)
    weekdays, hours = _times(_within(rows, period.start, period.end))
    return Analysis(
        period=period,
        table=boards.month(actor, period),
        received=_compared(now, last_month, last_year, lambda _key: ""),
        categories=_compared(now, last_month, last_year, lambda key: key[0]),
        districts=_compared(now, last_month, last_year, lambda key: key[1]),
        weekdays=weekdays,
        hours=hours,
        hot_districts=hot_spots(in_district, least=int(least), most_q=sure),
        hot_cells=hot_spots(in_cell, least=int(least), most_q=sure),
        placed=sum(n for (_category, code), n in now.items() if code),
        pointed=_within(rows, period.start, period.end).exclude(case__longitude=None).count(),
        least=int(least),
        most_q=most_q,
        themes=_themes(rows, period),
        names={each.pk: each for each in Category.objects.all()},
    )


def _within(rows: QuerySet[Petition], start: date, end: date) -> QuerySet[Petition]:
    since, until = moments_of(start, end)
    return rows.filter(case__received_at__gte=since, case__received_at__lt=until)


def _counted(rows: QuerySet[Petition], start: date, end: date) -> Counter[tuple[int | None, str]]:
    found = _within(rows, start, end).values_list("category_id", "case__district_code")
    return Counter({(category, code): n for category, code, n in found.annotate(count=Count("pk"))})


def _compared(now: Any, last_month: Any, last_year: Any, key_of: Any) -> Compared:
    def by(counts: Any) -> Counter[Any]:
        found: Counter[Any] = Counter()
        for key, n in counts.items():
            found[key_of(key)] += n
        return found

    return Compared(changes(by(now), by(last_month)), changes(by(now), by(last_year)))


def _cells(rows: QuerySet[Petition]) -> Counter[tuple[int, Cell]]:
    found: Counter[tuple[int, Cell]] = Counter()
    points = rows.exclude(case__longitude=None)
    for category, longitude, latitude in points.values_list(
        "category_id", "case__longitude", "case__latitude"
    ).iterator():
        if category is not None and longitude is not None and latitude is not None:
            found[category, cell_of(longitude, latitude)] += 1
    return found


def _times(rows: QuerySet[Petition]) -> tuple[dict[int, int], dict[int, int]]:
    """Counts by day of the week (1 is Monday) and by hour in Taipei; every one is named."""
    weekdays, hours = dict.fromkeys(range(1, 8), 0), dict.fromkeys(range(24), 0)
    found = rows.annotate(
        weekday=ExtractIsoWeekDay("case__received_at", tzinfo=clock.TAIPEI),
        hour=ExtractHour("case__received_at", tzinfo=clock.TAIPEI),
    ).values_list("weekday", "hour")
    for weekday, hour, n in found.annotate(count=Count("pk")):
        weekdays[weekday] += n
        hours[hour] += n
    return weekdays, hours


def _themes(rows: QuerySet[Petition], period: Period) -> list[ThemeCounts]:
    """Themes of which something came in the month, the largest first (three queries)."""
    first = add_months(period.start, 1 - THEME_MONTHS)
    since, until = moments_of(first, period.end)
    start, _end = moments_of(period.start, period.end)
    members = ThemePetition.objects.filter(
        state__in=INSIDE,
        petition__in=rows.values("pk"),
        petition__case__received_at__gte=since,
        petition__case__received_at__lt=until,
    ).order_by()
    this = members.filter(petition__case__received_at__gte=start)
    places: dict[int, Counter[str]] = {}
    confirmed: Counter[int] = Counter()
    for theme, code, n, sure in this.values_list("theme_id", "petition__case__district_code").annotate(
        count=Count("pk"), sure=Count("pk", filter=Q(state=Belonging.CONFIRMED))
    ):
        places.setdefault(theme, Counter())[code] += n
        confirmed[theme] += sure
    by_month: dict[int, Counter[date]] = {}
    for theme, moment, n in (
        members.annotate(month=TruncMonth("petition__case__received_at", tzinfo=clock.TAIPEI))
        .values_list("theme_id", "month")
        .annotate(count=Count("pk"))
    ):
        by_month.setdefault(theme, Counter())[moment.astimezone(clock.TAIPEI).date()] += n
    months = [add_months(first, number) for number in range(THEME_MONTHS)]
    found = [
        ThemeCounts(
            each, sum(places[each.pk].values()), confirmed[each.pk], places[each.pk],
            [(month, by_month[each.pk][month]) for month in months],
        )
        for each in Theme.objects.filter(pk__in=places)
    ]  # fmt: skip
    return sorted(found, key=lambda each: (-each.now, each.theme.name))


def samples(
    actor: Actor, theme_ids: Sequence[int], period: Period, each: int = 3
) -> dict[int, list[Petition]]:
    """The newest petitions of themes in a month, confirmed ones first (one query a theme)."""
    rows = _within(visible_to(actor), period.start, period.end).filter(case__confidentiality="ordinary")
    found: dict[int, list[Petition]] = {}
    for theme in theme_ids:
        inside = rows.filter(themes__theme=theme, themes__state__in=INSIDE)
        found[theme] = list(inside.order_by("themes__state", "-case__received_at")[:each])
    return found
