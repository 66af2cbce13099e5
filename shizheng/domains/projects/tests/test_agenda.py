"""Agendas by rule, exact at every boundary, each line with its reason and the versions of the rules (B02, B03, B05, B09, B10)."""

from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shizheng.common.permissions import SYSTEM
from shizheng.domains.projects import actions
from shizheng.domains.projects.meeting_agendas import agencies_pages, load_shipped_series, project_pages
from shizheng.domains.projects.models import EarlyWarning
from shizheng.domains.projects.queries import agenda, matters
from shizheng.domains.projects.queries.judging import REPORT, TENDER, WORKS, judge
from shizheng.domains.projects.rules import agenda as words
from shizheng.domains.projects.rules.judging import Rate, Thresholds
from shizheng.domains.projects.rules.tendering import Failures
from shizheng.domains.projects.tests.month_town import (
    LATE,
    bulk_records,
    bulk_tenders,
    happen,
    lock_month,
    recorded,
    row,
    tender,
)
from shizheng.kernel.measures.rules.periods import parse_period
from shizheng.kernel.meetings.models import MeetingSeries
from shizheng.kernel.meetings.registry import MeetingFrame, Section
from shizheng.kernel.rulebook.queries import asked_once

MARCH = parse_period("2025-03")
BOUNDS = Thresholds(Decimal(5), Decimal(10), Decimal(20))
D = Decimal


def frame(unit: Any, level: str = "city", day: date = date(2025, 4, 20)) -> MeetingFrame:
    return MeetingFrame(1, f"tender-{level}", level, unit.pk, "2025-04", "2025-03", day)


def sections(found: list[Section]) -> dict[str, Section]:
    return {each.code: each for each in found}


def titles(section: Section) -> list[str]:
    return [each.title for each in section.lines]


@pytest.mark.parametrize(
    ("lag", "works", "said"),
    [
        (D("-9.9999"), None, ""),
        (D("-10"), None, "標案進度落後 10.00 個百分點，達 10 以上"),
        (None, D("-19.9999"), ""),
        (None, D("-20"), "施工進度落後 20.00 個百分點，達 20 以上"),
        (
            D("-12.5"),
            D("-30"),
            "標案進度落後 12.50 個百分點，達 10 以上；施工進度落後 30.00 個百分點，達 20 以上",
        ),
    ],
)
def test_the_reason_says_which_curve_is_severely_behind(lag: Any, works: Any, said: str) -> None:
    assert words.severe_reason(lag, works, BOUNDS) == said


def test_a_rate_just_below_the_threshold_is_never_written_as_the_threshold() -> None:
    hundred = [words.below(D(each), D(90)) for each in ("89.996", "89.99", "88.888", "42.857")]
    assert hundred == [
        "89.99",
        "89.99",
        "88.89",
        "42.86",
    ]  # as on the boards, but never written as the threshold itself
    said = words.report_reason(Rate(8999, 10000), D(100), D(1), D(1), D(90), "matching")
    assert said == "進度相符率 89.99%（8999 ÷ 10000）未達 90%"
    assert words.report_reason(Rate(9, 10), D("89.9"), D(899), D(1000), D(90), "matching") == ""
    assert words.report_reason(Rate(9, 10), D("89.9"), D(899), D(1000), D(90), "either") == (
        "預算執行率 89.90%（899 ÷ 1,000 元）未達 90%"
    )


def test_the_worst_is_the_one_that_is_the_most_thresholds_behind() -> None:
    assert words.distance(D(-12), D(-40), BOUNDS) == 2
    assert words.distance(D(-12), None, BOUNDS) == D("1.2")
    assert words.distance(D(3), None, BOUNDS) < 0 and words.distance(None, None, BOUNDS) == 0


def test_reasons_of_the_other_sections_say_their_numbers() -> None:
    assert words.failed_reason(Failures(1, 1), 2, date(2025, 3, 8)) == (
        "流標 1 次、廢標 1 次，達 2 次以上還沒有決標；最近一次 114.03.08"
    )
    assert words.due_reason(date(2025, 3, 1), date(2025, 4, 20)) == (
        "預定 114.03.01 公告招標，到 114.04.20 還沒有公告，已過 50 天"
    )
    months = [("114-01", D(-10)), ("114-02", D(-11)), ("114-03", D("-12.5"))]
    assert words.streak_reason(False, months, D(10)) == (
        "連續 3 個月落後 10 個百分點以上（114-01 −10.00、114-02 −11.00、114-03 −12.50），建議懲處，主管連帶負責"
    )
    assert words.near_reason(D("-7"), D("-10"), D(10), D(3)) == (
        "差距 −7.00 個百分點，離嚴重落後的 10 在 3 以內；照近月速度兩個月後差距 −10.00，達嚴重落後的 10"
    )
    assert words.near_reason(D("-6.99"), None, D(10), D(3)) == ""


