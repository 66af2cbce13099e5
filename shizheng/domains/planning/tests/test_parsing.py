"""The parser on plans of an invented city that carry every trap of the real ones."""

import json
import time
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shizheng.common.text import normalise, squash
from shizheng.domains.planning.parsing import CannotReadPlan, parse_document, to_json
from shizheng.domains.planning.parsing.figures import figures_in
from shizheng.domains.planning.parsing.numbering import chinese_number, split_run
from shizheng.domains.planning.parsing.targets import read_target, split_weight

FIXTURES = Path(__file__).parent / "fixtures"
NAMES = ["flowing_109.txt", "table_101.txt", "table_106.txt", "without_kpis_112.txt"]


def read(name):
    return parse_document((FIXTURES / name).read_bytes(), name)


def leaves(plan):
    return [
        (each.number, each.name, item.number, item.title, len(item.points))
        for each in plan.work_plans
        for item in each.items
    ]


def kpis(plan):
    return [
        (goal.number, kpi.number, kpi.name, str(kpi.weight), kpi.target_text, str(kpi.target_value), kpi.unit,
         kpi.direction)
        for goal in plan.goals for kpi in goal.kpis
    ]  # fmt: skip


def codes(plan):
    return {remark.code for remark in plan.warnings}


def test_a_flattened_plan_is_read_cell_by_cell():
    plan = read("flowing_109.txt")
    assert (plan.agency, plan.roc_year) == (None, 109)
    assert kpis(plan) == [
        (1, 1, "課程結訓比率", "10", "82.5%", "82.5", "%", ">="),
        (1, 2, "公開資料集新增件數", "5", "3", "3", "件", ">="),
        (2, 1, "合作提案達成比率", "10", "70%", "70", "%", ">="),
        (3, 1, "每年施工缺失件數", "10", "≦135 件", "135", "件", "<="),
    ]
    assert plan.goals[2].kpis[0].formula_text == "抽查發現之缺失件數"
    assert leaves(plan) == [
        (1, "資料素養", "1", "召開資料委員會議", 0),
        (1, "資料素養", "2", "推動跨單位資料共用與品質檢核", 3),
        (1, "資料素養", "3", "善用統計軟體功能，辦理課程", 2),
        (1, "資料素養", "4", "資料平台維運", 2),
        (2, "辦理「海東灣區合作平台」", "1", "召開「海東灣區合作平台」三市首長會議", 0),
        (3, "減少施工缺失", "1", "抽查作業", 2),
        (3, "減少施工缺失", "2", "廠商說明會", 1),
    ]
    second = plan.work_plans[0].items[1]
    assert second.points[1].startswith("為利2030灣區博覽會之交通規劃，先行整理近五年之流量、列車與降雨量資料")
    assert second.points[2].endswith("未改善者於會議說明。")  # after the page break
    assert "(Help Desk Service)" in plan.work_plans[0].items[3].points[1]
    assert {"agency_missing", "unit_from_formula", "weights_sum", "date_after_period"} <= codes(plan)


def test_flattened_results_know_goals_kpis_and_figures():
    rows = read("flowing_109.txt").results
    assert [(row.year, row.goal_number, row.kpi, row.target_text) for row in rows] == [
        (108, 1, "課程結訓比率", "80%"),
        (108, 1, "公開資料集新增件數", "3"),
        (108, 2, "合作提案達成比率", "65%"),
    ]
    assert rows[0].goal == "培養資料素養，提昇決策品質"
    assert [figure.text for figure in rows[0].figures] == ["1,200人", "985人", "82.08%"]
    assert rows[1].narrative == "已新增2件，另有5~6件審查中。"
    assert [figure.text for figure in rows[1].figures] == ["2件"]


def test_cells_cut_by_page_breaks_are_paired_and_said():
    plan = read("table_101.txt")
    assert (plan.agency, plan.roc_year) == ("海東市政府創新規劃處", 101)
    system = "建置管考資訊系統／"
    name = "推動管考訂定作業規範。"
    assert leaves(plan) == [
        (1, None, "1", "召開創新委員會議", 0),
        (1, None, "2", "創新提案評審", 2),
        (1, None, "3", "圖書室管理", 0),
        (2, name, "1(1)", f"{system}補助款管考工作", 2),
        (2, name, "1(2)、1(3)", f"{system}公告金額以上採購案建檔列管、重大建設計畫列管作業", 2),
        (2, name, "1(4)", f"{system}辦理「行人安全改進方案」初評及追蹤作業", 2),
        (2, name, "2", "上級訪視之協調推動", 0),
        (3, "落實為民服務", "1", "上級訪視之協調推動", 0),
        (3, "落實為民服務", "2", "服務中心諮詢", 2),
        (3, "落實為民服務", "3", "話務中心", 0),
        (4, "空白計畫", "1", "尚未規劃", 0),
    ]
    second = plan.work_plans[1].items
    assert second[0].content[0].startswith("中央修正")
    assert second[2].points[0].endswith("行人安全初評，落實追蹤作業。")
    assert plan.work_plans[2].items[1].points[0] == "服務中心提供諮詢，連燈號故障都可以通報。"
    inferred = [remark for remark in plan.warnings if remark.code == "pairing_inferred"]
    assert len(inferred) == 3
    assert "1(2)、1(3)" in inferred[1].message
    assert {"work_plan_without_name", "duplicate_item_title", "item_without_content", "no_results"} <= codes(
        plan
    )


