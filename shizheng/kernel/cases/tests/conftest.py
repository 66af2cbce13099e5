"""A town with two agencies and a control office, people at every level, and a kind of cases of the tests' own."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from types import SimpleNamespace
from typing import Any

import pytest

from shizheng.common import clock
from shizheng.kernel.cases import actions, registry
from shizheng.kernel.cases.models import Case
from shizheng.kernel.cases.registry import VERBS
from shizheng.kernel.cases.rules import Period
from shizheng.kernel.cases.tests.calendars import at
from shizheng.kernel.cases.tests.kind import CODE, Domain
from shizheng.kernel.organisations import factories as organisations
from shizheng.kernel.people import factories as people

HELD = {
    "case_officer": ("view", "handle"),
    "case_chief": ("view", "decide"),
    "case_control": ("view", "assign", "control"),
    "case_head": ("view", "lead", "read_sealed"),
    "case_rdec": VERBS,
}


def on(moment: str) -> AbstractContextManager[None]:
    """Stand at a moment: `2025-02-10 09:00`."""
    return clock.set_to(at(moment))


@pytest.fixture(autouse=True)
def no_kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    """No domain's kinds are there: these tests bring their own."""
    monkeypatch.setattr(registry, "_kinds", {})


@pytest.fixture
def domain() -> Domain:
    made = Domain()
    made.register()
    return made


def make_town() -> SimpleNamespace:
    roles = {
        code: people.role(code, name=code, permissions=[f"tests.{verb}" for verb in verbs])
        for code, verbs in HELD.items()
    }
    works = organisations.agency(code="W", name="測試市政府工務局", short_name="工務局")
    parks = organisations.agency(code="P", name="測試市政府公園局", short_name="公園局")
    return SimpleNamespace(
        works=works,
        parks=parks,
        city=organisations.city(),
        officer=people.person(roles["case_officer"], works, display_name="王承辦"),
        officer2=people.person(roles["case_officer"], works, display_name="林承辦"),
        chief=people.person(roles["case_chief"], works, display_name="陳科長"),
        control=people.person(roles["case_control"], works, display_name="李研考"),
        head=people.person(roles["case_head"], works, display_name="張局長"),
        other=people.person(roles["case_officer"], parks, display_name="黃承辦"),
        rdec=people.person(roles["case_rdec"], display_name="趙研考"),
    )


@pytest.fixture
def town(db: None, domain: Domain) -> SimpleNamespace:
    return make_town()


@pytest.fixture
def friday() -> Iterator[None]:
    """Friday, 7 February 2025; the Saturday after it is made up."""
    with on("2025-02-07 10:00"):
        yield


def opened(town: SimpleNamespace, **more: Any) -> Case:
    """A case of the works agency, six working days, with who it is sealed."""
    given = {
        "title": "路燈不亮",
        "unit_id": town.works.pk,
        "period": Period(6),
        "sealed": {"name": "林小美"},
        **more,
    }
    return actions.open_case(town.rdec, CODE, actions.NewCase(**given))


@pytest.fixture
def case(town: SimpleNamespace, friday: None) -> Case:
    return opened(town)


def again(case: Case) -> Case:
    """The case as it stands now."""
    return Case.objects.select_related("clock").get(pk=case.pk)


def act(actor: Any, case: Case, name: str, **more: Any) -> Case:
    """One act of the workflow, whatever the version."""
    return actions.apply_transition(actor, case.pk, name, version=None, **more)
