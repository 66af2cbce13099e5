"""The supervision group meets: its agenda by rule, its pack, what it resolved and what became of that (F01)."""

from datetime import date
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shizheng.common.permissions import SYSTEM
from shizheng.domains.procurement.meeting_agenda import case_pages, load_shipped_series
from shizheng.domains.procurement.models import CaseEvent, CaseMonth
from shizheng.domains.procurement.queries import agenda
from shizheng.domains.procurement.tests.town import listed, on, tell
from shizheng.kernel.history.actions import recorded
from shizheng.kernel.meetings import actions as meetings
from shizheng.kernel.meetings import queries
from shizheng.kernel.meetings.models import MeetingSeries
from shizheng.kernel.meetings.registry import MeetingFrame
from shizheng.kernel.publication.documents.model import Table

pytestmark = pytest.mark.django_db


def filed(case: object, period: str, next_on: date | None, text: str = "檢討底價") -> None:
    with recorded(by=SYSTEM, action="tests.month"):
        CaseMonth.objects.create(case=case, period=period, text=text, cause="price", next_on=next_on)


@pytest.fixture
def group(town: SimpleNamespace) -> SimpleNamespace:
    """Five cases in March: awarded, dropped, open twice for one cause, one whose next day is over, one not explained."""
    with on("2025-03-20"):
        town.done, town.dropped, town.worst, town.late, town.silent = (
            listed(town, f"A-{n}", town.parks if n == 4 else town.works) for n in range(1, 6)
        )
        for each in (town.done, town.dropped, town.worst, town.late):
            tell(town, each, "failed", "2025-01-15")
        tell(town, town.done, "awarded", "2025-02-20")
        tell(town, town.dropped, "dropped", "2025-02-20")
        tell(town, town.worst, "failed", "2025-02-15")
        with recorded(by=SYSTEM, action="tests.follow"):  # as it came from the register, without a cause
            CaseEvent.objects.create(case=town.silent, kind="void", on=date(2025, 2, 10), followed=7)
        filed(town.worst, "2025-02", date(2025, 4, 10))
        filed(town.late, "2025-02", date(2025, 3, 5))
    return town


def frame(town: SimpleNamespace, day: str = "2025-03-31") -> MeetingFrame:
    return MeetingFrame(
        1, "failed-tenders", "city", town.city.pk, "2025-03", "2025-02", date.fromisoformat(day)
    )


def test_the_agenda_has_the_rate_what_was_not_told_the_open_and_the_unexplained(
    group: SimpleNamespace,
) -> None:
    with on("2025-03-25"):
        found = {each.code: each for each in agenda.sections(frame(group), None)}
    (rate,) = found["rate"].lines
    assert rate.reason == "決標 1 ÷（列管 5 − 不續辦 1）＝25.00%；還沒有決標 3 件。"
    (late,) = found["overdue"].lines
    assert late.subject == (agenda.CASE, group.late.pk) and "預定民國114年3月5日再招標" in late.reason
    assert [each.subject[1] for each in found["open"].lines if each.subject] == [
        group.worst.pk,
        group.silent.pk,
    ]
    worst = found["open"].lines[0]
    assert (
        "流標 2 次、廢標 0 次" in worst.reason
        and "預算或底價偏低" in worst.reason
        and "檢討底價" in worst.reason
    )
    assert worst.rule_versions and worst.unit_ids == [group.works.pk]
    assert [each.subject for each in found["unexplained"].lines] == [(agenda.CASE, group.silent.pk)]


def test_a_result_told_after_the_day_takes_the_case_off_the_overdue(group: SimpleNamespace) -> None:
    with on("2025-03-26"):
        tell(group, group.late, "awarded", "2025-03-06")
        found = {each.code: each for each in agenda.sections(frame(group), None)}
    assert not found["overdue"].lines and "決標 2" in found["rate"].lines[0].reason


def test_the_pack_shows_each_case_with_its_events_and_asks_no_more_for_more_cases(
    group: SimpleNamespace,
) -> None:
    counts = []
    for more in (0, 20):
        with on("2025-03-25"):
            for n in range(more):
                tell(group, listed(group, f"B-{n}"), "failed", "2025-01-15")
            with CaptureQueriesContext(connection) as asked:
                lines = [
                    one for each in agenda.sections(frame(group), None) for one in each.lines if one.subject
                ]
                pages = case_pages(
                    [str(each.subject[1]) for each in lines if each.subject], frame(group), None
                )
        counts.append((len(pages), len(asked)))
    assert counts[0][0] == 3 and counts[1][0] == 23 and counts[1][1] <= counts[0][1] <= 10
    (table,) = (each for each in pages[str(group.worst.pk)] if isinstance(each, Table))
    assert len(table.rows) == 2


def test_the_series_ships_and_a_meeting_of_the_quarter_has_the_agenda_and_its_follow_up(
    group: SimpleNamespace,
) -> None:
    MeetingSeries.objects.filter(code="failed-tenders").delete()
    assert load_shipped_series() == 1 and load_shipped_series() == 0
    with on("2025-03-25"):
        assert not meetings.open_meetings(group.rdec, "2025-02", series="failed-tenders")  # once a quarter
        meetings.open_meetings(group.rdec, "2025-03", series="failed-tenders")
        (made,) = queries.visible_to(group.rdec).filter(series__code="failed-tenders")
        assert made.due_on == date(2025, 3, 31)
        meetings.fix_agenda(group.rdec, made.pk, version=None)
        codes = [part.code for part in queries.agenda(queries.meeting(group.rdec, made.pk))]
        assert (
            codes[-4:] == ["rate", "overdue", "open", "unexplained"] and len(codes) == 5
        )  # what was resolved last comes first