def test_a_kpi_table_gives_weights_without_parentheses_and_differing_goal_names():
    plan = read("table_101.txt")
    assert kpis(plan) == [
        (1, 1, "提案採行情形", "5", "70%", "70", "%", ">="),
        (2, 1, "系統填報率", "10", "97%", "97", "%", ">="),
        (3, 1, "參加國際評比", "5", "1", "1", "次", ">="),
        (3, 2, "年度計畫成果", "5", "100%", "100", "%", ">="),
        (3, 3, "增進圖資流通率", "5", "50%", "50", "%", ">="),
        (3, 4, "平均等候時間", "5", "15分鐘以下", "15", "分鐘", "<="),
    ]
    assert [(goal.number, goal.name_in_text) for goal in plan.goals if goal.name_in_text] == [
        (2, "落實管考機制並建置系統。")
    ]
    assert plan.goals[0].description == "藉由獎勵與輔導，讓第一線同仁的想法成為可行的計畫。"


def test_item_numbers_that_run_on_and_results_over_a_page_break_are_kept():
    plan = read("table_106.txt")
    assert [row[2:] for row in leaves(plan)] == [
        ("1", "辦理滿意度調查", 0),
        ("2", "反映意見處理", 2),
        ("3", "線上服務維運", 2),
        ("4(1)", "落實管考機制／每月召開「進度會報」", 0),
        ("4(2)", "落實管考機制／辦理5000萬元以上基本設計審議作業", 0),
    ]
    assert plan.work_plans[0].items[1].points[0] == "即時處理：\n(1)每日彙整。\n(2)每週檢討。"
    assert [len(item.content) for item in plan.work_plans[1].items] == [2, 1, 2]
    assert [(row.goal_number, row.kpi, row.target_text) for row in plan.results] == [
        (1, "滿意度調查次數", "4次"),
        (1, "每年反映辦公環境缺失件數", "≦150件"),
        (2, "每年志工人數成長比例", "6%"),
    ]
    assert plan.results[0].narrative.endswith("涵蓋5~6位專家之意見。")
    assert {"direction_to_confirm", "weights_differ", "result_weight_differs"} <= codes(plan)


def test_a_plan_without_a_kpi_table_goes_in_and_says_so():
    plan = read("without_kpis_112.txt")
    assert (plan.agency, plan.roc_year) == ("海東市政府永續發展處", 112)
    assert [(goal.name, goal.weight, goal.kpis) for goal in plan.goals] == [
        ("提升綠覆率", None, ()),
        ("打造透明市政", None, ()),
    ]
    assert [row[3:] for row in leaves(plan)] == [("公園維護", 0), ("行道樹調查", 2)]
    assert {"no_kpi_table", "no_results"} <= codes(plan)


def test_a_short_sentence_below_a_title_is_content_and_not_more_of_the_title():
    text = """海東市政府永續發展處 112 年度施政計畫

貳、年度重要施政計畫
一、空氣品質維護
1.推動低污染車輛
補助汰換老舊車輛。
2.推動綠色運輸
建置步道。
二、垃圾減量
1.推動資源回收
設置回收站，並派員巡查各里的回收情形，定期公布。
"""
    plan = parse_document(text.encode(), "a.txt")
    items = [(item.title, item.content) for each in plan.work_plans for item in each.items]
    assert [title for title, _content in items] == ["推動低污染車輛", "推動綠色運輸", "推動資源回收"]
    assert ["".join(content) for _title, content in items[:2]] == ["補助汰換老舊車輛。", "建置步道。"]
    assert "item_without_content" not in codes(plan)


@pytest.mark.parametrize("name", NAMES)
def test_the_json_has_the_promised_keys_and_only_plain_values(name):
    shown = json.loads(json.dumps(to_json(read(name)), ensure_ascii=False))
    assert list(shown) == ["agency", "roc_year", "goals", "work_plans", "results", "warnings"]
    for goal in shown["goals"]:
        assert {"number", "name", "weight", "kpis", "source"} <= set(goal)
        for kpi in goal["kpis"]:
            wanted = "number name weight system method formula_text target_text target_value unit direction"
            assert set(wanted.split()) <= set(kpi)
            assert isinstance(kpi["weight"], str)
    for row in shown["results"]:
        assert {"year", "period", "goal", "kpi", "target_text", "narrative", "figures"} <= set(row)
    assert all({"code", "message", "line"} == set(remark) for remark in shown["warnings"])


