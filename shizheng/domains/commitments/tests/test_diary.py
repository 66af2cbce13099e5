"""What units owe, in the calendars of those who file it."""

from datetime import date
from types import SimpleNamespace

import pytest

from shizheng.common import clock
from shizheng.config.demonstration.days import at
from shizheng.domains.commitments import actions, diary
from shizheng.domains.commitments.tests.town import enter, owed

pytestmark = pytest.mark.django_db
ALL = date(2000, 1, 1), date(2100, 1, 1)


def test_a_commitment_stands_in_the_calendars_of_its_units_until_they_ask_for_its_release(
    town: SimpleNamespace,
) -> None:
    with clock.set_to(at(114, 3, 3)):
        row = enter(town)
        days = {each.key: each.at for each in diary.due(town.control, *ALL)}
        mine = str(owed(row, town.works).pk)
        assert days[mine] == date(2025, 6, 30) and date(2025, 3, 3) < days[f"{mine}-update"] < date(
            2025, 6, 30
        )
        assert {each.key.removesuffix("-update") for each in diary.due(town.other, *ALL)} == {
            str(owed(row, town.parks).pk)
        }
        assert not list(diary.due(town.control, date(2026, 1, 1), date(2027, 1, 1)))
        actions.tell(town.control, int(mine), text="已遷移完成")
        actions.ask_release(town.control, int(mine), reason="完成")
        assert not list(diary.due(town.control, *ALL))
