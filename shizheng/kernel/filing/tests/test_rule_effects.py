"""Before a rule of filing is set, those who decide see which rounds to come it would change, and how."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from shizheng.kernel.filing import actions
from shizheng.kernel.filing.rules.levels import LEVELS
from shizheng.kernel.filing.tests.conftest import on
from shizheng.kernel.filing.tests.kind import CODE
from shizheng.kernel.rulebook import actions as rulebook
from shizheng.kernel.rulebook import effects
from shizheng.kernel.rulebook import queries as reading
from shizheng.kernel.rulebook.models import Rule
from shizheng.kernel.rulebook.rules import SIGNERS

pytestmark = pytest.mark.django_db


def told(code: str, value: Any, start: date) -> list[effects.Effect]:
    row = Rule.objects.get(code=code)
    made = rulebook.checked_change(
        row, value=value, valid_from=start, valid_to=None, source="研考會函", reading="", unconfirmed=False,
        reason="檢討",
    )  # fmt: skip
    found = effects.of(reading.proposed_value(row, made), reading.value_or_none(code, start))
    return [each for each in found if "成果" in each.text]


def of_106(found: list[effects.Effect]) -> int:
    return sum("106 年" in each.text for each in found)


def half_year(due: str) -> dict[str, Any]:
    window = {"period": "H1", "opens": "07-01", "due": due, "closes": "07-31"}
    return {"levels": ["supervisor", "head"], "ladder": "filing.ladder", "windows": [window]}


def test_a_new_due_day_is_told_for_the_rounds_to_come_and_not_for_one_that_stands(
    town: SimpleNamespace,
) -> None:
    with on("2017-06-20"):
        before = told("filing.half_year", half_year("07-20"), date(2017, 1, 1))
        assert before[0].text.startswith("106 年上半年")
        assert "106-07-17 到期" in before[0].before and "106-07-20 到期" in before[0].after
        assert of_106(told("filing.half_year", half_year("07-20"), date(2018, 1, 1))) == 0
    with on("2017-07-05"):
        actions.open_round(town.rdec, CODE, "2017-H1")
        after = told("filing.half_year", half_year("07-20"), date(2017, 1, 1))
        assert of_106(after) == of_106(before) - 1


def test_the_rule_on_days_off_and_the_ladder_are_told_through_the_rounds_that_use_them(
    town: SimpleNamespace,
) -> None:
    """15 July 2017 is a Saturday: on the next working day, the 17th, or on the one before, the 14th."""
    with on("2017-06-20"):
        (first, *_more) = told("filing.due_on_holiday", "previous_working_day", date(2017, 1, 1))
        assert "106-07-17 到期" in first.before and "106-07-14 到期" in first.after
        (first, *_more) = told(
            "filing.ladder", [{"after": 2, "to": "head", "channel": ["in_app"]}], date(2017, 1, 1)
        )
        assert first.after.endswith("+2") and first.before != first.after


def test_the_rulebook_offers_the_levels_that_rounds_take() -> None:
    assert tuple(LEVELS) == SIGNERS