def test_agencies_report_below_ninety_and_not_at_ninety(month_town: SimpleNamespace) -> None:
    judged = judge(MARCH)
    assert [judged.has_to_report(D(each), None) for each in ("89.99", "89.9999", "90", "90.01")] == [
        True,
        True,
        False,
        False,
    ]
    bulk_records(bulk_tenders(month_town.works, "W", 10), "2025-03", [D(0)] * 9 + [D(-6)])
    bulk_records(bulk_tenders(month_town.parks, "P", 9), "2025-03", [D(0)] * 8 + [D(-6)])
    found = sections(agenda.city_sections(frame(month_town.city), None))["reports"]
    (line,) = found.lines
    assert line.title == "公園局標案辦理情形" and line.unit_ids == [month_town.parks.pk]
    assert line.reason == "進度相符率 88.89%（8 ÷ 9）未達 90%"
    assert judged.versions[REPORT] in line.rule_versions


def test_severe_ones_stand_one_by_one_the_worst_first(month_town: SimpleNamespace) -> None:
    lags = [D("-9.9999"), D("-10"), D("-15"), D(0), D(0), None]
    works = [None, None, None, D("-20"), D("-19.9999"), None]
    for each, lag, behind in zip(bulk_tenders(month_town.works, "W", 6), lags, works, strict=True):
        more = {} if behind is None else {"planned_works": D(50), "actual_works": D(50) + behind}
        bulk_records([each], "2025-03", [lag], **more)
    found = sections(agenda.city_sections(frame(month_town.city), None))["severe"]
    assert titles(found) == ["W2 標案W2", "W1 標案W1", "W3 標案W3"]
    rule = judge(MARCH)
    assert all(
        set(each.rule_versions) == {rule.versions[TENDER], rule.versions[WORKS]} for each in found.lines
    )
    assert found.lines[2].reason == "施工進度落後 20.00 個百分點，達 20 以上"


def test_failed_due_matters_and_proposals_are_those_of_the_day_of_the_meeting(
    month_town: SimpleNamespace,
) -> None:
    twice, once, due = (tender(month_town.works, f"A{n}") for n in range(3))
    for each, failures in ((twice, 2), (once, 1)):
        happen(each, "announced", "2025-01-05", "tendering")
        for n in range(failures):
            happen(each, "failed", f"2025-0{n + 2}-10")
    happen(once, "failed", "2025-05-02")  # after the meeting
    given = {"unit_id": month_town.parks.pk, "text": "請遷移行道樹。"}
    asked = actions.raise_matter(month_town.officer, due.pk, given)
    type(asked).objects.filter(pk=asked.pk).update(raised_on=date(2025, 4, 20))
    later = actions.raise_matter(month_town.officer, due.pk, given)
    type(later).objects.filter(pk=later.pk).update(raised_on=date(2025, 4, 21))
    for period in ("2025-01", "2025-02", "2025-03"):
        bulk_records([twice, once], period, [D(-10), D("-9.99")])
    # the town is written now, so that a day of the past knows nothing of it: the day of the meeting is today
    found = sections(agenda.city_sections(frame(month_town.city, day=date(2100, 1, 1)), None))
    assert titles(found["failed"]) == ["A0 標案A0", "A1 標案A1"]
    assert found["failed"].lines[0].rule_versions
    assert (
        titles(found["streaks"]) == ["A0 標案A0"] and "連續 3 個月落後 10" in found["streaks"].lines[0].reason
    )
    assert len(agenda._matters(matters.open_on(date(2025, 4, 20)))) == 1 and len(found["matters"].lines) == 2
    assert found["matters"].lines[0].reason == "請公園局協助：請遷移行道樹。"
    assert set(found["matters"].lines[0].unit_ids) == {month_town.works.pk, month_town.parks.pk}


