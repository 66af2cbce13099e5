"""Rules of failed tenders in tables: outcomes, runs, the rate, bands, the cell of events."""

from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from shizheng.domains.procurement.rules.failed import (
    Outcome,
    Settled,
    band_of,
    course_of,
    out_of_turn,
)
from shizheng.domains.procurement.rules.failed_sheets import events_of, events_text, same_events


def told(*given: tuple[Any, ...]) -> list[Any]:
    """`(kind, day of March)`, or with causes or the amount."""
    return [
        SimpleNamespace(
            pk=number, kind=kind, on=date(2025, 3, day), supersedes_id=None, struck=False, bidders=None, text="",
            causes=more if isinstance(more, list) else [], amount=more if isinstance(more, Decimal) else None,
        )
        for number, (kind, day, *rest) in enumerate(given, 1)
        for more in [rest[0] if rest else None]
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("events", "outcome", "failed", "void", "days"),
    [
        ([], Outcome.OPEN, 0, 0, None),
        ([("failed", 1), ("failed", 8)], Outcome.OPEN, 2, 0, None),
        ([("failed", 1), ("void", 8)], Outcome.OPEN, 1, 1, None),
        ([("failed", 1), ("void", 8), ("awarded", 20)], Outcome.AWARDED, 1, 1, 19),
        ([("failed", 1), ("awarded", 8), ("failed", 20)], Outcome.OPEN, 1, 0, None),
        ([("failed", 1), ("awarded", 8), ("reopened", 9), ("failed", 20), ("awarded", 25)], Outcome.AWARDED, 1, 0, 5),
        ([("failed", 1), ("dropped", 8)], Outcome.DROPPED, 1, 0, None),
        ([("failed", 1), ("dropped", 8), ("reopened", 9), ("failed", 20)], Outcome.OPEN, 2, 0, None),
    ],
)  # fmt: skip
def test_the_outcome_follows_from_what_happened(
    events: Any, outcome: Outcome, failed: int, void: int, days: int | None
) -> None:
    course = course_of(told(*events))
    assert (course.outcome, course.failed, course.void, course.days) == (outcome, failed, void, days)


@pytest.mark.parametrize(
    ("events", "wrong"),
    [
        ([("failed", 1), ("void", 8), ("awarded", 20)], []),
        ([("failed", 1), ("awarded", 8), ("reopened", 9), ("failed", 20), ("awarded", 25)], []),
        ([("failed", 1), ("dropped", 8), ("reopened", 9), ("dropped", 20)], []),
        ([("failed", 1), ("awarded", 8), ("failed", 20)], [("failed", "awarded")]),
        ([("failed", 1), ("dropped", 8), ("awarded", 20)], [("awarded", "dropped")]),
        ([("awarded", 8), ("awarded", 20)], [("awarded", "awarded")]),
        ([("failed", 1), ("reopened", 8)], [("reopened", None)]),
    ],
)
def test_after_an_award_or_a_drop_a_case_is_opened_again_first(events: Any, wrong: Any) -> None:
    found = out_of_turn(told(*events))
    assert [(each.kind, settled and settled.kind) for each, settled in found] == wrong


def test_a_cause_that_stands_at_two_failures_of_one_run_is_a_repetition() -> None:
    events = told(("failed", 1, ["price", "market"]), ("failed", 8, ["price"]), ("void", 20, ["documents"]))
    assert course_of(events).repeated == ("price",)


def test_the_rate_is_awarded_over_listed_less_dropped() -> None:
    assert round(Settled(70, 54, 0).percent or 0, 2) == Decimal("77.14")  # 54/(70-0)=77%, plan 106
    assert Settled(70, 54, 0).open == 16
    assert Settled(10, 4, 5).percent == 80 and Settled(3, 0, 3).percent is None
    assert Settled(2, 1, 0) + Settled(3, 0, 1) == Settled(5, 1, 1)


@pytest.mark.parametrize(
    ("amount", "band"),
    [(0, "under-1m"), (999_999, "under-1m"), (1_000_000, "under-10m"), (50_000_000, "under-200m"), (200_000_000, "200m")],
)  # fmt: skip
def test_a_band_begins_at_its_limit(amount: int, band: str) -> None:
    assert band_of(Decimal(amount)) == band


def test_what_happened_goes_into_one_cell_and_comes_back() -> None:
    events = told(("failed", 2, ["price", "market"]), ("awarded", 30, Decimal(9_800_000)))
    events[0].bidders, events[1].bidders = 1, 3
    text = events_text(events)
    assert text == "114-03-02 流標 1家 預算或底價偏低、缺工缺料或市場量能不足；114-03-30 決標 3家 9,800,000元"
    read = events_of(text)
    assert same_events(events, read) and not same_events(events[:1], read)
    with pytest.raises(ValueError, match="看不懂"):
        events_of("三月二日流標")
    with pytest.raises(ValueError, match="沒有「下雨」這個原因"):
        events_of("114-03-02 流標 1家 下雨")
