"""The three real plans, row by row. They are not in the repository: SHIZHENG_TEST_SEEDS says where they are."""

import os
from decimal import Decimal
from pathlib import Path

import pytest

from shizheng.domains.planning.parsing import ParsedPlan, parse_document

SEEDS = Path(os.environ.get("SHIZHENG_TEST_SEEDS", Path(__file__).parents[4].parent / "shared" / "seeds"))


def read(prefix: str) -> ParsedPlan:
    found = sorted(SEEDS.glob(f"{prefix}_*.txt"))
    if not found:
        pytest.skip(
            f"no real plan {prefix}_*.txt in {SEEDS}: set SHIZHENG_TEST_SEEDS to the folder that has them"
        )
    return parse_document(found[0].read_bytes(), found[0].name)


@pytest.mark.parametrize(
    ("prefix", "goals", "kpis", "plans", "numbers", "items", "points", "results"),
    [("000", 7, 7, 9, 37, 37, 51, 7), ("001", 8, 11, 5, 37, 43, 48, 0), ("002", 7, 9, 7, 29, 35, 42, 9)],
)
def test_every_part_has_as_many_rows_as_printed(prefix, goals, kpis, plans, numbers, items, points, results):
    plan = read(prefix)
    leaves = [(index, item) for index, each in enumerate(plan.work_plans) for item in each.items]
    assert len(plan.goals) == goals
    assert sum(len(goal.kpis) for goal in plan.goals) == kpis
    assert len(plan.work_plans) == plans
    assert len({(index, item.number.split("(")[0]) for index, item in leaves}) == numbers
    assert len(leaves) == items
    assert sum(len(item.points) for _, item in leaves) == points
    assert len(plan.results) == results
    assert all(item.content for _, item in leaves)


def kpi_rows(plan: ParsedPlan) -> list[tuple]:
    return [
        (goal.number, str(goal.weight), kpi.number, str(kpi.weight), kpi.target_text, str(kpi.target_value),
         kpi.unit, kpi.direction, kpi.method)
        for goal in plan.goals for kpi in goal.kpis
    ]  # fmt: skip


S, D = "統計數據", "文件資料"


def test_the_kpis_of_107_are_right():
    plan = read("000")
    assert (plan.agency, plan.roc_year) == (None, 107)
    assert kpi_rows(plan) == [
        (1, "10", 1, "10", "82%", "82", "%", ">=", S),
        (2, "10", 1, "10", "70%", "70", "%", ">=", S),
        (3, "10", 1, "10", "77%", "77", "%", ">=", S),
        (4, "10", 1, "10", "3", "3", "件", ">=", S),
        (5, "10", 1, "10", "20%", "20", "%", ">=", S),
        (6, "10", 1, "10", "85%", "85", "%", ">=", S),
        (7, "10", 1, "10", "100%", "100", "%", ">=", S),
    ]
    assert [kpi.name for goal in plan.goals for kpi in goal.kpis] == [
        "市政發展研究論文研究成果採行率",
        "決議達成共同合作之案件比率",
        "本府重大工程進度相符之比率",
        "每年推薦參加公共工程金質獎競賽件數",
        "陳情焦點議題以大數據分析結果，涉及本府一級機關比例",
        "話務服務滿意度指標",
        "推動智慧應變暨交控中心",
    ]
    assert plan.goals[0].kpis[0].formula_text == "獲獎研究報告參採項數/獲獎研究報告建議總數*100%"
    assert [goal.name for goal in plan.goals][2] == "提升本府重大工程（五仟萬以上）管考進度符合率"


def test_the_kpis_of_100_are_right():
    plan = read("001")
    assert (plan.agency, plan.roc_year) == ("臺中市政府研究發展考核委員會", 100)
    assert kpi_rows(plan) == [
        (1, "5", 1, "5", "70%", "70", "%", ">=", S),
        (2, "5", 1, "5", "90%", "90", "%", ">=", S),
        (3, "5", 1, "5", "50%", "50", "%", ">=", S),
        (4, "10", 1, "10", "85%", "85", "%", ">=", S),
        (5, "5", 1, "5", "40%", "40", "%", ">=", S),
        (6, "10", 1, "10", "97%", "97", "%", ">=", S),
        (7, "10", 1, "10", "99%", "99", "%", ">=", S),
        (8, "20", 1, "5", "1", "1", "次", ">=", S),
        (8, "20", 2, "5", "100%", "100", "%", ">=", D),
        (8, "20", 3, "5", "30%", "30", "%", ">=", S),
        (8, "20", 4, "5", "50%", "50", "%", ">=", S),
    ]
    assert plan.goals[7].kpis[3].name == "增進地理資訊流通率"
    assert [goal.number for goal in plan.goals if goal.name_in_text] == [6, 7]


