"""Programmes: targets by day, filed each quarter, judged by what was planned; what goes to the city meeting; KPIs supplied."""

from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from shizheng.common import clock
from shizheng.common.errors import BadInput, CannotDo
from shizheng.common.permissions import SYSTEM
from shizheng.domains.projects import actions
from shizheng.domains.projects.filing.programmes import CODE, WHOLE
from shizheng.domains.projects.meeting_agendas import load_shipped_series
from shizheng.domains.projects.models import Programme, ProgrammeProgress, ProjectProgramme
from shizheng.domains.projects.queries.agenda import city_sections
from shizheng.domains.projects.queries.levels import duties_of
from shizheng.domains.projects.queries.programme_board import programme_board
from shizheng.domains.projects.queries.programme_meetings import hosts, sections
from shizheng.domains.projects.queries.programmes import to_city_meeting
from shizheng.domains.projects.queries.supplying import is_of_programme, supply_quantity
from shizheng.domains.projects.tests.month_town import (
    LATE,
    bulk_records,
    correct,
    lock_month,
    make_month_town,
    on,
    row,
    tender,
)
from shizheng.kernel.filing import actions as filing
from shizheng.kernel.filing.models import Return, Round
from shizheng.kernel.filing.registry import kind_of
from shizheng.kernel.history.actions import recorded
from shizheng.kernel.measures import queries as measures
from shizheng.kernel.measures.models import Fact
from shizheng.kernel.measures.queries import as_of_day
from shizheng.kernel.measures.rules.periods import parse_period
from shizheng.kernel.measures.tests.factories import make_measure
from shizheng.kernel.meetings import actions as meetings
from shizheng.kernel.meetings.models import Meeting
from shizheng.kernel.meetings.registry import MeetingFrame

pytestmark = pytest.mark.django_db
FIRST = parse_period("2025-Q1")


@pytest.fixture
def town(db: None) -> SimpleNamespace:
    town = make_month_town()
    actions.load_shipped_types()
    housing = Programme.objects.get(code="social-housing")
    town.programme = change(
        town, housing, lead_id=town.works.pk, cycle="quarter", control_levels=3, starts_on=date(2024, 12, 31),
        ends_on=date(2032, 12, 31), targets=[(date(2025, 3, 31), Decimal(900)), (date(2025, 6, 30), Decimal(1500))],
        promise_codes="8-1-1、13-8-1",
    )  # fmt: skip
    town.tenders = [tender(town.works, f"A{n}") for n in range(3)]
    with recorded(by=SYSTEM, action="tests.tags"):
        for each in town.tenders:
            ProjectProgramme.objects.create(project=each, programme=town.programme)
    return town


def change(town: SimpleNamespace, programme: Programme, **changes: Any) -> Programme:
    return actions.edit_programme(town.rdec, programme.pk, version=None, changes=changes, reason="訂定")


def file_quarter(town: SimpleNamespace, period: str, day: str, **texts: str) -> Round:
    """The lead agency's return of a quarter, filed, signed and locked; what is about a tender is `t<number>`."""
    with on(day):
        found = filing.open_round(SYSTEM, CODE, period)
        each = Return.objects.get(round=found)
        entries = []
        for name, text in {"text": "辦理中", **texts}.items():
            about = town.tenders[int(name[1:])] if name[0] == "t" and name[1:].isdigit() else None
            key, field = (str(about.pk), "coordination") if about else (WHOLE, name)
            entries.append(filing.TypedEntry(key, field, text))
        filing.save_entries(town.officer, each.pk, entries)
        filing.submit_return(town.officer, each.pk, version=None)
        filing.sign_return(town.chief, each.pk, version=None)
        return filing.lock_round(town.rdec, found.pk)


