"""Checkpoints of a plan are called in English too: by their type, as long as nobody calls them otherwise in Chinese."""

from dataclasses import replace
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.utils.translation import override

from shizheng.common import clock
from shizheng.domains.projects import actions
from shizheng.domains.projects.queries.curves import curves_of
from shizheng.domains.projects.queries.photos import checkpoints_of
from shizheng.domains.projects.tests.town import enter, make_town

pytestmark = pytest.mark.django_db


@pytest.fixture
def town(db: None) -> Any:
    with clock.set_to(datetime(2026, 10, 6, 9, tzinfo=clock.TAIPEI)):
        yield make_town()


def names(version: Any) -> dict[str, str]:
    return {each.code: each.name_en for each in version.checkpoints.all()}


def test_a_plan_takes_the_english_names_of_its_type_and_the_next_version_keeps_them(
    town: SimpleNamespace,
) -> None:
    row = enter(town)
    given = actions.proposed(row, date(2026, 11, 2))
    first = actions.set_plan(town.control, row.pk, number=0, given=given)
    assert names(first)["announced"] == "Announced" and all(names(first).values())
    nameless = [{k: v for k, v in each.items() if k != "name_en"} for each in given.checkpoints]
    renamed = [{**each, "name": "上網公告"} if each["code"] == "announced" else each for each in nameless]
    later = replace(
        given, checkpoints=renamed, kind="rescheduled", from_period="2027-06", works={}, reason="改期"
    )
    second = actions.set_plan(town.control, row.pk, number=1, given=later)
    assert names(second)["announced"] == "" and names(second)["awarded"] == names(first)["awarded"] != ""
    english = [{**each, "name_en": "Put online"} if each["code"] == "announced" else each for each in renamed]
    third = actions.set_plan(
        town.control, row.pk, number=2, given=replace(later, checkpoints=english, from_period="2027-07")
    )
    assert names(third)["announced"] == "Put online"


def test_who_reads_english_sees_them_and_chinese_where_there_are_none(town: SimpleNamespace) -> None:
    row = enter(town)
    given = actions.proposed(row, date(2026, 11, 2))
    points = [
        {**each, "name": "鄰里說明會"} if each["code"] == "announced" else each for each in given.checkpoints
    ]
    actions.set_plan(town.control, row.pk, number=0, given=replace(given, checkpoints=points))
    with override("en"):
        said = curves_of([row.pk])[row.pk].names
        assert said["awarded"] == "Awarded" and said["announced"] == "鄰里說明會"
        assert checkpoints_of(row.pk) == dict(said)
    assert curves_of([row.pk])[row.pk].names["awarded"] == "決標"
    client = Client(headers={"accept-language": "en"})
    client.force_login(town.control)
    client.cookies["django_language"] = "en"
    page = client.get(f"/projects/register/{row.pk}/").content.decode()
    assert "Awarded" in page and "鄰里說明會" in page and "決標<" not in page
