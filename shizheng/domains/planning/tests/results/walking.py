"""The way of a return of results: filled, filed, sent back, signed, locked; and a figure as the board then has it."""

from datetime import date
from types import SimpleNamespace
from typing import Any

from shizheng.domains.planning import queries
from shizheng.domains.planning.queries.result_forms import lines_of
from shizheng.domains.planning.rules.result_forms import MARK
from shizheng.domains.planning.tests.results.town import (
    COUNT,
    LOW,
    MEAN,
    NOT_YET,
    RATIO,
    fields_of,
    on,
    row_of,
)
from shizheng.kernel.filing import actions
from shizheng.kernel.filing.actions import TypedEntry
from shizheng.kernel.filing.models import Return
from shizheng.kernel.measures.queries import as_of_day
from shizheng.kernel.measures.rules.periods import parse_period

HALF = parse_period("2017-H1")


def fill(town: SimpleNamespace, owed: Return) -> None:
    """Type what nobody supplies: two numbers with evidence, one kind of missing with its reason."""
    plan = town.plan
    typed = [
        (RATIO, "narrative", f"重大工程進度相符之比率為{MARK}。落後案件逐案檢討。另有三案已趕上。"),
        (NOT_YET, "missing", "not_yet_measurable"),
        (NOT_YET, "why", "十月評估後才有"),
        (MEAN, "in_a", "97.57"),
        (MEAN, "in_b", "82.0"),
        (MEAN, "evidence", "滿意度調查月報 106-06"),
        (COUNT, "in_a", "4"),
        (COUNT, "evidence", "調查報告四份"),
        (LOW, "in_a", "80"),
        (LOW, "evidence", "抽查紀錄 106-06-30"),
    ]
    names = {name: fields_of(plan, name) for name in {each[0] for each in typed}}
    actions.save_entries(
        town.officer,
        owed.pk,
        [
            TypedEntry(row_of(plan, name), input_named(names[name], field), text, None)
            for name, field, text in typed
        ],
    )


def input_named(inputs: list[str], name: str) -> str:
    """`in_a` and `in_b` stand for the first and the second input, whatever they are called."""
    return inputs["ab".index(name[3:])] if name.startswith("in_") else name


def walk_to_lock(town: SimpleNamespace, owed: Return) -> None:
    """Filed, sent back once, answered, signed, locked."""
    with on("2017-07-05", 9, 30):
        fill(town, owed)
        actions.submit_return(town.officer, owed.pk, version=None)
    with on("2017-07-05", 15):
        actions.send_back(town.chief, owed.pk, version=None, reason="請寫三案是哪三案")
    with on("2017-07-06", 10, 12):
        text = f"重大工程進度相符之比率為{MARK}。落後案件逐案檢討。三案為甲、乙、丙。"
        entry = TypedEntry(row_of(town.plan, RATIO), "narrative", text, None)
        actions.save_entries(town.officer, owed.pk, [entry])
        actions.submit_return(town.officer, owed.pk, version=None, note_text="已補三案名稱")
    with on("2017-07-07", 11):
        actions.sign_return(town.chief, owed.pk, version=None)
    with on("2017-07-09", 16, 40):
        actions.sign_return(town.head, owed.pk, version=None)
    with on("2017-07-14", 9):
        actions.lock_round(town.rdec, owed.round_id)


def figure(town: SimpleNamespace, name: str, day: date | None = None) -> Any:
    """A KPI on the city's board, as of a day."""
    board = queries.city_board(town.leader, None, HALF, as_of_day(day))
    return next(each for each in board.kpis if each.name == name)


def queries_of(owed: Return) -> Any:
    """The lines of the form of a return."""
    return lines_of(owed)
