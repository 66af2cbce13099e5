"""Each quarter every agency answers for its weak points: what is owed, with which figures, sent in and signed."""

from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shizheng.common import clock
from shizheng.common.errors import CannotDo
from shizheng.common.permissions import SYSTEM
from shizheng.domains.petitions.filing import KIND, rows_of
from shizheng.domains.petitions.queries.weak_points import weak_points
from shizheng.domains.petitions.tests.town import act, answered, drafted, handled
from shizheng.kernel.cases.tests.calendars import at
from shizheng.kernel.filing import actions as filing
from shizheng.kernel.filing.models import Return
from shizheng.kernel.measures.rules.periods import parse_period

pytestmark = pytest.mark.django_db


def test_an_agency_answers_for_what_was_late_and_rose_and_its_head_signs(town: SimpleNamespace) -> None:
    answered(town)
    row = handled(town)
    with clock.set_to(at("2025-03-20 10:00")):
        drafted(town, row)
        act(town.chief, row, "approve")
        act(town.officer, row, "reply", fields={"told": "電話"})
    with clock.set_to(at("2025-04-02 10:00")):
        found = weak_points(parse_period("2025-Q1"))
        assert set(found) == {town.works.pk}
        here = found[town.works.pk]
        assert (here.late, here.tally.in_time, here.tally.counted) == (True, 1, 2)
        assert [(each.key, each.before, each.now) for each in here.risen] == [("沒有分類", 0, 2)]
        filing.open_round(SYSTEM, KIND, "2025-Q1")
        owed = Return.objects.get(round__kind=KIND)
        assert (
            owed.unit_id == town.works.pk
            and owed.title.startswith("工務局")
            and owed.title.endswith("季陳情改善方案")
        )
        with CaptureQueriesContext(connection) as asked:
            rows = {each.key: each for each in rows_of([owed, owed])[owed.pk]}
        assert len(asked) <= 12
        assert rows["on_time"].prefill["figure"].value.startswith("50.00%（1 ÷ 2）")
        assert rows["risen"].prefill["figure"].value == "沒有分類 0 → 2"
        with pytest.raises(CannotDo):
            filing.submit_return(town.officer, owed.pk, version=None)
        texts = {"cause": "料件不足", "measures": "預先備料", "by_when": "114 年 6 月底"}
        typed = [filing.TypedEntry(key, name, text) for key in rows for name, text in texts.items()]
        filing.save_entries(town.officer, owed.pk, typed)
        filing.submit_return(town.officer, owed.pk, version=None)
        filing.sign_return(town.chief, owed.pk, version=None)
        filing.sign_return(town.head, owed.pk, version=None)
        assert Return.objects.get(pk=owed.pk).state == "signed"


def test_an_agency_in_time_need_not_answer_for_that(town: SimpleNamespace) -> None:
    answered(town)
    with clock.set_to(at("2025-04-02 10:00")):
        filing.open_round(SYSTEM, KIND, "2025-Q1")
        owed = Return.objects.get(round__kind=KIND)
        rows = {each.key: each for each in rows_of([owed])[owed.pk]}
    assert "可以不寫" in rows["on_time"].note and not any(each.required for each in rows["on_time"].fields)
    assert rows["most"].prefill["figure"].value == "沒有分類 0 → 1" and rows["most"].fields[1].required
