"""What other systems say: kept as told, held against ours field by field, taken or kept by an officer, never silently."""

from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from shizheng.common import clock
from shizheng.common.errors import BadInput, CannotDo, Conflict, NotPermitted
from shizheng.domains.projects import actions
from shizheng.domains.projects.external_words import payload_rows
from shizheng.domains.projects.models import DifferenceDecision, ExternalRecord, Happening, PccUrging, Project
from shizheng.domains.projects.queries import external as queries
from shizheng.domains.projects.queries import pcc
from shizheng.domains.projects.queries.supplying import is_fill_rate
from shizheng.domains.projects.rules import reconciling as rules
from shizheng.domains.projects.rules.life import State
from shizheng.domains.projects.rules.reconciling import Part, Source, Status
from shizheng.domains.projects.tests.foreign import NO_NUMBER, NOTICES, PCC, SUGGESTED
from shizheng.domains.projects.tests.town import enter, make_town, tell
from shizheng.kernel.filing import inputs
from shizheng.kernel.intake import actions as intake
from shizheng.kernel.intake import queries as intake_queries
from shizheng.kernel.measures.rules.periods import Period, parse_period
from shizheng.kernel.measures.tests.factories import make_measure
from shizheng.web.sheets import RowsRefused

OURS = rules.Ours("東橋", Decimal(100), State.PERFORMING, "甲營造股份有限公司", Decimal(90), date(2025, 3, 5))


@pytest.mark.parametrize(
    ("ours", "theirs", "found"),
    [
        (OURS, {}, []),
        (OURS, {"title": "東　橋", "contractor": "甲營造(股)公司", "budget": "100"}, []),
        (OURS, {"title": "西橋", "budget": "101"}, [Part.NAME, Part.BUDGET]),
        (OURS, {"contractor": "乙", "award_on": "2025-03-06", "award_amount": "91"},
         [Part.CONTRACTOR, Part.AWARD_ON, Part.AWARD_AMOUNT]),
        (OURS, {"status": Status.FAILED.value}, []),
    ],
)  # fmt: skip
def test_what_the_other_side_does_not_say_is_no_difference(ours: Any, theirs: Any, found: Any) -> None:
    assert [each.part for each in rules.differences(ours, theirs)] == found


@pytest.mark.parametrize(
    ("state", "theirs", "found"),
    [
        (State.PREPARING, {"status": "announced", "published_on": "2025-02-01"}, [Part.ANNOUNCED]),
        (State.TENDERING, {"status": "announced", "published_on": "2025-02-01"}, []),
        (State.TENDERING, {"status": "failed", "published_on": "2025-02-01"}, [Part.FAILED]),
        (State.TENDERING, {"award_on": "2025-03-01"}, [Part.AWARD]),
        (State.TENDERING, {"contractor": "甲", "award_amount": "5"}, [Part.AWARD]),
        (State.TENDERING, {"contractor": "甲"}, []),
        (State.TENDERING, {"status": "awarded"}, []),
    ],
)
def test_a_tender_without_award_takes_one_as_a_whole(state: State, theirs: Any, found: Any) -> None:
    ours = rules.Ours("東橋", None, state, "", None, None)
    assert [each.part for each in rules.differences(ours, theirs)] == found


def test_names_and_numbers_are_compared_as_people_mean_them() -> None:
    assert rules.number_key(" w－114—01 ") == "W-114-01"
    assert rules.name_key("友信行股份有限公司 (UNISON COMPANY LTD.)") == rules.name_key("友信行股份有限公司")
    assert rules.progress_difference(Decimal("31.505"), "31.5") is None
    assert rules.progress_difference(Decimal("31"), "31.5") == ("31", "31.5")


@pytest.fixture
def town(db: None) -> Any:
    with clock.set_to(clock.day_start(date(2025, 9, 20)) if hasattr(clock, "day_start") else _moment()):
        yield make_town()


