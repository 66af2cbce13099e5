"""Meetings in the calendars of those who see them."""

from datetime import date, datetime
from types import SimpleNamespace

from shizheng.common.clock import TAIPEI
from shizheng.kernel.meetings import actions, diary
from shizheng.kernel.meetings.models import Meeting

ALL = date(2025, 1, 1), date(2025, 12, 31)


def test_a_meeting_stands_on_its_last_day_until_it_has_an_hour_and_goes_when_it_is_cancelled(
    town: SimpleNamespace, meeting: Meeting
) -> None:
    def of(who: object) -> dict[str, object]:
        return {each.key: each.at for each in diary.meetings(who, *ALL)}

    assert of(town.officer)[str(meeting.pk)] == meeting.due_on
    assert str(meeting.pk) not in of(town.other) and not of(town.nobody)
    hour = datetime(2025, 4, 8, 14, 30, tzinfo=TAIPEI)
    actions.edit_meeting(town.control, meeting.pk, version=None, changes={"at": hour, "place": "三樓"})
    (found,) = [each for each in diary.meetings(town.officer, *ALL) if each.key == str(meeting.pk)]
    assert (found.at, found.place) == (hour, "三樓")
    assert str(meeting.pk) not in {
        each.key for each in diary.meetings(town.officer, date(2025, 4, 9), ALL[1])
    }
    actions.cancel_meeting(town.control, meeting.pk, version=None, reason="併入下月")
    assert str(meeting.pk) not in of(town.officer)
