"""Values by kind, and which version counts on a day: also after any sequence of changes."""

import tomllib
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from importlib.resources import files
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shizheng.common.errors import BadInput
from shizheng.kernel.rulebook import rules
from shizheng.kernel.rulebook.rules import (
    Kind,
    VersionFact,
    known,
    read_shape,
    read_value,
    resolve,
    stretches,
)
from shizheng.kernel.rulebook.shipped import shipped_rules

NEW_YEAR = date(2017, 1, 1)


@pytest.mark.parametrize(
    ("kind", "raw", "wanted"),
    [
        ("threshold", "1,000,000", Decimal(1_000_000)),
        ("kpi_target", "7.5", Decimal("7.5")),
        ("count", 24, 24),
        ("rank", 5, 5),
        ("range", {"min": "26", "max": "28"}, rules.Range(Decimal(26), Decimal(28))),
        ("deadline", {"n": 3, "unit": "months"}, rules.Deadline(3, rules.DeadlineUnit.MONTHS)),
        ("date", "2018-04-30", date(2018, 4, 30)),
        ("monthly_deadline", {"day": 7, "months": [4, 1]}, rules.MonthlyDeadline(7, (1, 4))),
        ("quarterly_deadline", {"day": 7}, rules.QuarterlyDeadline(7, 1)),
        ("yearly_deadline", "04-30", rules.YearlyDeadline(4, 30)),
        ("frequency", {"times": 2, "per": "month", "days": [15, 30]},
         rules.Frequency(2, "month", None, "", (), (15, 30))),
        ("frequency", {"every": 2, "unit": "months"}, rules.Frequency(None, "", 2, "months")),
        ("frequency", {"regular": True}, rules.Frequency()),
        ("stage_target", [{"at": "06-30", "value": "55"}],
         (rules.StageTarget(rules.YearlyDeadline(6, 30), Decimal(55)),)),
        ("composition", {"min": 3, "max": 5}, rules.Composition(3, 5)),
        ("composition", ["日", "週"], rules.Composition(parts=("日", "週"))),
        ("ladder", [{"after": -3, "to": "officer", "channel": ["email"]}],
         (rules.LadderStep(-3, "officer", ("email",)),)),
        ("table", [{"min": "90", "label": "優等"}], (rules.Band(Decimal(90), "優等"),)),
        ("text", " 100-103 ", "100-103"),
    ],
)  # fmt: skip
def test_each_kind_has_its_typed_value(kind: str, raw: Any, wanted: rules.Value) -> None:
    assert read_value(kind, raw) == wanted


@pytest.mark.parametrize(
    ("kind", "raw"),
    [
        ("threshold", "九十"), ("threshold", "NaN"), ("threshold", "1e99"), ("threshold", True), ("threshold", None),
        ("count", -1), ("count", "3"), ("rank", 0), ("range", {"min": "28", "max": "26"}), ("range", {"min": "1"}),
        ("deadline", {"n": 3, "unit": "moons"}), ("deadline", {"n": -1, "unit": "days"}),
        ("deadline", {"n": 3, "unit": "days", "x": 1}), ("date", "107-04"), ("date", None),
        ("monthly_deadline", {"day": 32}), ("monthly_deadline", {"day": 3, "months": [13]}),
        ("monthly_deadline", {"day": 3, "months": []}), ("quarterly_deadline", {"day": 7, "month": 4}),
        ("yearly_deadline", "02-30"), ("yearly_deadline", "4/30"), ("yearly_deadline", 430),
        ("frequency", {}), ("frequency", {"times": 1}), ("frequency", {"times": 1, "per": "year", "every": 2}),
        ("frequency", {"every": 2, "unit": "moons"}), ("stage_target", []), ("stage_target", "06-30"),
        ("stage_target", [{"at": "09-30", "value": "1"}, {"at": "06-30", "value": "2"}]),
        ("composition", {"min": 5, "max": 3}), ("composition", [""]), ("choice", "x"),
        ("ladder", [{"after": 1, "to": "mayor", "channel": ["email"]}]),
        ("ladder", [{"after": 1, "to": "head", "channel": []}]),
        ("ladder", [{"after": 1, "to": "head", "channel": "email"}]),
        ("ladder", [{"after": 3, "to": "head", "channel": ["email"]}, {"after": 1, "to": "head", "channel": ["email"]}]),
        ("table", [{"min": "70", "label": "乙"}, {"min": "80", "label": "甲"}]),
        ("filing_round", {"windows": [{"period": "H1", "opens": "07-20", "due": "07-15", "closes": "07-31"}],
                          "levels": ["head"], "ladder": "x"}),
        ("filing_round", {"windows": [{"period": "H1", "opens": "07-01", "due": "07-15", "closes": "07-31"}],
                          "levels": ["head", "head"], "ladder": "x"}),
        ("text", ""), ("text", "\x00"), ("text", "甲" * 501),
    ],
)  # fmt: skip
def test_what_does_not_fit_its_kind_is_refused_in_words(kind: str, raw: Any) -> None:
    with pytest.raises(BadInput) as failure:
        read_value(kind, raw, {"options": {"a": "甲", "b": "乙"}} if kind == "choice" else None)
    assert failure.value.fields["value"][0] in failure.value.message


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["n", "unit", "day", "times", "per", "min", "at", "windows"]), inner, max_size=3
        )
    ),
    max_leaves=6,
)


