"""Themes with what is in them, as far as the reader may see the petitions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext as _

from shizheng.common import clock
from shizheng.common.errors import NotFound
from shizheng.common.permissions import Actor
from shizheng.domains.petitions.models import Belonging, Petition, Theme, ThemePetition
from shizheng.domains.petitions.queries.petitions import is_open, moments_of, seen, visible_to
from shizheng.kernel.calendar.rules.deadlines import add_months
from shizheng.kernel.organisations import queries as organisations

INSIDE = (Belonging.PROPOSED, Belonging.CONFIRMED)
"""What counts as belonging: what words found and nobody excluded, and what was confirmed."""
MONTHS, SAMPLES, MOST_PINS = 13, 20, 2000
SEARCHED = ("name", "name_en", "words", "note")


def themes(actor: Actor) -> QuerySet[Theme]:
    """Themes with how many petitions that the actor may see are in them: `inside`, `confirmed`, `proposed`, `open`, `agencies`."""
    seen = Q(members__petition__in=visible_to(actor).order_by().values("pk"))
    within = seen & Q(members__state__in=INSIDE)
    unended = Q(members__petition__case__closed_at=None, members__petition__case__merged_into=None)
    return Theme.objects.annotate(
        inside=Count("members", filter=within),
        confirmed=Count("members", filter=seen & Q(members__state=Belonging.CONFIRMED)),
        proposed=Count("members", filter=seen & Q(members__state=Belonging.PROPOSED)),
        open=Count("members", filter=within & unended),
        agencies=Count("members__petition__case__unit", filter=within, distinct=True),
    )


def theme(theme_id: int) -> Theme:
    """One theme. Raises NotFound."""
    row = Theme.objects.filter(pk=theme_id).first()
    if row is None:
        raise NotFound(_("找不到這個議題。請從陳情議題清單進入。"))
    return row


def found(words: str) -> QuerySet[Theme]:
    """Themes in which every word occurs."""
    rows = Theme.objects.all()
    for word in words.split()[:10]:
        either = Q()
        for name in SEARCHED:
            either |= Q(**{f"{name}__icontains": word})
        rows = rows.filter(either)
    return rows


def inside(actor: Actor, row: Theme) -> QuerySet[Petition]:
    """Petitions of a theme that the actor may see."""
    return visible_to(actor).filter(in_theme(row.pk))


def in_theme(theme_id: int) -> Q:
    """Whether a petition is in a theme."""
    return Q(Exists(ThemePetition.objects.filter(theme=theme_id, petition=OuterRef("pk"), state__in=INSIDE)))


@dataclass(frozen=True, slots=True)
class Shape:
    """What a theme looks like: received a month (oldest first), agencies with count and open ones, districts, petitions with a point."""

    months: Sequence[tuple[date, int]]
    agencies: Sequence[tuple[Any, int, int]]
    districts: Sequence[tuple[str, int]]
    pins: Sequence[Petition]


def shape(actor: Actor, row: Theme) -> Shape:
    """Months, agencies, places of a theme (four queries)."""
    rows = inside(actor, row)
    bare = rows.order_by()
    first = add_months(clock.today().replace(day=1), 1 - MONTHS)
    since, _until = moments_of(first, clock.today())
    by_month = {
        each["month"].astimezone(clock.TAIPEI).date(): each["count"]
        for each in bare.filter(case__received_at__gte=since)
        .annotate(month=TruncMonth("case__received_at", tzinfo=clock.TAIPEI))
        .values("month")
        .annotate(count=Count("pk"))
    }
    months = [add_months(first, number) for number in range(MONTHS)]
    agencies = (
        bare.values_list("case__unit_id")
        .annotate(count=Count("pk"), open=Count("pk", filter=is_open()))
        .order_by("-count", "case__unit__name")
    )
    tree = organisations.tree()
    districts = (
        bare.exclude(case__district_code="").values_list("case__district_code").annotate(count=Count("pk"))
    )
    pins = rows.exclude(case__longitude=None).order_by("-case__received_at")[:MOST_PINS]
    return Shape(
        [(each, by_month.get(each, 0)) for each in months],
        [(tree.by_id.get(pk) or organisations.unit(pk), count, open_) for pk, count, open_ in agencies],
        list(districts),
        list(pins),
    )


def members(actor: Actor, row: Theme, state: Belonging) -> QuerySet[ThemePetition]:
    """Petitions of a theme in one state, the newest first."""
    rows = ThemePetition.objects.filter(theme=row, state=state)
    rows = rows.filter(seen(actor, "petition__"))
    return rows.select_related("petition__case__unit", "petition__category", "by").order_by(
        "-petition__case__received_at", "-pk"
    )


def waiting_for_theme(actor: Actor, name: str) -> list[ThemePetition]:
    """What words found for a theme of this name and nobody decided yet, the newest first."""
    return list(members(actor, Theme.objects.get(name=name), Belonging.PROPOSED))


def addable(row: Petition) -> QuerySet[Theme]:
    """Themes in use in which a petition is not yet."""
    return Theme.objects.filter(in_use=True).exclude(members__petition=row)


def belonging(theme_id: int, case_id: int) -> ThemePetition | None:
    """What was said of one petition and a theme; None where nothing was."""
    return ThemePetition.objects.filter(theme=theme_id, petition__case=case_id).first()


def theme_document(row: Any) -> dict[str, Any]:
    """A theme with its counts as plain values."""
    return {
        "id": row.pk,
        "name": row.name,
        "name_en": row.name_en,
        "words": row.words.splitlines(),
        "note": row.note,
        "in_use": row.in_use,
        "inside": row.inside,
        "confirmed": row.confirmed,
        "proposed": row.proposed,
        "open": row.open,
        "agencies": row.agencies,
        "version": row.version,
    }
