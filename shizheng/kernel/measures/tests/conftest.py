"""A city with an agency, its officer's browser, and a figure with a correction."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.test import Client

from shizheng.common import clock
from shizheng.common.permissions import SYSTEM
from shizheng.kernel.history.actions import recorded
from shizheng.kernel.measures import actions
from shizheng.kernel.measures.tests.factories import at, file, make_measure, make_user, open_unit

D = Decimal
ALL = ["measures.view", "measures.define", "measures.file", "measures.correct"]


def sign_in(unit: Any, permissions: list[str], username: str = "t-officer") -> Client:
    """A browser of somebody who holds these permissions in the unit."""
    user = make_user(username)
    with recorded(by=SYSTEM, action="tests.role", reason="test"):
        role = apps.get_model("people", "Role").objects.create(
            code=f"r-{username}", name=f"角色 {username}", permissions=permissions
        )
        apps.get_model("people", "RoleAssignment").objects.create(
            user=user, role=role, unit=unit, start_date=date(2010, 1, 1)
        )
    browser = Client()
    browser.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return browser


@pytest.fixture
def city() -> Any:
    return open_unit("TCITY")


@pytest.fixture
def agency(city: Any) -> Any:
    return open_unit("TAG", parent=city, kind="agency")


@pytest.fixture
def browser(agency: Any) -> Client:
    return sign_in(agency, ALL)


@pytest.fixture
def story(agency: Any) -> Any:
    with clock.set_to(at("2017-01-05 09:00")):
        measure = make_measure(agency, source="106 年度施政計畫", formula_text="相符件數/列管件數*100%")
    with clock.set_to(at("2017-07-06 10:12")):
        first = file(measure, agency, "2017-H1", a=167, b=216)[0]
    with clock.set_to(at("2017-09-12 09:30")):
        actions.correct_fact(SYSTEM, first.pk, value=D(166), reason="估驗單晚到")
    return measure