@given(st.sampled_from(list(Kind)), JSON)
def test_any_input_is_either_understood_or_refused_in_words(kind: Kind, raw: Any) -> None:
    try:
        read_value(kind, raw)
    except BadInput as failure:
        assert failure.fields


def test_a_choice_needs_two_options_with_words() -> None:
    assert read_shape("choice", {"options": {"a": "甲", "b": "乙"}}) == {"options": {"a": "甲", "b": "乙"}}
    for wrong in (
        None,
        {},
        {"options": {"a": "甲"}},
        {"options": {"甲": "甲", "b": "乙"}},
        {"options": {"a": "", "b": "乙"}},
    ):
        with pytest.raises(BadInput):
            read_shape("choice", wrong)


def test_a_day_that_a_month_does_not_have_is_its_last_day() -> None:
    """X-16: the gazette of the 30th comes out at the end of February."""
    assert rules.MonthlyDeadline(30).in_month(2019, 2) == date(2019, 2, 28)
    assert rules.MonthlyDeadline(7, (4, 5)).in_month(2019, 3) is None
    assert rules.QuarterlyDeadline(31, 2).in_quarter(2020, 1) == date(2020, 2, 29)
    assert rules.YearlyDeadline(2, 29).in_year(2021) == date(2021, 2, 28)


def test_the_window_of_a_period_may_lie_in_the_next_year() -> None:
    found = next(each for each in shipped_rules() if each.code == "filing.quarter").versions[0]
    rounds = read_value("filing_round", found.value)
    assert isinstance(rounds, rules.FilingRounds) and rounds.window("Q5") is None
    window = rounds.window("Q4")
    assert window is not None and window.in_year(2023)[1] == date(2024, 1, 10)


@dataclass(frozen=True)
class Seen:
    moment: datetime
    horizon: int | None = None


days = st.dates(date(2015, 1, 1), date(2020, 12, 31))


@st.composite
def histories(draw: st.DrawFn) -> list[VersionFact]:
    """Versions as they get approved, one after the other; the first one is for good."""
    start = datetime(2016, 1, 1, tzinfo=UTC)
    made = [VersionFact(1, 1, date(2015, 1, 1), None)]
    for number in range(2, draw(st.integers(2, 9))):
        first = draw(days)
        length = draw(st.none() | st.integers(1, 900))
        end = None if length is None else first + timedelta(days=length)
        made.append(VersionFact(number, number, first, end, start + timedelta(hours=number), number))
    return made


@given(histories(), days)
def test_on_any_day_exactly_one_version_counts_the_last_approved_that_covers_it(
    versions: list[VersionFact], day: date
) -> None:
    found = resolve(versions, day)
    assert found is not None and found.covers(day)
    assert all(other.number <= found.number for other in versions if other.covers(day))
    parts = stretches(versions)
    assert [part.version for part in parts if part.start <= day and (part.end is None or day < part.end)] == [
        found
    ]
    assert all(one.end == two.start and one.version != two.version for one, two in pairwise(parts))
    assert parts[-1].end is None