def test_a_quarter_is_judged_by_the_quantity_planned_then_and_corrected_beside_it(
    town: SimpleNamespace,
) -> None:
    with pytest.raises(CannotDo) as failure:
        file_quarter(town, "2025-Q1", "2025-04-10", quantity="800")
    assert "落後原因與對策" in str(getattr(failure.value, "fields", ""))
    with on("2025-04-10"):
        each = Return.objects.get(round__kind=CODE)
        assert each.unit == town.works and each.round.due_on.isoformat() == "2025-04-15"
        line = kind_of(CODE).rows(each)[0]
        assert "900" in line.note
        filing.save_entries(town.officer, each.pk, [filing.TypedEntry(WHOLE, "issues", "缺工，加派兩班。")])
        filing.submit_return(town.officer, each.pk, version=None)
        filing.sign_return(town.chief, each.pk, version=None)
        filing.lock_round(town.rdec, each.round_id)
    kept = ProgrammeProgress.objects.get()
    assert (kept.quantity, kept.planned) == (800, 900)
    change(town, town.programme, targets=[(date(2025, 3, 31), Decimal(700))])  # what is locked keeps its plan
    asked = filing.request_correction(
        town.officer, each.pk, version=None, reason="漏計一棟", changes={(WHOLE, "quantity"): "850"}
    )
    filing.approve_correction(town.control, asked.pk, version=None, reason="同意")
    again = ProgrammeProgress.objects.get(superseded_by=None)
    assert (again.quantity, again.planned, again.reason) == (850, 900, "漏計一棟")
    ids = measures.ids_by_code(["programme.social-housing"])
    (figure,) = measures.figures_of_unit(ids.values(), town.works.pk, FIRST).values()
    assert figure.ratio == (850, 900)
    following = filing.open_round(SYSTEM, CODE, "2025-Q2")
    line = kind_of(CODE).rows(Return.objects.get(round=following))[0]
    assert "850" in str(line.fields[0].help)  # what was filed before stands beside the box


def test_lasting_lags_and_what_others_have_to_help_with_go_to_the_city_meeting(town: SimpleNamespace) -> None:
    """A0 is behind in all three months, A1 in two of them, A2 asks for help; a programme of two levels sends nothing."""
    first, second, third = town.tenders
    for number, period in enumerate(("2025-01", "2025-02", "2025-03")):
        late = row("0", reached="-", reached_on="", **LATE)
        good = row("40") if period == "2025-03" else row("0", reached="design", reached_on="114-01-14")
        if period == "2025-02":
            good = row("0")
        lock_month(town, period, {first: late, second: late if number else good, third: good})
    file_quarter(town, "2025-Q1", "2025-04-10", quantity="900", t2="請水利單位遷移管線")
    found = to_city_meeting(town.programme.pk, FIRST)
    assert [(each.project, each.lasting) for each in found] == [(first, True), (third, False)]
    assert [each.code for each, _gap in found[0].months] == ["2025-01", "2025-02", "2025-03"]
    assert found[1].coordination == "請水利單位遷移管線"
    assert to_city_meeting(town.programme.pk, FIRST, as_of_day(date(2024, 1, 1))) == []
    board = programme_board(town.leader, town.programme.pk, parse_period("2025-Q1"))
    assert [each.project for each in board.meeting] == [first, third]
    assert board.month.period == parse_period("2025-03") and board.month.tally.all == 3
    assert (board.filed.quantity if board.filed else None, board.planned) == (900, 900)
    assert {each.name for each in board.due} == {"設計", "決標"}
    frame = MeetingFrame(1, "tender-city", "city", town.city.pk, "2025-04", "2025-03", date(2025, 4, 20))
    (section,) = (each for each in city_sections(frame, None) if each.code == "programmes")
    assert [line.subject for line in section.lines] == [
        ("projects.project", each.pk) for each in (first, third)
    ]
    lasting, helped = section.lines
    assert "連續 3 個月落後" in lasting.reason and lasting.rule_versions
    assert helped.reason == f"{town.programme.name}：主政機關請求協調：請水利單位遷移管線"
    between = MeetingFrame(1, "tender-city", "city", town.city.pk, "2025-03", "2025-02", date(2025, 3, 20))
    assert not [each for each in city_sections(between, None) if each.code == "programmes" and each.lines]
    change(town, town.programme, control_levels=2)
    assert to_city_meeting(town.programme.pk, FIRST) == []


