"""A town that files: two agencies, its people at every level, a kind of filing of our own, and an open round."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from shizheng.common import clock
from shizheng.common.clock import TAIPEI
from shizheng.kernel.filing import actions, registry
from shizheng.kernel.filing.models import Return, Round
from shizheng.kernel.filing.tests.kind import CODE, Domain
from shizheng.kernel.organisations import factories as organisations
from shizheng.kernel.people import factories as people


def on(day: str, hour: int = 10) -> AbstractContextManager[None]:
    """Stand on a day: `2017-07-05`."""
    return clock.set_to(
        datetime.combine(date.fromisoformat(day), datetime.min.time(), TAIPEI).replace(hour=hour)
    )


@pytest.fixture
def domain() -> Iterator[Domain]:
    """The kind of filing of these tests, known as long as the test runs."""
    made = Domain()
    made.register()
    yield made
    registry.forget(CODE)


def make_town(domain: Domain, suffix: str = "") -> SimpleNamespace:
    """Two agencies that owe a return, and people at every level."""
    works = organisations.agency(code=f"W{suffix}", name=f"測試市政府工務局{suffix}", short_name="工務局")
    parks = organisations.agency(code=f"P{suffix}", name=f"測試市政府公園局{suffix}", short_name="公園局")
    domain.units = [works, parks]
    return SimpleNamespace(
        works=works,
        parks=parks,
        officer=people.person("officer", works, username=f"officer{suffix}", display_name="王承辦"),
        officer2=people.person("officer", works, username=f"officer2{suffix}", display_name="林承辦"),
        chief=people.person("supervisor", works, username=f"chief{suffix}", display_name="陳科長"),
        control=people.person("control_officer", works, username=f"control{suffix}", display_name="李研考"),
        head=people.person("head", works, username=f"head{suffix}", display_name="張局長"),
        other=people.person("officer", parks, username=f"other{suffix}", display_name="黃承辦"),
        other_chief=people.person("supervisor", parks, username=f"otherchief{suffix}"),
        other_head=people.person("head", parks, username=f"otherhead{suffix}"),
        rdec=people.person(
            "rdec_officer", username=f"rdec{suffix}", display_name="趙研考", second_factor=True
        ),
        leader=people.person("leader", username=f"leader{suffix}", second_factor=True),
    )


@pytest.fixture
def town(db: None, domain: Domain) -> SimpleNamespace:
    return make_town(domain)


@pytest.fixture
def july() -> Iterator[None]:
    """Wednesday, 5 July 2017."""
    with on("2017-07-05"):
        yield


@pytest.fixture
def open_round(town: SimpleNamespace, july: None) -> Round:
    """The half-year round of 106, open."""
    return actions.open_round(town.rdec, CODE, "2017-H1")


@pytest.fixture
def filing(open_round: Round, town: SimpleNamespace) -> Return:
    """What the works agency owes."""
    return open_round.returns.get(unit=town.works)


def fill(actor: Any, filing: Return, a: str = "167", b: str = "216", rows: int = 2) -> None:
    """Type two numbers into every row."""
    typed = [
        actions.TypedEntry(str(n), name, text)
        for n in range(1, rows + 1)
        for name, text in (("a", a), ("b", b))
    ]
    actions.save_entries(actor, filing.pk, typed)


def again(filing: Return) -> Return:
    """The return as it stands now."""
    return Return.objects.select_related("round", "unit").get(pk=filing.pk)


def send(actor: Any, filing: Return) -> Return:
    """Fill in and send a return."""
    fill(actor, filing)
    return actions.submit_return(actor, filing.pk, version=None)


def sign(town: SimpleNamespace, filing: Return) -> Return:
    """Sign at both levels."""
    chief, head = (
        (town.other_chief, town.other_head) if filing.unit_id == town.parks.pk else (town.chief, town.head)
    )
    actions.sign_return(chief, filing.pk, version=None)
    return actions.sign_return(head, filing.pk, version=None)


@pytest.fixture
def locked(filing: Return, town: SimpleNamespace, open_round: Round) -> Return:
    """The works agency's return, signed and locked; the parks agency has not filed."""
    send(town.officer, filing)
    sign(town, filing)
    actions.lock_round(town.rdec, open_round.pk, reason="公園局展延中，先鎖定其他機關")
    return again(filing)


def browser(user: Any) -> Client:
    """Somebody signed in."""
    made = Client()
    made.force_login(user)
    return made