@given(histories(), days, st.integers(0, 12))
def test_what_was_known_by_a_moment_resolves_the_same_for_ever(
    versions: list[VersionFact], day: date, hour: int
) -> None:
    seen = Seen(datetime(2016, 1, 1, tzinfo=UTC) + timedelta(hours=hour))
    then = [each for each in versions if known(each, seen)]
    assert resolve(versions, day, seen) == resolve(then, day)
    assert stretches(versions, seen) == stretches(then)


def test_a_version_whose_transaction_had_not_ended_was_not_known() -> None:
    at = datetime(2016, 1, 1, tzinfo=UTC)
    late = VersionFact(2, 2, NEW_YEAR, None, at, transaction_id=50)
    first = VersionFact(1, 1, NEW_YEAR, None)
    assert resolve([first, late], NEW_YEAR, Seen(at, 51)) == late
    assert resolve([first, late], NEW_YEAR, Seen(at, 50)) == first


def test_before_the_first_version_and_after_the_last_none_counts() -> None:
    only = VersionFact(1, 1, NEW_YEAR, date(2018, 1, 1))
    assert resolve([only], date(2016, 12, 31)) is None and resolve([only], date(2018, 1, 1)) is None
    assert [(part.start, part.end) for part in stretches([only])] == [(NEW_YEAR, date(2018, 1, 1))]
    assert stretches([]) == []


LAST = {"TC": 27, "GR": 15, "RS": 4, "WQ": 7, "PR": 5, "CO": 2, "SP": 4, "DO": 8, "CP": 12, "SV": 8, "RE": 17, "RG": 8,
        "YO": 2, "PS": 4, "WB": 3, "IT": 3, "SC": 4, "SE": 9, "PL": 2}  # fmt: skip
FACTS = {"TC-03", "TC-04", "TC-24", "SP-01", "SV-04", "RG-07", "WB-02", "SC-04"}
"""Rows of the plans that state a count or a rate of the day, and rule nothing."""


def test_every_row_of_the_plans_that_rules_something_ships_exactly_once() -> None:
    rows = Counter(row for rule in shipped_rules() for row in rule.rows)
    wanted = {f"{name}-{n:02}" for name, last in LAST.items() for n in range(1, last + 1)} - FACTS
    assert set(rows) == wanted and set(rows.values()) == {1}


DECEMBER_IN_JANUARY = {"filing.grant_month"}
"""What is filed in January for December is still filed by the rule of the old year: a new one begins in February."""


def test_versions_that_ship_are_in_order_and_begin_with_the_year_of_their_plan() -> None:
    for rule in shipped_rules():
        starts = [version.valid_from for version in rule.versions]
        assert starts == sorted(set(starts)), rule.code
        first = {(1, 1)} if rule.code not in DECEMBER_IN_JANUARY else {(1, 1), (2, 1)}
        assert {(start.month, start.day) for start in starts} <= first, rule.code
        assert rule.name and rule.name_en.isascii() and rule.meaning, rule.code
        assert all(version.reading or not version.unconfirmed for version in rule.versions)


@pytest.mark.parametrize(
    "row", ["GR-11", "DO-07", "PS-03", "RE-02", "RG-02", "CP-01", "CP-05", "TC-18", "WQ-06", "RE-10", "SE-02"]
)
def test_what_the_plans_leave_open_is_marked_with_its_reading(row: str) -> None:
    """X-12, X-16, X-17, X-18, X-20, X-21, X-22."""
    folder = files("shizheng.kernel.rulebook").joinpath("data")
    found = [
        version
        for file in folder.iterdir()
        if file.name.endswith(".toml")
        for rule in tomllib.loads(file.read_text("utf-8")).values()
        if isinstance(rule, dict)
        for version in rule["versions"]
        if row in version.get("rows", ())
    ]
    assert [(each["unconfirmed"], bool(each["reading"])) for each in found] == [(True, True)]