def test_a_mark_of_utf_8_makes_no_difference():
    text = (FIXTURES / "table_106.txt").read_text(encoding="utf-8")
    plan = parse_document(text.encode("utf-8-sig"), "計畫.txt")
    assert (plan.goals, plan.work_plans) == (read("table_106.txt").goals, read("table_106.txt").work_plans)


PLAN = (FIXTURES / "table_106.txt").read_bytes()


@pytest.mark.parametrize(
    ("data", "code", "says"),
    [
        (b"", "empty", "是空的"),
        (b" \r\n\t\n", "empty", "只有空白"),
        (b"%PDF-1.7 ...", "damaged", "PDF"),
        (b"PK\x03\x04....", "damaged", "壓縮"),
        (b"\x7fELF\x00\x00", "binary", "NUL"),
        (PLAN.decode().encode("utf-16-le"), "binary", "UTF-16"),
        (PLAN.decode().encode("utf-16"), "wrong_encoding", "UTF-16"),
        (PLAN.decode().encode("cp950"), "wrong_encoding", "Big5"),
        ("第一部分：年度施政目標与计划".encode("gb18030"), "wrong_encoding", "編碼"),
        (PLAN.replace("目標".encode(), b"\xef\xbf\xbd"), "wrong_encoding", "遺失"),
        (PLAN[:-200], "truncated", "截斷"),
        (PLAN[: PLAN.index("第三部分".encode())] + "第三部分：上(105)年度實施狀況及成果概述".encode(), "truncated", "標題"),
        (b"x" * (5 * 1024 * 1024 + 1), "too_large", "5 MiB"),
        ("一行。\n".encode() * 40_001, "too_large", "40,000"),
        ("今天的天氣很好。".encode(), "not_a_plan", "不像施政計畫"),
    ],
)  # fmt: skip
def test_bad_input_is_refused_with_a_clear_message(data, code, says):
    with pytest.raises(CannotReadPlan) as refused:
        parse_document(data, "計畫.txt")
    assert refused.value.code == code
    assert says in refused.value.message
    assert "「計畫.txt」" in refused.value.message
    assert "請" in refused.value.message


def test_a_part_that_the_contents_promise_must_be_there():
    text = (FIXTURES / "table_101.txt").read_text(encoding="utf-8")
    cut = text[: text.index("\n第二部分：年度重要施政計畫\n")]
    with pytest.raises(CannotReadPlan, match="年度重要施政計畫") as refused:
        parse_document(cut.encode(), "計畫.txt")
    assert refused.value.code == "truncated"


HEAD = "第二部分：年度重要施政計畫\n業務別\t重要施政計畫項目\t實施內容\n"


@pytest.mark.parametrize(
    ("start", "unit", "end"),
    [
        ("第一部分：年度施政目標\n", " ", ""),
        ("第一部分：年度施政目標\n", "1", ""),
        (f"{HEAD}一、甲\t", "<p>1. 乙丙丁</p>", "\t丙。"),
        (f"{HEAD}一、甲\t1. 乙\t", "(1) 丙 ", "。"),
        (f"{HEAD}一、甲\t1. 乙\t", "<p", "</p>"),
        (f"{HEAD}一、甲\t1. ", "提 ", "a\t丙。"),
        ("第三部分：年度重要施政計畫\n一、甲\n1.", "乙 ", "。"),
        ("第四部分：上(106)年度成果概述\n一、甲(1%)\t乙(1%)\t1\t", "111,", "。"),
    ],
)
def test_hostile_text_is_answered_in_seconds(start, unit, end):
    room = 1024 * 1024 - len((start + end).encode())  # a fifth of what is taken
    data = (start + unit * (room // len(unit.encode())) + end).encode()
    began = time.process_time()
    try:
        parse_document(data, "計畫.txt")
    except CannotReadPlan as refused:
        assert refused.message
    assert time.process_time() - began < 12  # 0.2 to 1 s on a slow core; quadratic time would be minutes


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=3000))
def test_arbitrary_bytes_raise_nothing_else(data):
    try:
        to_json(parse_document(data, "x"))
    except CannotReadPlan as refused:
        assert refused.message