def test_the_kpis_of_105_are_right():
    plan = read("002")
    assert (plan.agency, plan.roc_year) == ("臺中市政府研究發展考核委員會", 105)
    assert kpi_rows(plan) == [
        (1, "7", 1, "7", "75%", "75", "%", ">=", S),
        (2, "7", 1, "7", "4 次", "4", "次", ">=", S),
        (3, "10", 1, "10", "50%", "50", "%", ">=", S),
        (4, "7", 1, "7", "85%", "85", "%", ">=", S),
        (5, "7", 1, "7", "1 件", "1", "件", ">=", S),
        (6, "7", 1, "7", "100%", "100", "%", ">=", D),
        (7, "25", 1, "10", "100%", "100", "%", ">=", D),
        (7, "25", 2, "10", "80%", "80", "%", ">=", S),
        (7, "25", 3, "5", "90 項", "90", "項", ">=", S),
    ]


def items_of(plan: ParsedPlan) -> list[tuple[str | None, list[tuple[str | None, int]]]]:
    return [(each.name, [(item.number, len(item.points)) for item in each.items]) for each in plan.work_plans]


def test_the_items_of_107_have_their_points():
    plan = read("000")
    assert items_of(plan) == [
        ("研究發展", [("1", 0), ("2", 4), ("3", 2), ("4", 2), ("5", 2), ("6", 2), ("7", 0), ("8", 0), ("9", 0),
                    ("10", 0), ("11", 2)]),
        ("辦理「中彰投苗區域治理平台」", [("1", 4)]),
        ("專案列管及市長重大承諾事項追蹤管制", [("1", 2), ("2", 0), ("3", 0), ("4", 0), ("5", 0), ("6", 0), ("7", 0),
                              ("8", 0), ("9", 4)]),
        ("提升公共工程品質", [("1", 2), ("2", 3), ("3", 3)]),
        ("推動為民服務工作，全面提升服務品質", [("1", 2), ("2", 5), ("3", 0)]),
        ("提升1999營運效能", [("1", 4), ("2", 2)]),
        ("打造智慧城示範區", [("1", 3)]),
        ("推動整合式便民服務", [("1", 0), ("2", 0), ("3", 0)]),
        ("提昇行政資訊服務效能", [("1", 3), ("2", 0), ("3", 0), ("4", 0)]),
    ]  # fmt: skip
    titles = {(each.number, item.number): item.title for each in plan.work_plans for item in each.items}
    assert titles[1, "2"] == "維護公共安全執行情形之管制督導"
    assert (
        titles[3, "5"] == "落實推動分級管考機制，提升管考工作效能，每月定期召開「臺中市政府標案進度管制會報」"
    )
    assert titles[3, "9"] == "重要專案抽查，確保本府施政品質及「行」的正義"
    assert titles[5, "1"] == "善用系統分析功能，掌握人民陳情關注焦點"
    assert titles[6, "1"] == "1999營運管理"
    assert titles[8, "2"] == "服務e櫃檯系統維運暨改版建置"
    assert plan.work_plans[2].items[0].points[1].startswith("為利2018臺中花卉博覽會順利開展")


def test_the_items_of_100_have_their_points():
    plan = read("001")
    assert items_of(plan) == [
        (None, [("1", 0), ("2", 0), ("3", 4), ("4", 2), ("5", 0), ("6", 0), ("7", 0)]),
        ("推動市政建設訂定各期程計畫，落實市長政見。", [("1", 0), ("2", 0), ("3", 2), ("4", 0), ("5", 0)]),
        ("配合資訊科技，加強管制考核制度並推展公文處理自動化",
         [("1(1)", 5), ("1(2)、1(3)", 5), ("1(4)", 4), ("1(5)", 2), ("2", 0), ("3(1)", 2), ("3(2)", 0), ("4(1)", 4),
          ("4(2)", 2), ("4(3)", 0), ("5", 0)]),
        ("落實為民服務工作，積極推動行政革新，全面提昇服務品質",
         [("1", 0), ("2", 0), ("3", 4), ("4", 4), ("5", 3), ("6", 0)]),
        ("推展整體資訊化建設，打造智慧城市",
         [("1", 0), ("2", 0), ("3", 3), ("4", 2), *((str(n), 0) for n in range(5, 15))]),
    ]  # fmt: skip
    third = {item.number: item for item in plan.work_plans[2].items}
    assert third["1(1)"].content[0].startswith("行政院研考會於100年1月1日修正生效")
    assert third["1(2)、1(3)"].points[0].startswith("本府於95年開發工程管考系統")
    assert third["1(4)"].title.endswith("／辦理院頒「道路交通秩序與交通安全改進方案」初評及管考作業")
    assert third["1(4)"].points[0].endswith("組成評審小組實地查證，落實管考作業。")
    assert third["3(1)"].points[0].endswith("俾利控管本府標案如期發包決標。")
    assert third["5"].content[0].endswith("編印成冊分送各議員。")
    fourth = {item.number: item for item in plan.work_plans[3].items}
    assert [len(fourth[number].content) for number in "12"] == [2, 2]
    assert fourth["2"].content[0].startswith("配合監察院地方巡察")
    assert "甚至連燈號故障、馬路不平" in fourth["3"].points[3]
    assert plan.work_plans[4].items[7].title == "公文整合資訊系統第二期計畫"
    inferred = [item.number for each in plan.work_plans for item in each.items if item.pairing == "inferred"]
    assert inferred == ["1(1)", "1(2)、1(3)", "1", "2"]
    codes = [remark.code for remark in plan.warnings]
    assert codes.count("pairing_inferred") == 4
    assert {"work_plan_without_name", "duplicate_item_title", "no_results"} <= set(codes)


