"""The programme of the demonstration city: every state occurs, the public reads it, and the past is the past."""

from datetime import date

from shizheng.domains.planning.queries import promises as queries
from shizheng.kernel.measures.queries import as_of_day
from shizheng.kernel.measures.rules.periods import parse_period


def test_two_quarters_are_filed_and_each_state_has_its_example(own_demonstration: str) -> None:
    (made,) = queries.published_programmes()
    fourth = queries.board(made)
    assert fourth.period.code == "2025-Q4" and len(fourth.actions) == 12
    found = {each.promise.code: each.state.value for each in fourth.actions if each.state}
    assert [each.promise.code for each in fourth.exceptions[:2]] == ["1-2-1", "1-2-2"]
    assert {found[code] for code in ("1-2-1", "1-2-2")} == {"behind"}
    assert (found["4-1-1"], found["3-2-2"], found["4-1-2"], found["1-1-1"]) == (
        "not_filed", "not_begun", "done", "on_track",
    )  # fmt: skip
    recycling = next(each for each in fourth.actions if each.promise.code == "3-1-1")
    assert recycling.figure is not None and recycling.figure.value is not None
    third = queries.board(made, parse_period("2025-Q3"))
    assert {each.promise.code for each in third.exceptions} >= {"1-1-2", "1-2-1", "3-2-1"}
    in_november = queries.board(made, None, as_of_day(date(2025, 11, 20)))
    assert in_november.period.code == "2025-Q3"
