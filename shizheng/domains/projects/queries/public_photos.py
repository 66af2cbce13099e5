"""Photographs that everybody may see: marked so, not taken away, not sealed; where they were taken as the rule says."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count

from shizheng.common import clock
from shizheng.common.errors import NotFound
from shizheng.common.numbers import plain, round_half_up
from shizheng.common.words import tell
from shizheng.domains.projects.models import ProjectPhoto
from shizheng.domains.projects.queries.photos import newest_first
from shizheng.kernel.files import queries as files
from shizheng.kernel.rulebook import queries as rulebook
from shizheng.kernel.rulebook.queries import RuleValue

PLACE = "tender.photo_place"
PLACES = 3
"""Decimals of a degree that are left of a rounded place: about a hundred metres."""


@dataclass(frozen=True, slots=True)
class PublicPhoto:
    """One photograph. `place`: longitude and latitude in degrees as the rule lets them be said, else empty."""

    pk: int
    caption: str
    taken_on: date | None
    period: str
    place: str
    width: int
    height: int


def public_photos(number: str) -> tuple[list[PublicPhoto], RuleValue]:
    """Those of one tender, the newest first, and the rule that says how much of the place is told (three queries)."""
    rule = rulebook.value_of(PLACE, clock.today())
    rows = list(_open(number))
    sealed = _sealed(rows)
    return [_shown(each, str(rule.raw)) for each in rows if not {each.file_id, each.small_id} & sealed], rule


def counted(numbers: Collection[str]) -> dict[str, int]:
    """How many photographs of each tender are public (one query)."""
    rows = ProjectPhoto.objects.filter(project__number__in=numbers, public=True, removed=False).order_by()
    return dict(rows.values_list("project__number").annotate(Count("pk")))


def public_picture(number: str, photo_id: int, *, small: bool) -> tuple[bytes, str, str]:
    """Bytes, media type and hash of one of them. Raises NotFound as soon as it is no longer public."""
    row = _open(number).filter(pk=photo_id).first()
    if row is None or _sealed([row]):
        raise NotFound(tell("沒有這張相片，或已經不公開。"))
    kept = row.small if small else row.file
    return files.read_bytes(kept), kept.media_type, kept.sha256


def _open(number: str) -> Any:
    return newest_first(ProjectPhoto.objects.filter(project__number=number, public=True, removed=False))


def _sealed(rows: Collection[ProjectPhoto]) -> set[Any]:
    ids = [pk for each in rows for pk in (each.file_id, each.small_id)]
    return {each.pk for each in files.rows().filter(pk__in=ids) if files.is_sealed(each)} if ids else set()


def _shown(row: ProjectPhoto, how: str) -> PublicPhoto:
    return PublicPhoto(
        row.pk,
        row.caption,
        row.taken_at.astimezone(clock.TAIPEI).date() if row.taken_at else None,
        row.period,
        place_shown(row.longitude, row.latitude, how),
        row.small.width or 0,
        row.small.height or 0,
    )


def place_shown(longitude: Decimal | None, latitude: Decimal | None, how: str) -> str:
    """`120.640, 24.160`: a place in degrees, rounded, exact or not at all, as the rule says."""
    if longitude is None or latitude is None or how == "hidden":
        return ""
    if how == "exact":
        return f"{plain(longitude)}, {plain(latitude)}"
    return f"{round_half_up(longitude, PLACES)}, {round_half_up(latitude, PLACES)}"
