"""Deadlines of filing in the calendar of those whom they concern."""

from datetime import date
from types import SimpleNamespace

import pytest

from shizheng.kernel.filing import actions, diary
from shizheng.kernel.filing.models import Return, Round

pytestmark = pytest.mark.django_db
ALL = date(2000, 1, 1), date(2100, 1, 1)


def test_a_round_stands_in_the_calendars_of_its_agencies_until_it_is_locked(
    town: SimpleNamespace, open_round: Round
) -> None:
    (mine,) = diary.due(town.officer, *ALL)
    assert (mine.key, mine.at) == (str(open_round.pk), open_round.due_on)
    assert not list(diary.due(town.officer, ALL[0], date(2001, 1, 1)))
    Return.objects.filter(round=open_round, unit=town.works).update(extended_due=date(2030, 1, 1))
    assert [each.at for each in diary.due(town.officer, *ALL)] == [date(2030, 1, 1)]
    (whole,) = diary.due(town.rdec, *ALL)
    assert whole.at == open_round.due_on
    actions.lock_round(town.rdec, open_round.pk, reason="沒有人填報")
    assert not list(diary.due(town.officer, *ALL)) and not list(diary.due(town.rdec, *ALL))