@settings(max_examples=250, deadline=None)
@given(st.data())
def test_mutated_plans_raise_nothing_else(data):
    text = (FIXTURES / data.draw(st.sampled_from(NAMES))).read_text(encoding="utf-8")
    for _ in range(data.draw(st.integers(1, 6))):
        start = data.draw(st.integers(0, len(text)))
        end = min(len(text), start + data.draw(st.integers(0, 300)))
        put = data.draw(st.text("一二十、1.(10%)\t\n <p>/。：甲乙件≦年月日策略績效目標", max_size=25))
        text = text[:start] + put + text[end:]
    try:
        plan = parse_document(text.encode(), "x")
    except CannotReadPlan as refused:
        assert refused.message
        return
    to_json(plan)
    for row in plan.results:
        assert all(row.narrative[figure.start : figure.end] == figure.text for figure in row.figures)


@pytest.mark.parametrize(
    ("target", "formula", "value", "unit", "direction"),
    [
        ("82%", "甲/乙*100%", "82", "%", ">="),
        ("8２％", None, "82", "%", ">="),
        ("4 次", "調查次數", "4", "次", ">="),
        ("3", "參獎件數", "3", "件", ">="),
        ("3", "採行件數/總件數", "3", None, ">="),
        ("≤135 件", "缺失件數", "135", "件", "<="),
        ("不超過 135 件", None, "135", "件", "<="),
        ("135件以下", None, "135", "件", "<="),
        ("低於5%", None, "5", "%", "<="),
        ("少於 3 次", None, "3", "次", "<="),
        ("不低於 5%", None, "5", "%", ">="),
        ("不少於 3 次", None, "3", "次", ">="),
        ("≧90%", None, "90", "%", ">="),
        ("=100%", None, "100", "%", "="),
        ("等於 12 次", None, "12", "次", "="),
        ("1,200 人以上", None, "1200", "人", ">="),
        ("完成", None, None, None, ">="),
        ("12次、4次", None, None, None, ">="),
        (None, "參獎件數", None, None, ">="),
    ],
)
def test_a_target_says_value_unit_and_direction(target, formula, value, unit, direction):
    read = read_target(target, formula, "名稱")
    assert (read.value, read.unit, read.direction) == (Decimal(value) if value else None, unit, direction)


def test_a_weight_is_split_from_its_name():
    assert split_weight("打造智慧城(25%)") == ("打造智慧城", Decimal(25))
    assert split_weight("提升服務（7.5％）") == ("提升服務", Decimal("7.5"))
    assert split_weight("增進流通率 5%") == ("增進流通率", Decimal(5))
    assert split_weight("(每月抽查)") == ("(每月抽查)", None)


def test_figures_leave_out_dates_ordinals_ranges_and_names():
    text = "104年6月30日第1次會議，1999專線接聽2,722件，5~6位，3至4人，4G，成長-3.2%，85項目，30人口。"
    found = [(figure.text, str(figure.value), figure.unit) for figure in figures_in(text)]
    assert found == [
        ("2,722件", "2722", "件"),
        ("4人", "4", "人"),
        ("-3.2%", "-3.2", "%"),
        ("85項", "85", "項"),
    ]


def test_numbers_are_read_in_both_scripts():
    assert [chinese_number(text) for text in ("一", "十", "十二", "二十", "二十三", "", "甲", "十十")] == [
        1, 10, 12, 20, 23, None, None, None,
    ]  # fmt: skip
    assert split_run("1、甲 2、乙 4、丙 3、丁") == ["1、甲", "2、乙 4、丙", "3、丁"]
    assert split_run("1.1999營運 2.調查") == ["1.1999營運", "2.調查"]
    assert split_run("3.5%的比率 4.6%") == ["3.5%的比率 4.6%"]


def test_text_is_normalised_without_changing_its_wording():
    assert normalise("\uf9ca\uf97e\r\n\u2f00\u3000甲\u200b") == "流量\n一 甲"
    assert (
        squash("提 昇 1999 話務\n服務 Location Based Service ；")
        == "提昇1999話務服務Location Based Service；"
    )


def test_a_last_row_without_a_full_stop_is_read_and_remarked_on_when_every_goal_has_its_results():
    parsed = parse_document(PLAN + "\n\t3、新增\t5%\t只寫到".encode(), "計畫.txt")
    assert "may_be_cut" in {remark.code for remark in parsed.warnings}


def test_a_flattened_results_part_that_stops_at_a_heading_or_a_target_is_refused():
    text = (Path(__file__).parent / "fixtures" / "flowing_109.txt").read_text(encoding="utf-8")
    results = text.index("第四部分：上(108)年度")
    for ending in ("作平台」(10%)", "65%"):
        stop = text.index(ending, results) + len(ending)
        with pytest.raises(CannotReadPlan) as refused:
            parse_document(text[:stop].encode(), "計畫.txt")
        assert refused.value.code == "truncated"
