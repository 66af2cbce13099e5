"""The city of the benchmark: 30 agencies among 400 units, their people, and the moments that history wrote down."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from shizheng.common.clock import TAIPEI
from tests.benchmarks.database import copy

KPIS_A_UNIT = 5
UNITS_AN_AGENCY = 400 / 30
READER = "bench.reader"


@dataclass(frozen=True)
class Unit:
    """A unit of the city; the agency it belongs to is itself for a first-level agency."""

    id: int
    agency_id: int
    name: str

    @property
    def is_agency(self) -> bool:
        return self.id == self.agency_id


CITY = 1


def units_for(kpis: int) -> list[Unit]:
    """As many units as `kpis` need at five each, in agencies of thirteen or so."""
    count = max(1, kpis // KPIS_A_UNIT)
    agencies = max(1, round(count / UNITS_AN_AGENCY))
    found = []
    for index in range(count):
        agency = CITY + 1 + index % agencies
        number = index // agencies
        name = f"示範市政府第{agency - CITY:02d}局" + (f"第{number:02d}科" if number else "")
        found.append(Unit(CITY + 1 + index, agency, name))
    return found


def write_units(units: list[Unit], since: date) -> None:
    """The city, its units, and the tree as it has been all along."""
    from shizheng.kernel.organisations.models import Installation, UnitPeriod
    from shizheng.kernel.organisations.models import Unit as Row

    copy(Installation, ("id", "city_name"), [(1, "示範市")])
    rows = [(CITY, "city", "city", "示範市政府", "示範市", 0)]
    rows += [(u.id, f"u{u.id}", "agency" if u.is_agency else "unit", u.name, u.name[5:], u.id) for u in units]
    copy(Row, ("id", "code", "kind", "name", "short_name", "order"), rows)
    parents = [(CITY, "示範市政府", "示範市", None, since)]
    parents += [(u.id, u.name, u.name[5:], CITY if u.is_agency else u.agency_id, since) for u in units]
    copy(UnitPeriod, ("unit", "name", "short_name", "parent", "start_date"), parents)


def write_officers(units: list[Unit]) -> None:
    """One officer for each unit, with the unit's own number."""
    from shizheng.kernel.people.models import User

    joined = datetime(2020, 1, 1, tzinfo=TAIPEI)
    rows = [(u.id, f"officer{u.id}", f"承辦人 {u.id}", "!", joined) for u in units]
    copy(User, ("id", "username", "display_name", "password", "date_joined"), rows)


def sign_in() -> str:
    """The session key of a leader of the city who has signed in with the second factor."""
    from shizheng.kernel.organisations.queries import city
    from shizheng.kernel.people.factories import person

    user = person("leader", city(), username=READER, display_name="市府長官", second_factor=True)
    return session_of(user.pk)


def session_of(user_id: int) -> str:
    """The session key of somebody who has signed in."""
    from importlib import import_module

    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    from shizheng.kernel.people.models import User

    user = User.objects.get(pk=user_id)
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return str(session.session_key)


def transaction_of(moment: datetime, since: date) -> int:
    """The transaction that wrote at a moment: one a day, counted from `since`, all before those of today's server."""
    return max(1, (moment.astimezone(TAIPEI).date() - since).days)


def write_moments(since: date, until: datetime) -> int:
    """Which transactions had ended by each hour since `since` (the product writes one a minute)."""
    from shizheng.kernel.history.models import Moment

    def rows() -> Iterator[tuple[datetime, int]]:
        at = datetime(since.year, since.month, since.day, tzinfo=TAIPEI)
        while at < until:
            yield at, transaction_of(at, since)
            at += timedelta(hours=1)

    return copy(Moment, ("at", "xmin"), rows())
