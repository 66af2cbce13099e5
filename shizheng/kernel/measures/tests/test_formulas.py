"""Formulas: worked numbers of the plans, parsing, printing, missing values, limits, speed."""

from __future__ import annotations

import time
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shizheng.kernel.measures.rules.checking import check
from shizheng.kernel.measures.rules.evaluate import Row, evaluate, rounded
from shizheng.kernel.measures.rules.missing import Missing, MissingKind, most_pressing
from shizheng.kernel.measures.rules.parser import parse
from shizheng.kernel.measures.rules.render import to_label, to_text, value_pieces, with_values
from shizheng.kernel.measures.rules.storing import from_json, to_json
from shizheng.kernel.measures.rules.tree import (
    MAX_DEPTH,
    Binary,
    Composite,
    Each,
    FormulaError,
    Input,
    Item,
    Milestone,
    Neg,
    Node,
    Num,
    Part,
    inputs_of,
)

D = Decimal


def rows(**values: str) -> tuple[Row, ...]:
    return tuple(Row(key, D(value)) for key, value in values.items())


# Printed numbers of the results parts (year, formula, inputs, places, printed).
WORKED = [
    ("106 合作之案件比率", "100*a/b", {"a": D(25), "b": D(47)}, 0, "53"),
    ("106 重大工程進度相符", "100*a/b", {"a": D(167), "b": D(216)}, 2, "77.31"),
    ("106 金質獎", "count(projects)", {"projects": (Row("1"), Row("2"), Row("3"), Row("4"))}, 0, "4"),
    (
        "106 陳情議題涉及一級機關",  # five distinct bureaus of 29
        "100*count_distinct(bureaus)/count(agencies)",
        {
            "bureaus": tuple(
                Row(str(i), None, n) for i, n in enumerate(["建設", "交通", "警察", "都發", "經發", "交通"])
            ),
            "agencies": tuple(Row(str(i)) for i in range(29)),
        },
        2,
        "17.24",
    ),
    ("106 話務服務滿意度", "(a+b)/2", {"a": D("82.0"), "b": D("97.57")}, 2, "89.79"),
    ("104 提案數", "a+b", {"a": D(9), "b": D(11)}, 0, "20"),
    ("104 合作數", "a+b", {"a": D(7), "b": D(9)}, 0, "16"),
    ("104 合作之提案率", "100*a/b", {"a": D(16), "b": D(20)}, 0, "80"),
    ("104 標案管考執行率", "100*a/b", {"a": D(2504), "b": D(2722)}, 2, "91.99"),
    (
        "104 質量分析 pooled",
        "pooled(a:12,b:4,c:1,d:1)",
        {"a": D(6), "b": D(2), "c": D(1), "d": D(0)},
        0,
        "50",
    ),
    (
        "104 質量分析 mean",
        "mean_of_parts(a:12,b:4,c:1,d:1)",
        {"a": D(6), "b": D(2), "c": D(1), "d": D(0)},
        0,
        "50",
    ),
    ("104 智慧城示範區", "mean(parts)", {"parts": rows(p1="50", p2="50", p3="50")}, 0, "50"),
    ("104 4G", "100*a/b", {"a": D(2608999), "b": D(2685000)}, 2, "97.17"),
    ("105 志工", "growth(n,41)", {"n": D(54)}, 2, "31.71"),  # 13 on a base of 41
    ("105 電子領標", "100*a/b", {"a": D(61), "b": D(61)}, 0, "100"),
    ("105 流廢標", "100*a/(t-c)", {"a": D(54), "t": D(70), "c": D(0)}, 0, "77"),
    ("105 流廢標總數", "a+b", {"a": D(54), "b": D(16)}, 0, "70"),
    ("107 目標 6/29", "100*a/b", {"a": D(6), "b": D(29)}, 2, "20.69"),
    ("100-6-1", "100*(t-n-u)/(t-n)", {"t": D(904), "n": D(4), "u": D(18)}, 2, "98.00"),
    ("105-7-3", "sum(a_i*b_i)", {"a": rows(x="3", y="10"), "b": rows(x="10", y="6")}, 0, "90"),
    ("106-2-1", "mean(scores)", {"scores": rows(m1="92", m2="93.5", m3="91.25")}, 2, "92.25"),
]


