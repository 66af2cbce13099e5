"""Every printed 衡量標準 is read as intended, or the reader says that it is not sure."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shizheng.kernel.measures.rules.parser import parse
from shizheng.kernel.measures.rules.proposals import Certainty
from shizheng.kernel.measures.rules.standards import formula_from_standard
from shizheng.kernel.measures.rules.tree import inputs_of
from shizheng.kernel.measures.tests.printed import PRINTED


@pytest.mark.parametrize(
    ("kpi", "text", "unit", "formula", "certainty"), PRINTED, ids=[row[0] for row in PRINTED]
)
def test_every_printed_standard_is_read(kpi: str, text: str, unit: str, formula: str, certainty: str) -> None:
    found = formula_from_standard(text, unit)
    assert found.tree == parse(formula)
    assert found.certainty == certainty
    labelled = {each.name: each for each in found.inputs}
    for reading in found.readings:
        for use in inputs_of(reading.tree):
            assert labelled[use.name].label
            assert labelled[use.name].is_list == use.is_list
    if certainty == "ambiguous":
        assert found.notes
        assert found.needs_confirmation


def test_the_labels_are_those_of_the_text() -> None:
    found = formula_from_standard("總件數-未發包或開工件數-迄未填報/總件數-未發包或開工", "%")
    assert found.labels == {"a": "總件數", "b": "未發包或開工件數", "c": "迄未填報"}
    assert [reading.code for reading in found.readings] == ["bracketed", "literal"]
    named = formula_from_standard("市民滿意度(話後滿意度+派工結案滿意度)/2", "%")
    assert named.labels == {"a": "話後滿意度", "b": "派工結案滿意度"}
    kept = formula_from_standard("完成(第二階段)案件數/總件數*100%", "%")
    assert kept.labels["a"] == "完成(第二階段)案件數"


def test_growth_shows_both_readings_of_x_12() -> None:
    found = formula_from_standard("每年志工人數成長比例（以103年度志工人數41人為計算基準）", "%")
    assert {each.code: each.text for each in found.readings} == {
        "cumulative": "100*(n-41)/41",
        "yearly": "100*(n-p)/p",
    }
    assert found.labels == {"n": "本期志工人數", "p": "上一期志工人數"}


def test_composites_show_every_way_to_combine() -> None:
    found = formula_from_standard(dict((row[0], row[1]) for row in PRINTED)["105-6-1"], "%")
    assert [reading.code for reading in found.readings] == ["pooled", "mean", "mean_capped"]
    assert [each.label for each in found.inputs][-2:] == ["教育訓練次數", "年度考核次數"]


def test_milestones_know_their_steps_and_days() -> None:
    found = formula_from_standard(PRINTED[-1][1], "%")
    assert found.inputs[0].steps == (
        ("s1", "完成營運與監控服務平台", "2017-12-31"),
        ("s2", "完成智慧政府管理平台", "2017-12-31"),
        ("s3", "完成決策輔助資訊平台", "2017-12-31"),
        ("s4", "107年4月試營運", "2018-04-30"),
        ("s5", "107年6月正式營運", "2018-06-30"),
    )
    assert {each.code: each.text for each in found.readings}[
        "equal_last_year"
    ] == "milestone_equal(steps:s4,s5)"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "依規定辦理",
        "另訂之",
        "(甲/乙",
        "甲/乙/丙-",
        "提升市民幸福感",
        "/",
        "100/200",
        "x" * 3000,
        "((((",
        "%",
    ],
)
def test_what_cannot_be_read_asks_for_an_officer(text: str) -> None:
    found = formula_from_standard(text, "%")
    assert found.certainty is Certainty.UNSURE
    assert found.tree is None
    assert found.notes


def test_a_ratio_without_a_unit_shows_both_scales() -> None:
    found = formula_from_standard("甲件數/乙件數", None)
    assert [reading.text for reading in found.readings] == ["100*a/b", "a/b"]
    assert found.needs_confirmation


wordings = st.lists(
    st.sampled_from(
        [
            "件數",
            "總",
            "率",
            "/",
            "*",
            "100%",
            "(",
            ")",
            "+",
            "-",
            "每年12次",
            "、",
            "及",
            "1.",
            "2.",
            "(一)106年：",
            "107年4月",
            "成長率",
            "以",
            "41人",
            "為計算基準",
            "計算方式為",
            "乘以",
            "列管",
            "案件",
            "，完成",
            "平均分數",
            "滿意度",
            "。",
            "甲",
            "乙",
            "3",
            "%",
            "辦理",
            "÷",
            "（",
            "）",
            "107年13月45日",
            "制訂",
        ]
    ),
    max_size=14,
).map("".join)


@given(wordings | st.text(max_size=60), st.sampled_from(["%", "件", "", None, "人次"]))
def test_whatever_is_printed_gives_a_reading_that_computes_or_asks_for_an_officer(
    text: str, unit: str | None
) -> None:
    found = formula_from_standard(text, unit)
    if found.certainty is Certainty.UNSURE:
        assert found.tree is None
        assert found.notes
        return
    assert found.tree is not None
    labelled = {each.name: each.is_list for each in found.inputs}
    for reading in found.readings:
        assert parse(reading.text) == reading.tree
        assert all(labelled[use.name] == use.is_list for use in inputs_of(reading.tree))
    assert found.certainty is Certainty.CLEAR or found.notes