def _moment() -> Any:
    from datetime import datetime

    return datetime.fromisoformat("2025-09-20T10:00:00+08:00")


def awarded(town: SimpleNamespace) -> Project:
    project = enter(town, tender_no="w-114-01")
    tell(
        town.control,
        project,
        ("announced", date(2025, 2, 1)),
        ("awarded", date(2025, 3, 4)),
        ("started", date(2025, 4, 1)),
    )
    return project


def read_pcc(town: SimpleNamespace, text: str = PCC, **more: Any) -> Any:
    return actions.import_pcc_xml(town.rdec, text.encode(), "pcc.xml", reason="每月匯入", **more)


def taken_in(town: SimpleNamespace, target: str, text: str, *, who: Any = None, **mapping: Any) -> Any:
    who = who or town.rdec
    row = intake.receive(who, target, text.encode(), "a.csv")
    if mapping:
        row = intake.set_mapping(who, row.pk, version=row.version, mapping={**row.mapping, **mapping})
    return intake.apply(who, row.pk, version=row.version, reason="匯入", leave_out=True)


def parts(project: Project, user: Any) -> dict[str, tuple[str, str]]:
    return {each.part.value: (each.ours, each.theirs) for each in queries.differences_of(user, project.pk)}


def test_the_works_system_is_read_and_held_against_ours(town: SimpleNamespace) -> None:
    project = awarded(town)
    report = read_pcc(town)
    assert (report.rows, report.created, report.refused) == (2, 2, 0)
    assert sorted(each[3] for each in report.problems) == sorted(
        ["值讀不懂", "月份讀不懂", "不認得的機關", "金額夾有文字"]
    )
    record = ExternalRecord.objects.get(number="W-114-01", period="")
    assert record.payload["changes"] == "1" and record.payload["payments"] == "2"
    months = {each.period: each.payload for each in ExternalRecord.objects.exclude(period="")}
    assert months["2025-08"]["actual"] == "31.5" and months["2025-08"]["actual_amount"] == "12000000"
    assert months["2025-09"] == {
        "planned": "55",
        "cause": "缺工",
        "analysis": "鋼筋工不足",
        "remedy": "增加班次",
    }
    assert parts(project, town.control) == {
        "name": ("東橋改建工程", "東橋改建工程（第一期）"),
        "contractor": ("甲營造", "甲營造(股)公司"),
        "award_on": ("2025-03-04", "2025-03-05"),
        "award_amount": ("50000000", "51000000"),
    }
    again = read_pcc(town)
    assert (again.created, again.changed, again.unchanged) == (0, 0, 2)
    assert ExternalRecord.objects.filter(period="").count() == 2
    with pytest.raises(NotPermitted):
        actions.import_pcc_xml(town.control, PCC.encode(), "a.xml", reason="越權")


