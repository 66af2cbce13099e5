"""Tenders as everybody may read them: out of the edition of 標案開放資料 that stands, nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _

from shizheng.common.errors import NotFound
from shizheng.domains.projects.publications import OPEN
from shizheng.kernel.publication import queries


@dataclass(frozen=True, slots=True)
class Listed:
    """One tender in the list for everybody."""

    number: str
    name: str
    agency: str
    state: str


@dataclass(frozen=True, slots=True)
class Told:
    """What an edition says of one tender, and what it says of itself; `until`: the day that its data go to."""

    code: str
    title: str
    issued_at: datetime
    until: date
    about: Mapping[str, Any]
    tender: Mapping[str, Any]


def standing_code() -> str:
    """The code of the newest edition that stands; empty before the first one (one query)."""
    found = queries.standing().filter(kind=OPEN).order_by("-period", "-edition").first()
    return "" if found is None else str(found.code)


@lru_cache(maxsize=2)
def listed(code: str) -> tuple[Listed, ...]:
    """The tenders of an edition by number; what an edition says never changes, so it is read once."""
    facts = queries.public_publication(code).facts
    return tuple(
        Listed(each["number"], each["name"], each["agency"], each["state"]) for each in facts["tenders"]
    )


def tender(number: str) -> Told:
    """The edition that stands, and what it says of one tender (two queries). Raises NotFound."""
    return told(standing_code(), number)


def told(code: str, number: str) -> Told:
    """What an edition says of one tender; the rest of it is not read (one query). Raises NotFound."""
    part = (
        queries.public_part(code, "tenders", "number", number, ("until", "city", "licence")) if code else None
    )
    if part is None or part.row is None:
        raise NotFound(_("公布的標案裡沒有這個列管編號。"))
    found = part.publication
    until = date.fromisoformat(part.also["until"])
    return Told(found.code, found.title, found.issued_at, until, part.also, part.row)


def has(number: str) -> bool:
    """Whether a tender is in the edition that stands."""
    code = standing_code()
    return bool(code) and any(each.number == number for each in listed(code))