@pytest.mark.parametrize(
    ("name", "text", "values", "places", "printed"), WORKED, ids=[row[0] for row in WORKED]
)
def test_worked_numbers_come_out_as_printed(name, text, values, places, printed) -> None:  # type: ignore[no-untyped-def]
    assert str(rounded(evaluate(parse(text), values), places)) == printed


def test_milestones_read_by_equal_shares_all_or_nothing_and_stated_shares() -> None:
    done = (Row("s1", done_on=date(2017, 3, 1)), Row("s2", done_on=date(2017, 9, 1)), Row("s3", D(50)))
    values = {"steps": done}
    assert evaluate(parse("milestone_equal(steps:s1,s2,s3,s4,s5)"), values) == 50
    assert evaluate(parse("milestone_all(steps:s1,s2,s3)"), values) == 0
    assert evaluate(parse("milestone_all(steps:s1,s2)"), values) == 100
    assert evaluate(parse("milestone_shares(steps:s1=10,s3=60,s4=30)"), values) == 40


def test_capped_composites_let_no_part_make_up_for_another() -> None:
    values = {"a": D(24), "b": D(0)}
    assert evaluate(parse("mean_of_parts(a:12,b:4)"), values) == 100
    assert evaluate(parse("mean_capped(a:12,b:4)"), values) == 50
    assert evaluate(parse("pooled(a:12,b:4)"), values) == 150


# --- parsing and printing -------------------------------------------------------------------------------------

names = st.sampled_from(["a", "b", "t", "n", "agencies", "new_items"])
lists = st.sampled_from(["rows", "scores", "cases"])
numbers = st.decimals(min_value=0, max_value=10**9, places=3, allow_nan=False, allow_infinity=False).map(
    lambda value: Num(D(str(value)).normalize() if value else D(0))
)
row_bodies = st.recursive(
    lists.map(Item),
    lambda inner: st.builds(Binary, st.sampled_from(["add", "sub", "mul", "div"]), inner, inner | numbers),
    max_leaves=4,
)
eaches = st.builds(Each, st.sampled_from(["sum", "mean", "min", "max"]), row_bodies) | st.builds(
    Each, st.sampled_from(["count", "count_distinct"]), lists.map(Item)
)
milestones = st.builds(
    lambda rule, keys: Milestone(
        "steps", rule, tuple(keys), tuple(D(i + 1) for i in range(len(keys))) if rule == "shares" else ()
    ),
    st.sampled_from(["equal", "all", "shares"]),
    st.lists(st.sampled_from(["s1", "s2", "s3"]), min_size=1, max_size=3, unique=True),
)


def _deeper(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    parts = st.lists(st.builds(Part, inner, st.integers(1, 99).map(D)), min_size=1, max_size=3).map(tuple)
    return (
        st.builds(Binary, st.sampled_from(["add", "sub", "mul", "div"]), inner, inner)
        | st.builds(Neg, inner)
        | st.builds(Composite, st.sampled_from(["pooled", "mean", "mean_capped"]), parts)
    )


trees = st.recursive(names.map(Input) | numbers | eaches | milestones, _deeper, max_leaves=12)


@given(trees)
def test_a_formula_printed_and_read_again_is_the_same(tree: Node) -> None:
    assert parse(to_text(tree)) == tree


@given(trees)
def test_a_formula_stored_and_loaded_is_the_same(tree: Node) -> None:
    assert from_json(to_json(tree)) == tree


@given(trees, st.integers(-50, 50))
def test_any_formula_over_any_values_gives_a_number_or_a_kind_of_missing(tree: Node, number: int) -> None:
    values = {
        use.name: (Row("x", D(number)), Row("y", Missing(MissingKind.NOT_APPLICABLE)))
        if use.is_list
        else D(number)
        for use in inputs_of(tree)
    }
    assert isinstance(evaluate(tree, values), D | Missing)


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("100 × a ÷ b", "100*a/b"),
        ("１００＊（ａ＋ｂ）／２", "100*(a+b)/2"),
        ("((a))", "a"),
        ("a-(b-c)", "a-(b-c)"),
        ("a/(b*c)", "a/(b*c)"),
        ("--a", "--a"),
        ("sum(agencies_i*new_items_i)", "sum(agencies_i*new_items_i)"),
        ("sum(rows_i)", "sum(rows)"),
    ],
)
def test_signs_of_every_kind_are_read(text: str, canonical: str) -> None:
    assert to_text(parse(text)) == canonical


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "空白"),
        ("100*a/b%", "不寫 %"),
        ("a+", "公式結尾"),
        ("(a+b", "「)」"),
        ("a b", "完整的公式"),
        ("甲/乙", "看不懂"),
        ("a_i*2", "要放在 sum()"),
        ("sum(a)", None),
        ("sum(sum(a_i))", "不能再放"),
        ("sum(1+2)", "沒有清單"),
        ("exec(a)", "沒有「exec」"),
        ("__import__", "不能當輸入的代號"),
        ("A/b", "小寫"),
        ("a+sum(a)", "一處當單一數字"),
        ("pooled(a:0)", "大於 0"),
        ("milestone_equal(steps:s1,s1)", "不可重複"),
        ("9" * 31, "超過 30 位"),
        ("a;b", "看不懂"),
        ("sum", "保留字"),
    ],
)
def test_what_cannot_be_read_is_explained(text: str, says: str | None) -> None:
    if says is None:
        parse(text)
        return
    with pytest.raises(FormulaError) as caught:
        parse(text)
    assert says in caught.value.message