def test_an_officer_takes_through_the_registers_own_actions_or_keeps_until_theirs_changes(
    town: SimpleNamespace,
) -> None:
    project = awarded(town)
    read_pcc(town)
    record = ExternalRecord.objects.get(number="W-114-01", period="")
    project.refresh_from_db()
    with pytest.raises(NotPermitted):
        actions.take_difference(town.other, project.pk, record.pk, "name", version=None, reason="別機關")
    with pytest.raises(Conflict):
        actions.take_difference(
            town.control, project.pk, record.pk, "name", version=project.version - 1, reason="慢"
        )
    actions.take_difference(
        town.control, project.pk, record.pk, "award_amount", version=project.version, reason="契約書"
    )
    project.refresh_from_db()
    assert project.award_amount == 51_000_000
    assert Happening.objects.filter(project=project, kind="awarded").count() == 2
    actions.keep_ours(
        town.control, project.pk, record.pk, "name", version=project.version, reason="本案不分期"
    )
    left = queries.differences_of(town.control, project.pk)
    assert {each.part.value for each in left if each.decided is None} == {"contractor", "award_on"}
    kept = next(each for each in left if each.decided)
    assert kept.decided is not None and kept.decided.reason == "本案不分期"
    with pytest.raises(Conflict):
        actions.keep_ours(town.control, project.pk, record.pk, "name", version=None, reason="再一次")
    read_pcc(town, PCC.replace("（第一期）", "（第二期）"))
    newest = ExternalRecord.objects.filter(number="W-114-01", period="").latest("id")
    reopened = [each for each in queries.differences_of(town.control, project.pk) if each.part is Part.NAME]
    assert [(each.theirs, each.decided, each.record_id) for each in reopened] == [
        ("東橋改建工程（第二期）", None, newest.pk)
    ]
    actions.take_difference(town.control, project.pk, newest.pk, "name", version=None, reason="改名")
    project.refresh_from_db()
    assert project.name == "東橋改建工程（第二期）" and DifferenceDecision.objects.count() == 3


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<標案管理/>",
        "<標案管理><標案 編號='1'>",
        "<!DOCTYPE a [<!ENTITY b 'c'>]><標案 編號='1'>&b;</標案>",
        "<a>" * 100 + "</a>" * 100,
        "PK",
    ],
)
def test_damaged_and_hostile_xml_changes_nothing(town: SimpleNamespace, text: str) -> None:
    with pytest.raises(BadInput):
        read_pcc(town, text)
    assert not ExternalRecord.objects.exists()


def test_a_tender_without_number_is_refused_or_left_out_in_so_many_words(town: SimpleNamespace) -> None:
    with pytest.raises(RowsRefused):
        read_pcc(town, NO_NUMBER)
    both = PCC.replace("</標案管理>", "<標案/></標案管理>")
    assert (
        read_pcc(town, both, leave_out=True).refused,
        ExternalRecord.objects.filter(period="").count(),
    ) == (1, 2)


def test_notices_match_by_number_and_agency_and_the_rest_waits(town: SimpleNamespace) -> None:
    project = enter(town, tender_no="W-114-01")
    report = taken_in(town, "projects.notice", NOTICES)
    assert (report.rows, report.created, report.refused) == (6, 4, 1)
    sorts = {each[3] for each in report.problems}
    assert sorts >= {
        "沒有值", "金額夾有文字", "寫明還沒有", "日期讀不懂或沒有這一天", "不認得的值", "不是本府機關",
        "決標公告缺日期或廠商", "截止日早於公告日", "日期不可能", "同一筆重複出現",
    }  # fmt: skip
    assert ExternalRecord.objects.get(number="P-7").payload["budget"] == "500000"
    assert "contractor" not in ExternalRecord.objects.get(agency_name="某市政府").payload
    assert {each.record.number for each in queries.reconciled().candidates} == {"W-114-01", "P-7", "P-8"}
    assert parts(project, town.control) == {"award": ("", "2025-03-10｜49000000｜乙營造有限公司")}
    record = ExternalRecord.objects.get(agency_name="測試市政府工務局")
    with pytest.raises(BadInput):  # an award without an announcement before it cannot be
        actions.take_difference(town.control, project.pk, record.pk, "award", version=None, reason="公告")
    tell(town.control, project, ("announced", date(2025, 2, 1)))
    actions.take_difference(town.control, project.pk, record.pk, "award", version=None, reason="公告")
    project.refresh_from_db()
    assert (project.state, project.contractor, project.award_amount) == (
        "performing",
        "乙營造有限公司",
        49_000_000,
    )
    assert parts(project, town.control) == {}
    again = taken_in(town, "projects.notice", NOTICES)
    assert (again.created, again.changed, again.unchanged) == (0, 0, 5)


def test_agencies_are_told_apart_by_a_value_map(town: SimpleNamespace) -> None:
    project = enter(town, tender_no="W-114-01")
    text = NOTICES.replace("測試市政府工務局", "測試市道路養護所")
    row = intake.receive(town.rdec, "projects.notice", text.encode(), "a.csv")
    columns = {**row.mapping["columns"], "agency_code": row.mapping["columns"]["agency"]}
    taken_in(
        town, "projects.notice", text, columns=columns, values={"agency_code": {"測試市道路養護所": "W"}}
    )
    assert "award" in parts(project, town.control)