def test_what_should_have_been_announced_is_due(month_town: SimpleNamespace) -> None:
    from shizheng.domains.projects.models import PlannedCheckpoint

    made = tender(month_town.works, "A1")
    with recorded(by=SYSTEM, action="tests.point"):
        PlannedCheckpoint.objects.create(
            plan=made.plans.get(), position=9, code="announce", name="公告", stage="tender", weight=D(0), planned_on=date(2025, 3, 1)
        )  # fmt: skip
    found = sections(agenda.city_sections(frame(month_town.city, day=date(2100, 1, 1)), None))["due"]
    assert titles(found) == ["A1 標案A1"] and "預定 114.03.01 公告招標" in found.lines[0].reason


def test_an_agency_meets_about_its_own_lagging_and_soon_lagging_tenders(month_town: SimpleNamespace) -> None:
    rows = {tender(month_town.works, f"A{n}"): lag for n, lag in enumerate((D(-6), D("-5"), D(-10), None))}
    other = tender(month_town.parks, "B1")
    bulk_records([*rows, other], "2025-03", [*rows.values(), D(-50)])
    projects = list(rows)
    with recorded(by=SYSTEM, action="tests.warnings"):
        for project, near, share in (
            (projects[0], True, "0.4999"),
            (projects[1], False, "0.5"),
            (other, True, "0.9"),
        ):
            EarlyWarning.objects.create(
                project=project, period="2025-03", curve="tender", share=D(share), less=25, alike=50, needed=D("0.8"),
                lag=D("-7"), projected=D("-11"), near=near, narrow=["type"],
            )  # fmt: skip
    found = sections(agenda.agency_sections(frame(month_town.works, "agency"), None))
    assert titles(found["lagging"]) == ["A2 標案A2", "A0 標案A0"]
    assert found["lagging"].lines[1].reason == "標案進度落後 6.00 個百分點，超過容許差 5"
    assert titles(found["near"]) == ["A0 標案A0"] and "照近月速度" in found["near"].lines[0].reason
    assert titles(found["warnings"]) == ["A1 標案A1"]
    assert "機會 50%" in found["warnings"].lines[0].reason and found["warnings"].lines[0].rule_versions
    (filed,) = found["filing"].lines
    assert filed.reason == "應填 4 件，已填 3 件，填報率 75.00%"
    assert agenda.agency_hosts("2025-04", None) == {month_town.works.pk, month_town.parks.pk}
    assert agenda.agency_hosts("2030-04", None) == {
        month_town.works.pk,
        month_town.parks.pk,
    }  # owed, not locked yet


def test_the_series_of_the_meetings_ship(month_town: SimpleNamespace) -> None:
    MeetingSeries.objects.filter(code__startswith="tender-").delete()
    assert load_shipped_series() == 3 and load_shipped_series() == 0
    found = {each.code: each for each in MeetingSeries.objects.all()}
    assert [found[f"tender-{name}"].due_rule for name in ("agency", "city", "programme")] == [
        "TC-14",
        "TC-06",
        "TC-25",
    ]
    assert found["tender-agency"].by_agency and found["tender-city"].agenda == "projects.city"


def test_neither_the_agenda_nor_its_pages_ask_more_for_more_tenders(month_town: SimpleNamespace) -> None:
    late = row("0", reached="design", **LATE)
    few = [tender(month_town.works, f"A{n}") for n in range(2)]
    lock_month(month_town, "2025-03", dict.fromkeys(few, late))
    bulk_records(bulk_tenders(month_town.works, "V", 1), "2025-03", [D(-30)])  # one without a plan
    counts = []
    for _again in range(2):
        with asked_once(), CaptureQueriesContext(connection) as found:  # as in a request
            made = agenda.city_sections(frame(month_town.city), None)
            wanted = [
                str(each.subject[1])
                for section in made
                for each in section.lines
                if each.subject and each.subject[0] == agenda.PROJECT
            ]
            project_pages(wanted, frame(month_town.city), None)
            agencies_pages([str(month_town.works.pk)], frame(month_town.city), None)
        counts.append((len(set(wanted)), len(found)))
        if len(counts) == 1:
            more = bulk_tenders(month_town.works, "W", 60)
            bulk_records(more, "2025-03", [D(-30)] * 60)
    (few_pages, first), (many_pages, second) = counts
    assert (few_pages, many_pages) == (3, 63)
    assert second <= first <= 15, [each["sql"][:200] for each in found]
