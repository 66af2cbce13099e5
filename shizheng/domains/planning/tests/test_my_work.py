"""我的工作 of who keeps the definitions: what is 待確認 is counted by agency, and no definition is read for it."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from shizheng.common import clock
from shizheng.common.permissions import SYSTEM
from shizheng.domains.planning.models import Kpi, Plan
from shizheng.kernel.measures import actions as measures
from shizheng.kernel.measures.models import DefinitionVersion
from shizheng.kernel.rulebook import queries as rulebook
from shizheng.web import work

pytestmark = pytest.mark.django_db


def items(user: Any) -> list[Any]:
    return [each for each in work.items_for(user, clock.today()) if "讀法待確認" in str(each.title)]


def revise(measure: Any, needs_confirmation: bool) -> None:
    """Another version of the definition, the same but for the mark."""
    measure.refresh_from_db()
    now = DefinitionVersion.objects.filter(measure=measure).latest("number")
    content = measures.Content(
        formula=None, inputs=now.inputs, unit=now.unit, places=now.places, valid_from=now.valid_from,
        needs_confirmation=needs_confirmation,
    )  # fmt: skip
    measures.revise_definition(SYSTEM, measure.pk, version=measure.version, content=content, reason="測試")


def test_the_newest_version_says_what_is_to_be_confirmed(town: SimpleNamespace, accepted: Plan) -> None:
    ratio, mean, count = (each.measure for each in Kpi.objects.filter(goal__plan=accepted).order_by("pk"))
    for each in (ratio, mean, count):
        revise(each, False)
    assert items(town.rdec) == []
    revise(mean, True)
    revise(count, True)
    (told,) = items(town.rdec)
    assert str(told.title) == f"{town.works.name}有 2 個指標的讀法待確認"
    assert told.url == reverse("measures:detail", args=[min(mean.pk, count.pk)])
    revise(mean, False)
    (told,) = items(town.rdec)
    assert "有 1 個指標" in str(told.title)
    assert items(town.officer) == [] or town.officer.may("measures.define")
    assert items(town.other) == []


def test_no_definition_is_read_for_it(town: SimpleNamespace, accepted: Plan) -> None:
    work.items_for(town.rdec, clock.today())
    with rulebook.asked_once(), CaptureQueriesContext(connection) as asked:  # as in a request
        work.items_for(town.rdec, clock.today())
    assert not [each["sql"] for each in asked if "aggregation_time" in each["sql"]]
    assert len(asked) <= 6  # of every domain that has work for the commission