def test_suggestions_become_candidates_and_one_is_registered_as_told(town: SimpleNamespace) -> None:
    report = taken_in(town, "projects.suggested", SUGGESTED)
    assert (report.rows, report.created, report.refused) == (3, 2, 1)
    told = ExternalRecord.objects.get(key="甲-1")
    assert (
        told.payload["approved"] == "518700"
        and told.payload["year"] == "101"
        and told.payload["way"] == "open"
    )
    other = ExternalRecord.objects.get(key="甲-2")
    assert other.payload["way_text"] == "1.共同供應契約。 2.小額採購。" and "contractor" not in other.payload
    from shizheng.domains.projects.pages.candidates import first_values
    from shizheng.domains.projects.tests.town import type_of

    values = first_values(told)
    assert (values["budget"], values["agency_id"], values["roc_year"]) == ("518700", town.works.pk, 101)
    given = {
        "name": told.title, "type_id": type_of("works").pk, "agency_id": town.works.pk, "roc_year": 101, "budget": Decimal(518700),
    }  # fmt: skip
    made = actions.register_record(town.control, told.pk, given)
    assert made.number == "101-W-001" and [each.record.key for each in queries.reconciled().candidates] == [
        "甲-2"
    ]
    with pytest.raises(Conflict):
        actions.register_record(town.control, told.pk, given)
    actions.dismiss_record(town.rdec, other.pk, reason="非本府權責")
    assert [each.dismissed for each in queries.reconciled().candidates] == ["非本府權責"]
    actions.reopen_record(town.rdec, other.pk, reason="再查")
    actions.link_record(town.control, other.pk, made.number, reason="同一案")
    assert queries.reconciled().candidates == ()


def test_the_register_knows_a_row_again_and_clears_nothing(town: SimpleNamespace) -> None:
    text = "案名,主辦單位,標案案號,預算,施工地點\n東橋,工務局,W-1,60000000元,東岸\n西橋,工務局,,1500000,\n東橋,工務局,W-1,1,\n"
    constants = {"type": "works", "roc_year": "114"}
    report = taken_in(town, "projects.tender", text, who=town.control, constants=constants)
    assert (report.created, report.refused) == (2, 1)
    again = taken_in(town, "projects.tender", text.replace("東岸", ""), who=town.control, constants=constants)
    assert (again.created, again.unchanged) == (0, 2) and Project.objects.get(name="東橋").place == "東岸"
    changed = taken_in(town, "projects.tender", text.replace("1500000", "1600000"), who=town.control)
    assert (changed.changed, changed.unchanged) == (1, 1)


def test_the_fill_rate_has_its_denominators_and_agencies_are_urged(town: SimpleNamespace) -> None:
    awarded(town)
    second = enter(town, "西橋", tender_no="W-2")
    tell(town.control, second, ("announced", date(2025, 2, 1)), ("awarded", date(2025, 3, 4)))
    enter(town, "籌辦中", tender_no="W-3")
    enter(town, "太小", budget=Decimal(900_000))
    read_pcc(town)
    found = pcc.fill_rate(parse_period("2025-08"))
    assert (found.filled, found.owed, found.due) == (1, 2, date(2025, 9, 7))
    assert [one.number for each in found.agencies for one in each.missing] == [second.number]
    assert {each.code for each in found.rules} == {"TC-21", "TC-22", "tender.pcc_counts"}
    done = actions.urge(town.rdec, parse_period("2025-08"))
    assert (
        (done.agencies, done.owed, done.filled) == (1, 2, 1)
        and done.told >= 1
        and PccUrging.objects.count() == 1
    )
    with pytest.raises(CannotDo):
        actions.urge(town.rdec, parse_period("2020-01"))


