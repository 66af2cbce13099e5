"""經過 of a type: which of its checkpoints changed, came and went."""

import pytest
from django.test import Client

from shizheng.domains.projects import actions
from shizheng.domains.projects.tests.town import make_town, type_of

pytestmark = pytest.mark.django_db
OF_POINT = ("code", "name", "name_en", "stage", "weight", "days")


def test_the_course_of_a_type_tells_which_checkpoint_was_taken_out_and_which_came() -> None:
    town, works = make_town(), type_of("works")
    points = [{name: getattr(each, name) for name in OF_POINT} for each in works.checkpoints.all()]
    gone = points.pop(1)
    came = {**gone, "code": "", "name": "都市設計審議"}
    changes = {"checkpoints": [*points[:1], came, *points[1:]]}
    actions.edit_type(town.rdec, works.pk, version=works.version, changes=changes, reason="改採都審")
    assert not works.checkpoints.filter(code=gone["code"]).exists()
    client = Client()
    client.force_login(town.rdec)
    page = client.get(f"/projects/register/types/{works.pk}/").content.decode()
    course = page[page.index("改採都審") :]
    assert f"刪除「類型的檢核點」　{gone['name']}" in course
    assert "新增「類型的檢核點」　都市設計審議" in course
    first = course.index("載入標案類型與專案計畫")  # what only makes rows does not list them one by one
    assert "新增「類型的檢核點」" not in course[first:]