def test_the_duties_of_a_quarter_follow_the_control_levels(town: SimpleNamespace) -> None:
    levels = [each.level for each in duties_of(town.programme, FIRST)]
    assert (levels.count(1), levels.count(2), levels.count(3)) == (3, 4, 1)
    assert [each.level for each in duties_of(town.programme, parse_period("2019-Q1"))].count(3) == 0
    change(town, town.programme, control_levels=1, cycle="none")
    assert {each.level for each in duties_of(Programme.objects.get(pk=town.programme.pk), FIRST)} == {1}


def test_the_lead_agency_meets_each_month_on_what_lags_and_the_duties_know_it(town: SimpleNamespace) -> None:
    """TC-25: an agenda by rule for who leads a programme of two levels; a meeting that was held fulfils the duty."""
    load_shipped_series()
    first = town.tenders[0]
    late = row("0", reached="-", reached_on="", **LATE)
    lock_month(town, "2025-03", {each: late if each == first else row("10") for each in town.tenders})
    assert hosts("2025-04") == {town.works.pk}
    assert hosts("2024-06") == frozenset()  # it has not begun
    with on("2025-04-20"):
        (meeting,) = meetings.open_meetings(town.rdec, "2025-04", series="tender-programme")
        assert (meeting.unit_id, meeting.due_on) == (town.works.pk, date(2025, 4, 30))
        frame = MeetingFrame(
            meeting.pk, "tender-programme", "agency", town.works.pk, "2025-04", "2025-03", date(2025, 4, 20)
        )
        (section,) = sections(frame, None)
    quantity, lagging = section.lines
    assert section.title == town.programme.name
    assert quantity.reason == "到 114 年 3 月底預定累計 900 戶，還沒有填報"
    assert lagging.subject == ("projects.project", first.pk) and lagging.rule_versions
    file_quarter(town, "2025-Q1", "2025-04-10", quantity="800", issues="缺工，加派兩班。")
    assert "填報累計 800 戶，不及 114 年 3 月底預定的 900 戶" in sections(frame, None)[0].lines[0].reason

    def done(quarter: str) -> list[bool | None]:
        return [
            each.done for each in duties_of(town.programme, parse_period(quarter)) if each.rule == "TC-25"
        ]

    assert done("2025-Q2") == [False, False, False]
    with recorded(by=SYSTEM, action="tests.held"):
        Meeting.objects.filter(pk=meeting.pk).update(state="held", at=clock.now(), closed_at=clock.now())
    assert done("2025-Q2") == [True, False, False]
    change(town, town.programme, control_levels=1)
    assert hosts("2025-04") == frozenset()


def test_a_linked_kpi_takes_its_quantity_from_the_filed_quarter(town: SimpleNamespace) -> None:
    inputs = [
        {"name": "a", "label": "累計完工戶數", "unit": "戶", "list": False},
        {"name": "b", "label": "目標戶數", "unit": "戶", "list": False},
    ]
    measure = make_measure(town.city, "kpi", "100*a/b", inputs=inputs)
    half = parse_period("2025-H1")
    assert supply_quantity(measure, "a", town.works.pk, half) is None
    assert not is_of_programme(measure)
    change(town, town.programme, measure_id=measure.pk)
    assert is_of_programme(measure)
    file_quarter(town, "2025-Q1", "2025-04-10", quantity="950")
    given = [supply_quantity(measure, name, town.works.pk, half) for name in ("a", "b", "c")]
    assert [each.value if each else None for each in given] == ["950", "900", None]