@pytest.mark.parametrize(
    "text", ["(" * 3000 + "a" + ")" * 3000, "-" * 3000 + "a", "+".join(["a"] * 401), "a" * 5000]
)
def test_formulas_out_of_all_size_are_refused(text: str) -> None:
    with pytest.raises(FormulaError):
        parse(text)


def test_a_deep_tree_in_json_is_refused_without_recursing_for_ever() -> None:
    data: dict[str, object] = {"op": "input", "name": "a"}
    for _ in range(5000):
        data = {"op": "neg", "body": data}
    with pytest.raises(FormulaError):
        from_json(data)


@pytest.mark.parametrize(
    "data",
    [
        None,
        3,
        [],
        {},
        {"op": "eval"},
        {"op": "number", "value": 1.5},
        {"op": "number", "value": "NaN"},
        {"op": "number", "value": "1e999999"},
        {"op": "input", "name": "__class__"},
        {"op": "item", "name": "a"},
        {"op": "composite", "rule": "pooled", "parts": []},
        {"op": "milestone", "steps": "s", "rule": "shares", "keys": ["a"], "shares": ["-1"]},
    ],
)
def test_json_that_is_no_formula_is_refused(data: object) -> None:
    with pytest.raises(FormulaError):
        from_json(data)


def test_the_depth_limit_itself_is_allowed() -> None:
    tree: Node = Input("a")
    for _ in range(MAX_DEPTH - 1):
        tree = Neg(tree)
    assert check(tree) is tree
    assert parse(to_text(tree)) == tree
    with pytest.raises(FormulaError):
        check(Neg(tree))


def test_a_formula_is_shown_in_words_and_with_its_values() -> None:
    tree = parse("100*a/(t-c)")
    assert to_label(tree, {"a": "完成", "t": "列管", "c": "不計"}) == "100 × 完成 ÷ (列管 − 不計)"
    assert with_values(tree, {"a": D(54), "t": D(70), "c": D(0)}) == "100 × 54 ÷ (70 − 0)"
    assert (
        with_values(tree, {"a": D(1234), "t": "未填報", "c": D(-2)}) == "100 × 1,234 ÷ (未填報 − (\u22122))"
    )
    assert [
        p.name for p in value_pieces(parse("100*a/b"), {"a": D(167), "b": D(216)}) if p.kind == "input"
    ] == ["a", "b"]
    assert to_label(parse("mean(scores)"), {"scores": "分數"}) == "平均(分數)"
    assert to_label(parse("pooled(a:12,b:4)"), {"a": "甲", "b": "乙"}) == "合併計算(甲 ÷ 12、乙 ÷ 4)"


# --- missing --------------------------------------------------------------------------------------------------

kinds = st.sampled_from(list(MissingKind))


