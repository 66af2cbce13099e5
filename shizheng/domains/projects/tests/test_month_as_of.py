"""The board as of an earlier day, in a database whose clock may be set."""

from datetime import datetime
from decimal import Decimal

import pytest

from shizheng.common import clock
from shizheng.common.clock import TAIPEI
from shizheng.domains.projects.queries import boards
from shizheng.domains.projects.queries.judging import judges
from shizheng.domains.projects.queries.tallying import counted, tallies
from shizheng.domains.projects.tests.month_town import LATE, correct, lock_month, make_month_town, row, tender
from shizheng.kernel.history.actions import allow_setting_the_clock
from shizheng.kernel.measures.queries import as_of_day
from shizheng.kernel.measures.rules.periods import parse_period

MARCH = parse_period("2025-03")


@pytest.mark.own_database
def test_the_board_of_a_day_shows_what_was_known_then(own_database: str) -> None:
    allow_setting_the_clock()

    def at(day: str) -> datetime:
        return datetime.fromisoformat(f"{day}T09:00").replace(tzinfo=TAIPEI)

    with clock.set_to(at("2025-01-02")):
        town = make_month_town()
        made = tender(town.works, "A1")
    with clock.set_to(at("2025-04-08")):
        lock_month(town, "2025-03", {made: row("0")})
    now = [boards.city_board(town.leader, MARCH).matching.percent for _twice in range(2)]
    with clock.set_to(at("2025-05-20")):
        correct(town, made, reached="design", **LATE)

    now.append(boards.city_board(town.leader, MARCH).matching.percent)
    assert now == [100, 100, 0]  # what was kept is made anew after a correction

    def seen(day: str) -> list[Decimal | None]:
        board = boards.city_board(town.leader, MARCH, as_of_day(at(day).date()))
        return [each.matching.percent for each in board.agencies]

    assert (seen("2025-04-01"), seen("2025-04-30"), seen("2025-06-01")) == ([], [Decimal(100)], [Decimal(0)])
    for day in (
        "2025-04-01",
        "2025-04-30",
        "2025-06-01",
    ):  # what was kept is what the records of then come to
        then = as_of_day(at(day).date())
        rules = judges([MARCH], then)
        assert tallies(rules, then) == counted(rules, then)
    board = boards.city_board(town.leader, None, as_of_day(at("2025-04-01").date()))
    assert board.period is None