def test_a_kpi_of_the_fill_rate_takes_its_counts_from_the_works_system(town: SimpleNamespace) -> None:
    """100-6-1 (X-04): 總件數 − 未發包或開工件數 − 迄未填報 ÷ 總件數 − 未發包或開工."""
    labels = {"a": "總件數", "b": "未發包或開工件數", "c": "迄未填報", "d": "滿意度"}
    measure = make_measure(
        town.city, "kpi", "100*(a-b-c)/(a-b)+d*0",
        inputs=[{"name": name, "label": label, "unit": "件", "list": False} for name, label in labels.items()],
    )  # fmt: skip
    assert not is_fill_rate(measure)
    measure.name = "登錄工程會「公共工程標案管理系統」填報率"
    assert is_fill_rate(measure)
    half = parse_period("2025-H2")

    def given(unit_id: int, period: Period = half) -> list[str | None]:
        told = [inputs.supplied(measure, name, unit_id, period, period.last_day) for name in labels]
        return [each.value if each else None for each in told]

    awarded(town)
    second = enter(town, "西橋", tender_no="W-2")
    tell(town.control, second, ("announced", date(2025, 2, 1)), ("awarded", date(2025, 3, 4)))
    enter(town, "籌辦中", tender_no="W-3")
    enter(town, "太小", budget=Decimal(900_000))
    assert given(town.city.pk) == [None] * 4
    read_pcc(town)
    assert given(town.city.pk) == ["3", "1", "1", None] and given(town.works.pk) == given(town.city.pk)
    assert given(town.city.pk, parse_period("2025-H1")) == [None] * 4
    said = inputs.supplied(measure, "a", town.works.pk, half)
    assert said is not None and "1,000,000" in said.source_text and said.as_of == date(2025, 8, 31)
    client = Client()
    client.force_login(town.rdec)
    page = client.get(said.url)
    assert page.status_code == 200 and "還沒有發包" in page.content.decode()
    api = client.get("/api/v1/projects/external/pcc/fill/2025-08").json()
    assert (api["all"], api["waiting"], api["owed"], api["filled"]) == (3, 1, 2, 1)


def test_preview_of_notices_writes_nothing(town: SimpleNamespace) -> None:
    row = intake.receive(town.rdec, "projects.notice", NOTICES.encode(), "a.csv")
    from shizheng.kernel.intake.registry import target_of

    looked = intake_queries.preview(
        town.rdec, target_of(row.target), intake_queries.given_of(row), intake_queries.sheet_of(row)
    )
    assert (
        len(looked.plan.new) == 4 and not ExternalRecord.objects.filter(source=Source.NOTICE.value).exists()
    )


def test_quality_supervision_and_acceptance_are_read_wherever_an_exporter_puts_them(
    town: SimpleNamespace,
) -> None:
    """B11: the contractor's quality people, who supervises, and that it was accepted."""
    inside = "<品管人員>品管甲</品管人員><監造單位>丙工程顧問</監造單位><驗收合格日期>114/09/02</驗收合格日期></基本資料>"
    apart = (
        "</基本資料><品管資料><品管人員 姓名=''>品管乙</品管人員></品管資料><監造資料 監造單位='丁工程顧問'/>"
        "<驗收資料><驗收完成日期>114/09/03</驗收完成日期></驗收資料>"
    )
    for added, told in (
        (inside, ("品管甲", "丙工程顧問", "2025-09-02")),
        (apart, ("品管乙", "丁工程顧問", "2025-09-03")),
    ):
        read_pcc(town, PCC.replace("</基本資料>", added, 1))
        record = ExternalRecord.objects.filter(number="W-114-01", period="").latest("pk")
        assert tuple(record.payload[name] for name in ("quality", "supervision", "accepted_on")) == told
        labels = dict(payload_rows(record.payload))
        assert (labels["廠商品管人員"], labels["監造"]) == told[:2] and "驗收合格日" in labels