@given(st.lists(kinds | st.none(), min_size=4, max_size=4))
def test_the_most_pressing_kind_wins_in_arithmetic(found: list[MissingKind | None]) -> None:
    values = {name: Missing(kind) if kind else D(1) for name, kind in zip("abcd", found, strict=True)}
    result = evaluate(parse("100*(a-b)/(c+d)"), values)
    missing = [kind for kind in found if kind]
    if missing:
        assert isinstance(result, Missing)
        assert result.kind is min(missing, key=list(MissingKind).index)
    else:
        assert result == 0


def test_an_input_that_nobody_filed_is_not_filed() -> None:
    result = evaluate(parse("100*a/b"), {"a": D(0)})
    assert result == Missing(MissingKind.NOT_FILED, source="b")


def test_zero_is_a_value() -> None:
    assert evaluate(parse("100*a/b"), {"a": D(0), "b": D(5)}) == 0


def test_a_zero_denominator_does_not_apply_and_says_so() -> None:
    result = evaluate(parse("100*a/(t-c)"), {"a": D(0), "t": D(7), "c": D(7)})
    assert isinstance(result, Missing)
    assert result.kind is MissingKind.NOT_APPLICABLE
    assert "t-c" in result.reason


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ("sum(x)", MissingKind.NOT_APPLICABLE, D(10)),
        ("sum(x)", MissingKind.NOT_YET_MEASURABLE, MissingKind.NOT_YET_MEASURABLE),
        ("mean(x)", MissingKind.NOT_YET_MEASURABLE, D(5)),
        ("mean(x)", MissingKind.NOT_APPLICABLE, D(5)),
        ("mean(x)", MissingKind.NOT_FILED, MissingKind.NOT_FILED),
        ("max(x)", MissingKind.TO_BE_CONFIRMED, MissingKind.TO_BE_CONFIRMED),
        ("count(x)", MissingKind.NOT_APPLICABLE, D(2)),
        ("count(x)", MissingKind.NOT_FILED, MissingKind.NOT_FILED),
    ],
)
def test_rows_without_a_number_follow_the_table(
    text: str, kind: MissingKind, expected: D | MissingKind
) -> None:
    result = evaluate(parse(text), {"x": (Row("1", D(4)), Row("2", D(6)), Row("3", Missing(kind)))})
    assert (result.kind if isinstance(result, Missing) else result) == expected


def test_lists_are_matched_by_key_and_a_row_without_its_other_half_is_not_filed() -> None:
    tree = parse("sum(a_i*b_i)")
    assert evaluate(tree, {"a": rows(x="2", y="3"), "b": rows(y="5", x="7")}) == 29
    result = evaluate(tree, {"a": rows(x="2", y="3"), "b": rows(x="7")})
    assert isinstance(result, Missing)
    assert result.kind is MissingKind.NOT_FILED


def test_an_empty_list_sums_to_zero_and_has_no_mean() -> None:
    assert evaluate(parse("sum(x)"), {"x": ()}) == 0
    assert evaluate(parse("count(x)"), {"x": ()}) == 0
    assert isinstance(evaluate(parse("mean(x)"), {"x": ()}), Missing)


def test_the_first_of_equally_pressing_ones_is_named() -> None:
    first = Missing(MissingKind.NOT_FILED, source="a")
    assert (
        most_pressing(
            [Missing(MissingKind.NOT_APPLICABLE), first, Missing(MissingKind.NOT_FILED, source="b")]
        )
        is first
    )
    assert most_pressing([]) is None


def test_two_thousand_figures_take_tens_of_milliseconds() -> None:
    formulas = [
        parse(text) for text in ("100*a/b", "100*(t-n-u)/(t-n)", "(a+b)/2", "pooled(a:12,b:4,t:1,n:1)")
    ]
    values = {name: D(7) for name in "abtnu"} | {"t": D(900)}
    for formula in formulas:
        evaluate(formula, values)
    best = min(_timed(formulas, values) for _ in range(5))
    assert best < 0.1


def _timed(formulas: list[Node], values: dict[str, D]) -> float:
    start = time.perf_counter()
    for index in range(2000):
        rounded(evaluate(formulas[index % 4], values), 2)
    return time.perf_counter() - start


settings.register_profile("measures", deadline=None, max_examples=150)
settings.load_profile("measures")