def test_the_items_of_105_have_their_points():
    assert items_of(read("002")) == [
        ("研究發展", [("1", 0), ("2", 2), ("3", 4), ("4", 2), ("5", 3), ("6", 2)]),
        ("民意調查", [("7", 0), ("8", 0)]),
        ("中彰投區域治理平台", [("1", 2)]),
        ("專案列管及市長重大承諾事項追蹤管制", [("1", 0), ("2", 2)]),
        ("標案管制", [("3(1)", 3), ("3(2)", 0), ("3(3)", 0), ("3(4)", 0), ("4(1)", 0), ("4(2)", 0), ("4(3)", 0),
                  ("5(1)", 0), ("5(2)", 0), ("6", 0), ("7", 0)]),
        ("落實為民服務工作，積極推動行政革新，全面提升服務品質", [("1", 5), ("2", 2), ("3", 0), ("4", 2), ("5", 4)]),
        ("打造智慧城示範區推動計畫", [("1", 4), ("2", 3), ("3", 0), ("4", 0), ("5", 2), ("6", 0), ("7", 0), ("8", 0)]),
    ]  # fmt: skip


def result_rows(plan: ParsedPlan) -> list[tuple]:
    return [
        (row.goal_number, str(row.goal_weight), str(row.kpi_weight), row.target_text,
         [figure.text for figure in row.figures])
        for row in plan.results
    ]  # fmt: skip


def test_the_results_of_106_have_their_figures():
    plan = read("000")
    assert {(row.year, row.period) for row in plan.results} == {(106, "106-01-01/106-06-30")}
    assert result_rows(plan) == [
        (1, "10", "10", "80%", []),
        (2, "10", "10", "70%", ["47案", "25案", "53%"]),
        (3, "10", "10", "75%", ["216件", "167件", "77.31%"]),
        (4, "10", "10", "3", ["5案", "4案"]),
        (5, "10", "10", "20%", ["17.24%"]),
        (6, "10", "10", "85%", ["82.0%", "97.57%", "82.0%", "97.57%", "89.79%", "85%"]),
        (7, "10", "10", "100%", []),
    ]
    assert plan.results[5].figures[4].value == Decimal("89.79")
    flagged = [remark.line for remark in plan.warnings if remark.code == "date_after_period"]
    assert flagged == [plan.results[3].source.start_line, plan.results[6].source.start_line]


def test_the_results_of_104_have_their_figures():
    plan = read("002")
    assert {(row.year, row.period) for row in plan.results} == {(104, "104-01-01/104-06-30")}
    assert result_rows(plan) == [
        (1, "7", "7", "75%", ["75%"]),
        (2, "7", "7", "4次", ["1次", "2次", "50%"]),
        (3, "8", "8", "50%", ["9案", "7案", "11案", "9案", "20案", "16件", "80%"]),
        (4, "7", "7", "83%", ["2,722件", "2,504件", "91.99%"]),
        (5, "7", "7", "1件", ["3案"]),
        (6, "7", "7", "100%", []),
        (7, "25", "10", "100%", ["50%", "50%", "50%"]),
        (7, "25", "10", "70%", ["61.60%", "2,608,999人", "97.17%"]),
        (7, "25", "5", "85項", ["85項"]),
    ]
    assert plan.results[5].narrative.count("\n") == 3  # its fourth paragraph stands after the page break
    assert "result_weight_differs" in {remark.code for remark in plan.warnings}


@pytest.mark.parametrize("prefix", ["000", "001", "002"])
def test_offsets_and_line_spans_point_into_what_was_read(prefix):
    plan = read(prefix)
    for row in plan.results:
        for figure in row.figures:
            assert row.narrative[figure.start : figure.end] == figure.text
    spans = [goal.source for goal in plan.goals] + [kpi.source for goal in plan.goals for kpi in goal.kpis]
    spans += [item.source for each in plan.work_plans for item in each.items]
    spans += [row.source for row in plan.results]
    assert all(1 <= span.start_line <= span.end_line <= plan.lines for span in spans)
