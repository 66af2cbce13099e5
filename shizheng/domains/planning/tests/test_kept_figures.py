"""What is kept beyond a change is what would be read anew: after any change, for today and for an earlier day."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import date
from decimal import Decimal
from random import Random
from threading import Event
from typing import Any

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from shizheng.common import clock
from shizheng.common.permissions import SYSTEM
from shizheng.domains.planning.models import Goal, Kpi, Plan, PlanState, SourceDocument
from shizheng.domains.planning.queries import agency_board, boards, city_board, trend
from shizheng.kernel.history.actions import recorded
from shizheng.kernel.measures import actions
from shizheng.kernel.measures.models import Fact, Measure
from shizheng.kernel.measures.queries import AsOf, remembering
from shizheng.kernel.measures.rules.missing import MissingKind
from shizheng.kernel.measures.rules.parser import parse
from shizheng.kernel.measures.rules.periods import parse_period
from shizheng.kernel.measures.tests.factories import make_measure, open_unit
from shizheng.kernel.organisations.models import UnitPeriod

pytestmark = [pytest.mark.own_database, pytest.mark.django_db(transaction=True)]
HALVES = [parse_period(code) for code in ("2017-H1", "2017-H2")]
MONTHS = [f"2017-{month:02d}" for month in range(1, 13)]
BOTH = [{"name": name, "label": name, "unit": "", "list": False} for name in "ab"]


@pytest.fixture(autouse=True)
def _nothing_kept() -> Iterator[None]:
    remembering.forget()
    yield
    remembering.forget()


class Town:
    """Two agencies, one with two units below it, and a plan of each with KPIs on measures of every method."""

    def __init__(self) -> None:
        self.city = open_unit("city")
        self.first, self.second = (open_unit(code, parent=self.city, kind="agency") for code in ("A", "B"))
        self.units = [open_unit(f"u{number}", parent=self.first) for number in range(2)]
        self.measures = [
            make_measure(self.first, "ratio", inputs=BOTH, aggregation_time="ratio_of_sums"),
            make_measure(
                self.first, "count", "a", inputs=BOTH, aggregation_time="sum", aggregation_units="sum"
            ),
            make_measure(self.first, "mean", inputs=BOTH, aggregation_time="mean", aggregation_units="mean"),
            make_measure(self.first, "latest", "a", inputs=BOTH, aggregation_units="none"),
        ]
        with recorded(by=SYSTEM, action="tests.plan", reason="test"):
            for unit in (self.first, self.second):
                source = SourceDocument.objects.create(
                    file_name="a.txt", sha256=unit.code * 64, size=1, text=""
                )
                plan = Plan.objects.create(
                    agency=unit, roc_year=106, title="計畫", state=PlanState.PUBLISHED, source=source,
                    imported_at=clock.now(), accepted_at=clock.now(), published_at=clock.now(),
                )  # fmt: skip
                goal = Goal.objects.create(plan=plan, position=1, number=1, name="目標")
                for number, measure in enumerate(self.measures, 1):
                    Kpi.objects.create(
                        goal=goal, position=number, name=measure.name, weight=number, measure=measure
                    )

    def file(self, random: Random) -> None:
        """An input nobody has filed, a correction of one, or what was missing."""
        measure, unit = (
            random.choice(self.measures),
            random.choice([self.first, self.second, *self.units, self.city]),
        )
        period, name = random.choice([*MONTHS, "2017", "2017-H1"]), random.choice("ab")
        value = (
            {"missing": random.choice(list(MissingKind))}
            if random.random() < 0.2
            else {"value": Decimal(random.randint(0, 9))}
        )
        standing = Fact.objects.filter(
            measure=measure, unit=unit, period=period, input=name, superseded_by=None
        ).first()
        if standing is None:
            actions.record_fact(SYSTEM, actions.Filing(measure.pk, name, unit.pk, period, **value))
        elif standing.value != value.get("value", "") and standing.missing != value.get("missing"):
            actions.correct_fact(SYSTEM, standing.pk, reason="查核後更正", **value)

    def redefine(self, random: Random) -> None:
        measure = Measure.objects.get(pk=random.choice(self.measures).pk)
        content = actions.Content(
            valid_from=date(2017, 1, 1), valid_to=date(2018, 1, 1), formula=parse("10*a/b"), unit="%",
            inputs=BOTH, target=Decimal(random.randint(0, 9)),
            aggregation_units="ratio_of_sums", aggregation_time="ratio_of_sums",
        )  # fmt: skip
        actions.revise_definition(
            SYSTEM, measure.pk, version=measure.version, content=content, reason="改算法"
        )

    def rename(self, random: Random) -> None:
        with recorded(by=SYSTEM, action="tests.rename", reason="test"):
            measure = Measure.objects.get(pk=random.choice(self.measures).pk)
            measure.name = f"指標 {random.random()}"
            measure.save()

    def weigh(self, random: Random) -> None:
        with recorded(by=SYSTEM, action="tests.weigh", reason="test"):
            kpi = random.choice(list(Kpi.objects.all()))
            kpi.weight = Decimal(random.randint(1, 50))
            kpi.measure = random.choice(self.measures)
            kpi.save()

    def move(self, random: Random) -> None:
        with recorded(by=SYSTEM, action="tests.move", reason="test"):
            period = UnitPeriod.objects.get(unit=random.choice(self.units))
            period.parent = random.choice([self.first, self.second])
            period.save()


def seen(as_of: AsOf | None, agency_id: int) -> list[Any]:
    """All that boards and a trend show, and what every figure was made of."""
    found: list[Any] = []
    for board in (
        city_board(SYSTEM, 106, None, as_of),
        city_board(SYSTEM, 106, HALVES[0], as_of),
        agency_board(SYSTEM, agency_id, 106, None, as_of),
    ):
        figures = [kpi.figure for kpi in board.kpis if kpi.figure]
        found.append((board.kpis, board.agencies, board.years, board.names, board.tally))
        found.append([(each.id, each.value, each.verdict, each.inputs, each.fact_ids) for each in figures])
    return [*found, trend(SYSTEM, HALVES, as_of)]


@pytest.mark.parametrize("seed", range(4))
def test_after_any_change_what_is_kept_is_what_would_be_read_anew(seed: int) -> None:
    town, random = Town(), Random(seed)
    changes: list[Callable[[Random], None]] = [
        *[town.file] * 12,
        town.redefine,
        town.rename,
        town.weigh,
        town.move,
    ]
    for _ in range(30):
        town.file(random)
    then = AsOf(clock.now(), None)
    remembering.forget()
    for _ in range(30):
        random.choice(changes)(random)
        for as_of in (None, then):
            kept = seen(as_of, town.first.pk)
            held = dict(remembering._kept), dict(remembering._stocks)
            remembering.forget()
            assert kept == seen(as_of, town.first.pk)
            remembering._kept.update(held[0])
            remembering._stocks.update(held[1])


def test_a_filing_costs_few_queries_and_leaves_the_figures_of_others_as_they_are() -> None:
    town, random = Town(), Random(7)
    for _ in range(40):
        town.file(random)
    before = {kpi.kpi_id: kpi.figure for kpi in city_board(SYSTEM, 106).kpis}
    measure = town.measures[0]
    actions.record_fact(SYSTEM, actions.Filing(measure.pk, "a", town.units[0].pk, "2017-Q4", Decimal(3)))
    with CaptureQueriesContext(connection) as made:
        after = {kpi.kpi_id: kpi.figure for kpi in city_board(SYSTEM, 106).kpis}
    said = [each["sql"] for each in made]
    assert not any("planning_" in each or "organisations_" in each for each in said)
    assert len(said) <= 5
    anew = {key for key, figure in after.items() if figure is not before[key]}
    own = {
        key
        for key, figure in after.items()
        if figure and (figure.measure_id, figure.unit_id) == (measure.pk, town.first.pk)
    }
    assert anew == own


def test_while_somebody_writes_what_is_seen_is_right_and_not_kept() -> None:
    town = Town()
    city_board(SYSTEM, 106)
    stocks = dict(remembering._stocks)
    with recorded(by=SYSTEM, action="tests.write", reason="test"):
        for name in "ab":
            actions.record_fact(
                SYSTEM, actions.Filing(town.measures[0].pk, name, town.first.pk, "2017-06", Decimal(3))
            )
        board = city_board(SYSTEM, 106)
        assert [str(kpi.figure.value) for kpi in board.kpis if kpi.figure and kpi.figure.fact_ids] == [
            "100.00"
        ]
        assert remembering._stocks == stocks
    assert city_board(SYSTEM, 106).tally.judged == 1


def test_too_many_changes_to_follow_make_all_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    town, random = Town(), Random(3)
    monkeypatch.setattr(remembering, "FOLLOWED", 3)
    for _ in range(5):
        for _ in range(4):
            town.file(random)
        kept = seen(None, town.first.pk)
        remembering.forget()
        assert kept == seen(None, town.first.pk)


def test_a_stock_of_another_past_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    town = Town()
    city_board(SYSTEM, 106)
    for key, stock in remembering._stocks.items():
        fact, (number, _transaction, *rest), rule = stock.marks
        remembering._stocks[key] = remembering._Stock(
            (fact, (number, 1, *rest), rule), stock.values, stock.size
        )
    asked: list[int] = []
    monkeypatch.setattr(boards, "figures_of", _counting(boards.figures_of, asked))
    remembering._kept.clear()
    with CaptureQueriesContext(connection) as made:
        city_board(SYSTEM, 106)
    assert asked == [8]
    assert any("formula::text" in each["sql"] for each in made), "definitions were not read again"
    assert town.measures


def _counting(call: Callable[..., Any], asked: list[int]) -> Callable[..., Any]:
    def counted(now: Any, keys: Any, *rest: Any) -> Any:
        asked.append(len(keys))
        return call(now, keys, *rest)

    return counted


def test_of_several_who_ask_at_once_one_makes_it_and_a_failure_keeps_nobody_waiting() -> None:
    made: list[int] = []
    begun, go = Event(), Event()

    def make() -> int:
        made.append(1)
        begun.set()
        go.wait(10)
        if len(made) == 1:
            raise RuntimeError("broken off")
        return 7

    def ask() -> int | None:
        try:
            return remembering.remembered("test.once", make, lambda value: 1)
        except RuntimeError:
            return None
        finally:
            connections.close_all()

    with ThreadPoolExecutor(3) as several:
        first = several.submit(ask)
        assert begun.wait(10)
        others = [several.submit(ask) for _ in range(2)]
        assert not wait(others, 0.3).done and made == [1]
        go.set()
        assert first.result(10) is None and {each.result(10) for each in others} == {7}
    assert remembering.remembered("test.once", make, lambda value: 1) == 7
    assert not remembering._being_made and len(made) <= 3


def test_a_decision_about_the_rulebook_makes_every_figure_anew() -> None:
    made: list[remembering.Place] = []
    place = (1, 2, "2017")

    def make(few: list[remembering.Place]) -> dict[remembering.Place, int]:
        made.extend(few)
        return dict.fromkeys(few, len(made))

    now = remembering.mark()._replace(nobody_writes=True)
    for mark in (now, now, now._replace(decision=(7, 7, 7))):
        remembering.figures_kept(mark, "test", [place], make, lambda unit: [])
    assert made == [place, place]
