"""標案進度月報 (B08): the month's board as it was locked; every rate is a figure with its facts, every tender a row of data.

Remedies and narratives stay inside: officers write names into them.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from shizheng.common.errors import NotFound
from shizheng.common.numbers import plain, round_half_up
from shizheng.common.permissions import SYSTEM
from shizheng.common.together import Steps, side_by_side
from shizheng.common.words import for_the_record
from shizheng.domains.projects.models import Cause
from shizheng.domains.projects.publications.month_data import agencies_data, rules_data, tenders_data
from shizheng.domains.projects.publications.month_tables import (
    AGENCY_COLUMNS,
    PLACED_COLUMNS,
    RULE_COLUMNS,
    SEVERE_COLUMNS,
    agency_rows,
    placed_rows,
    places_told,
    rule_rows,
    severe_rows,
    shown,
)
from shizheng.domains.projects.queries import boards
from shizheng.domains.projects.queries.boards import AgencyRow, Case, MonthBoard
from shizheng.domains.projects.queries.locked import locked_steps
from shizheng.domains.projects.rules.judging import COURSE_LABELS, Rate
from shizheng.kernel.measures import queries as measures
from shizheng.kernel.measures.queries import Key
from shizheng.kernel.measures.rules.figures import Figure
from shizheng.kernel.measures.rules.periods import Period
from shizheng.kernel.organisations import queries as organisations
from shizheng.kernel.publication.documents.model import (
    Block,
    Document,
    FigureRef,
    Heading,
    Paragraph,
    Table,
)
from shizheng.kernel.publication.registry import Gathered
from shizheng.kernel.rulebook.words import words_of

SERIES = "projects.month:{city}:{period}"
RATES = {
    "projects.matching": "matching",
    "projects.execution": "execution",
    "projects.filed": "filed",
}


def gather(unit_id: int, period_code: str) -> Gathered:
    """The month of the whole city as it stands. Raises BadInput for what is no month, CannotDo before it is locked."""
    wrong = _("標案進度月報以全府公布。請從標案看板進入。")
    city, period = side_by_side([whole_city_steps(unit_id, wrong), locked_steps(period_code)])
    board, ids = side_by_side([boards.city_month_steps(SYSTEM, period), measures.ids_by_code_steps(RATES)])
    figures = rate_figures(board, ids, *rates_read(board, ids.values(), city.pk, period))
    with override("zh-hant"), for_the_record():
        facts = month_facts(board, city.name, period, figures)
        title = f"{city.name} {period.label}標案進度月報"
    series = SERIES.format(city=city.pk, period=period.code)
    return Gathered(title, city.pk, series, facts, figures, period.code)


def whole_city_steps(unit_id: int, wrong: str) -> Steps[Any]:
    """The city, beside what else is read. Raises NotFound with the words `wrong` where the unit is another one."""
    city = yield from organisations.city_steps()
    if unit_id != city.pk:
        raise NotFound(wrong)
    return city


def rates_read(
    board: MonthBoard, measure_ids: Iterable[int], city_id: int, period: Period
) -> tuple[dict[int, Figure], dict[Key, Figure]]:
    """The figures of these measures: of the city, and of each agency of the month."""
    agencies = [row.agency_id for row in board.agencies]
    return measures.figures_of_unit_and_others(measure_ids, city_id, agencies, period)


def rate_figures(
    board: MonthBoard, ids: Mapping[str, int], whole: Mapping[int, Figure], found: Mapping[Key, Figure]
) -> dict[str, Figure]:
    """Of the city and of each agency: the three rates, by the names under which the document refers to them."""
    assert board.period is not None
    keys = {
        f"{RATES[code]}-{row.agency_id}": Key(pk, row.agency_id, board.period)
        for row in board.agencies
        for code, pk in ids.items()
    }
    out = {f"{RATES[code]}-city": whole[pk] for code, pk in ids.items() if pk in whole}
    return out | {ref: found[key] for ref, key in keys.items()}


def _text(value: Decimal | None) -> str | None:
    return None if value is None else plain(value)


def _rate(value: Decimal | None) -> str | None:
    return None if value is None else f"{round_half_up(value, 2)}"


def month_facts(
    board: MonthBoard, city: str, period: Period, figures: Mapping[str, Figure]
) -> dict[str, Any]:
    assert board.rule is not None
    whole = AgencyRow(0, city, board.tally, board.rule)
    return {
        "city": city,
        "period": period.code,
        "period_text": period.label,
        "total": {**_row(whole), "ref": "city", **_ids("city", figures)},
        "agencies": [
            {
                **_row(each),
                "place": place_of(each.matching, (one.matching for one in board.agencies)),
                "ref": str(each.agency_id),
                **_ids(str(each.agency_id), figures),
            }
            for each in board.agencies
        ],
        "tenders": [tender_facts(board, each) for each in board.cases],
        "rules": [
            {
                "code": each.code,
                "name": each.name,
                "label": each.label,
                "version_id": each.version_id,
                "value": words_of(each),
                "reading": each.reading,
                "to_be_confirmed": each.unconfirmed,
            }
            for each in board.rule.rules
        ],
    }


def _ids(ref: str, figures: Mapping[str, Figure]) -> dict[str, Any]:
    return {
        f"{name}_figure": figures[f"{name}-{ref}"].id if f"{name}-{ref}" in figures else None
        for name in RATES.values()
    }


def _row(row: AgencyRow) -> dict[str, Any]:
    tally = row.tally
    return {
        "agency": row.name, "continuing": tally.all, "ahead": tally.ahead, "on_plan": tally.on_plan,
        "behind": tally.behind, "suspended": tally.suspended, "not_filed": tally.not_filed, "severe": tally.severe,
        "matching": row.matching.part, "matching_rate": _rate(row.matching.percent), "filed": tally.filed.part,
        "filed_rate": _rate(tally.filed.percent), "executed": plain(tally.executed), "allocated": plain(tally.allocated),
        "execution_rate": _rate(tally.execution), "reports": row.reports,
    }  # fmt: skip


def place_of(own: Rate, among: Iterable[Rate]) -> int | None:
    """名次 by 進度相符率, as the ranking has it: one more than those with a higher rate; None where nothing is counted."""
    if own.percent is None:
        return None
    return 1 + sum(each.percent is not None and each.percent > own.percent for each in among)


def tender_facts(board: MonthBoard, case: Case) -> dict[str, Any]:
    each = case.record
    return {
        "number": each.project.number, "name": each.project.name,
        "agency": board.names.get(each.project.agency_id, ""), "course": case.course.value,
        "course_text": COURSE_LABELS[case.course], "severe": case.severe, "planned": _text(each.planned),
        "actual": _text(each.actual), "lag": _text(case.lag), "planned_works": _text(each.planned_works),
        "actual_works": _text(each.actual_works), "works_lag": _text(case.works_lag), "cause": each.cause,
        "cause_text": str(Cause(each.cause).label) if each.cause else "",
        "catch_up_on": each.catch_up_on.isoformat() if each.catch_up_on else None,
    }  # fmt: skip


def document(facts: Mapping[str, Any], refs: Mapping[str, FigureRef]) -> Document:
    """Rates of the city, agencies lowest first, severe cases one by one, the rules that judged."""
    total = facts["total"]
    severe = [each for each in facts["tenders"] if each["severe"]]
    placed = places_told(facts)
    columns, rows = (PLACED_COLUMNS, placed_rows) if placed else (AGENCY_COLUMNS, agency_rows)
    places = "名次以進度相符率由高到低，同率同名次；" if placed else ""
    blocks: list[Block] = [
        Paragraph((facts["city"],), "title"),
        Paragraph((f"{facts['period_text']}標案進度月報",), "title"),
        Heading(1, "全府"),
        Paragraph(
            (
                f"繼續列管{total['continuing']}件，進度相符{total['matching']}件，進度相符率",
                shown("matching", total, refs),
                "；預算執行率",
                shown("execution", total, refs),
                "；填報率",
                shown("filed", total, refs),
                f"；嚴重落後{total['severe']}件。",
            )
        ),
        Heading(1, "各機關"),
        Table("各機關", columns, tuple(rows(facts, refs))),
        Paragraph(
            (f"低的在前；{places}合計相除，不是各機關平均；未填報的留在分母裡。",),
            "note",
        ),
        Heading(1, "嚴重落後案件"),
    ]
    if severe:
        blocks.append(Table("嚴重落後案件", SEVERE_COLUMNS, tuple(severe_rows(severe))))
    else:
        blocks.append(Paragraph(("這個月沒有嚴重落後的標案。",)))
    blocks += [
        Heading(1, "判定規則"),
        Table("判定規則", RULE_COLUMNS, tuple(rule_rows(facts["rules"]))),
        Paragraph(("各規則是這個月最後一天適用的版本。",), "note"),
    ]
    return Document(
        title=f"{facts['city']} {facts['period_text']}標案進度月報",
        author=facts["city"],
        blocks=tuple(blocks),
        data=facts,
        datasets=(agencies_data(facts), tenders_data(facts), rules_data(facts)),
        subject="標案進度月報",
    )