def test_the_lock_of_a_quarter_is_the_figure_of_the_linked_kpi_where_the_units_fit(
    town: SimpleNamespace,
) -> None:
    inputs = [
        {"name": "a", "label": "累計完工戶數", "unit": "戶", "list": False},
        {"name": "b", "label": "目標戶數", "unit": "戶", "list": False},
    ]
    year = {"valid_from": date(2025, 1, 1), "valid_to": date(2026, 1, 1)}
    measure = make_measure(town.works, "kpi", "100*a/b", inputs=inputs, **year)
    other = make_measure(
        town.works, "other", "100*a/b", inputs=[each | {"unit": "件"} for each in inputs], **year
    )
    client, address = Client(), f"/projects/register/programmes/{town.programme.pk}/"
    client.force_login(town.rdec)
    change(town, town.programme, measure_id=other.pk)
    assert "不在鎖定時帶入" in client.get(address).content.decode()
    change(town, town.programme, measure_id=measure.pk)
    assert "每期鎖定後帶入累計數量" in client.get(address).content.decode()
    file_quarter(town, "2025-Q1", "2025-04-10", quantity="450", issues="缺工，加派兩班。")
    found = measures.figures_of_unit([measure.pk], town.works.pk, parse_period("2025"))[measure.pk]
    assert found.value == 50  # 450 ÷ 900
    told = {each.input: each for each in Fact.objects.filter(measure=measure)}
    assert set(told) == {"a", "b"} and told["a"].source["url"] == f"{address}?period=2025-Q1"
    assert told["a"].source["filed"]["by"]
    assert not Fact.objects.filter(measure=other).exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"lead_id": None}, "lead_id"), ({"cycle": "week"}, "cycle"), ({"control_levels": 4}, "control_levels"),
        ({"targets": [(date(2025, 1, 1), Decimal(5)), (date(2025, 2, 1), Decimal(4))]}, "targets"),
        ({"targets": [(date(2025, 1, 1), Decimal(10_001))]}, "targets"),
        ({"targets": [(date(2034, 1, 1), Decimal(5))]}, "targets"), ({"unit": ""}, "unit"),
    ],
)  # fmt: skip
def test_a_programme_that_cannot_be_is_not_saved(
    town: SimpleNamespace, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(BadInput) as failure:
        change(town, town.programme, **changes)
    assert field in failure.value.fields


def test_the_board_of_a_programme_is_read_exported_changed_and_given_by_the_api(
    town: SimpleNamespace,
) -> None:
    client = Client()
    client.force_login(town.rdec)
    lock_month(town, "2025-03", {each: row("10") for each in town.tenders})
    file_quarter(town, "2025-Q1", "2025-04-10", quantity="900", text="三處施工中")
    address = f"/projects/register/programmes/{town.programme.pk}/"
    with CaptureQueriesContext(connection) as asked:
        page = client.get(address)
    text = page.content.decode()
    assert page.status_code == 200 and "三處施工中" in text and "8-1-1" in text
    assert len(asked) <= 27
    assert client.get(address, {"as_of": "2025-01-05"}).status_code == 200
    csv = b"".join(client.get(address, {"export": "csv"}).streaming_content)  # type: ignore[arg-type]
    lines = csv.decode("utf-8-sig").splitlines()
    assert len(lines) == 4
    api = client.get(f"/api/v1/projects/programmes/{town.programme.pk}").json()
    assert (api["reached"], api["planned"], len(api["cases"])) == ("900", "900", 3)
    meeting = f"/api/v1/projects/programmes/{town.programme.pk}/city-meeting"
    assert client.get(meeting, {"period": "2025-Q1"}).json() == {"items": []}
    assert client.get(meeting, {"period": "2025"}).status_code == 422
    form = client.get(address + "edit/").context["form"]
    typed = {name: form[name].value() or "" for name in form.fields} | {"in_use": "on", "reason": "調整"}
    typed |= {"targets": "114-06-30 1,500", "starts_on": "113-12-31", "ends_on": "121-12-31"}
    assert client.post(address + "edit/", typed).status_code == 302
    lacking = client.post(address + "edit/", typed | {"targets": "114-06-30"})
    assert lacking.status_code == 422 and "寫到那天的累計數量" in lacking.content.decode()
    stale = client.post(address + "edit/", typed | {"targets": "114-06-30 1200"})
    assert stale.status_code == 409 and "1500" in stale.content.decode()
    assert town.programme.targets.get().quantity == 1500


def test_as_of_a_day_the_board_counts_who_belonged_at_the_lock_and_lists_who_belonged_then(
    town: SimpleNamespace,
) -> None:
    first = town.tenders[0]
    with on("2027-04-10"):
        lock_month(town, "2025-03", {each: row("40") for each in town.tenders})
    with on("2027-04-20"), recorded(by=SYSTEM, action="tests.tags"):
        ProjectProgramme.objects.filter(project=first, programme=town.programme).delete()
    later = as_of_day(date(2027, 4, 21))
    with on("2027-05-01"):
        boards = {
            day: programme_board(town.leader, town.programme.pk, parse_period("2025-03"), as_of)
            for day, as_of in (("then", as_of_day(date(2027, 4, 15))), ("after", later), ("now", None))
        }
    told = {
        day: sorted(each.record.project.number for each in board.month.cases) for day, board in boards.items()
    }
    everybody = sorted(each.number for each in town.tenders)
    assert told == dict.fromkeys(boards, everybody)
    assert {board.month.tally.all for board in boards.values()} == {3}
    left = {day: [each.pk for each in board.left] for day, board in boards.items()}
    assert left == {"then": [], "after": [first.pk], "now": [first.pk]}
    assert first.number not in {each.project.number for each in boards["now"].due}
    assert first.number in {each.project.number for each in boards["then"].due}


def test_the_board_of_a_locked_month_keeps_the_tenders_that_belonged_at_the_lock(
    town: SimpleNamespace,
) -> None:
    first, second, third = town.tenders
    late = tender(town.works, "A3")
    everybody = [*town.tenders, late]
    lock_month(town, "2025-02", {each: row("40") for each in everybody})
    with recorded(by=SYSTEM, action="tests.tags"):
        ProjectProgramme.objects.filter(project=first, programme=town.programme).delete()
    lock_month(town, "2025-03", {each: row("40") for each in everybody})
    with recorded(by=SYSTEM, action="tests.tags"):
        ProjectProgramme.objects.filter(project=second, programme=town.programme).delete()
        ProjectProgramme.objects.create(project=late, programme=town.programme)

    def told(period: str) -> tuple[list[str], list[str], list[str]]:
        board = programme_board(town.leader, town.programme.pk, parse_period(period))
        assert board.month.tally.all == len(board.month.cases)
        cases = sorted(each.record.project.number for each in board.month.cases)
        assert not board.without_month
        return cases, [each.number for each in board.joined], [each.number for each in board.left]

    names = {each.pk: each.number for each in everybody}
    assert told("2025-02") == (
        sorted(names[each.pk] for each in town.tenders),
        [late.number],
        sorted([first.number, second.number]),
    )
    assert told("2025-03") == (sorted([second.number, third.number]), [late.number], [second.number])
    trend = programme_board(town.leader, town.programme.pk, parse_period("2025-03")).month.trend
    assert [(each.code, whole.all) for each, whole, _rate in trend] == [("2025-02", 3), ("2025-03", 2)]
    correct(town, second, works="0")  # a correction keeps what the month was locked with
    assert told("2025-03")[0] == sorted([second.number, third.number])
    client = Client()
    client.force_login(town.rdec)
    page = client.get(f"/projects/register/programmes/{town.programme.pk}/?period=2025-03").content.decode()
    assert "之後才歸入，沒有計入" in page and "之後已移出，仍計入這個月" in page
    api = client.get(f"/api/v1/projects/programmes/{town.programme.pk}?period=2025-03").json()
    assert [each["number"] for each in api["joined"]] == [late.number]
    assert [each["number"] for each in api["left"]] == [second.number]


def test_who_lagged_and_was_taken_off_since_still_goes_to_the_city_meeting(town: SimpleNamespace) -> None:
    first = town.tenders[0]
    late = row("0", reached="-", reached_on="", **LATE)
    for period in ("2025-01", "2025-02", "2025-03"):
        lock_month(town, period, dict.fromkeys(town.tenders, late))
    with recorded(by=SYSTEM, action="tests.tags"):
        ProjectProgramme.objects.filter(project=first, programme=town.programme).delete()
    assert [each.project for each in to_city_meeting(town.programme.pk, FIRST)] == town.tenders


def test_a_month_locked_before_tags_were_kept_counts_those_of_today(town: SimpleNamespace) -> None:
    first, second, _third = town.tenders
    bulk_records([first, second], "2025-03", [Decimal(0), Decimal(0)])
    board = programme_board(town.leader, town.programme.pk, parse_period("2025-03"))
    assert [each.record.project for each in board.month.cases] == [first, second]
    assert (board.month.tally.all, list(board.joined), list(board.left)) == (2, [], [])
