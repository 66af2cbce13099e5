"""Two publications of a grant year (B16): its results each quarter for everybody (GR-12), the year's report (GR-01)."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from shizheng.common.errors import BadInput, CannotDo
from shizheng.common.permissions import SYSTEM
from shizheng.common.roc import year_number
from shizheng.common.words import for_the_record
from shizheng.domains.projects.publications.grant_facts import (
    Refs,
    agencies_dataset,
    agency_table,
    facts_of,
    figures_of,
    items_dataset,
    rule_table,
    shown,
    stage_table,
)
from shizheng.domains.projects.queries import grants as queries
from shizheng.domains.projects.queries.grant_report import keeps_report, last_quarter, report_of
from shizheng.kernel.measures.rules.periods import (
    ROC_OFFSET,
    Period,
    PeriodKind,
    PeriodNotUnderstood,
    parse_period,
)
from shizheng.kernel.organisations import queries as organisations
from shizheng.kernel.publication.documents.model import Block, Document, Heading, Paragraph
from shizheng.kernel.publication.registry import Gathered

NOTHING = "（沒有填寫）"


def gather_quarter(year_id: int, period_code: str) -> Gathered:
    """The quarter of a grant year as it stands. Raises BadInput for what is no quarter of it, CannotDo before it is locked."""
    year = queries.grant_year(SYSTEM, year_id)
    try:
        quarter = parse_period(period_code)
    except PeriodNotUnderstood as failure:
        raise BadInput(str(failure), fields={"period": [str(failure)]}) from failure
    if quarter.kind is not PeriodKind.QUARTER or quarter.year != year.roc_year + ROC_OFFSET:
        message = _("補助款成效按季公布，請選 %(year)s 年的一季，例如 2025-Q2。") % {
            "year": year_number(year.roc_year)
        }
        raise BadInput(message, fields={"period": [message]})
    period = queries.quarter_period(year_id, quarter)
    if period is None:
        raise CannotDo(
            _("%(period)s底的填報還沒有鎖定，不能公布。請先鎖定那一期。") % {"period": quarter.label}
        )
    return _gathered(year_id, period, quarter, "quarter")


def gather_report(year_id: int, _period_code: str) -> Gathered:
    """The report of a grant year. Raises CannotDo before December (or the fourth quarter) is locked, or without words."""
    year = queries.grant_year(SYSTEM, year_id)
    last, keeps = last_quarter(year), keeps_report(year)
    period, words = queries.quarter_period(year_id, last), report_of(year_id)
    if keeps or period is None or words is None:
        raise CannotDo(keeps)
    found = _gathered(year_id, period, Period(PeriodKind.YEAR, last.year), "report")
    said = {
        "achievements": words.achievements,
        "problems": words.problems,
        "improvements": words.improvements,
        "selected_on": year.selected_on.isoformat() if year.selected_on else None,
    }
    return Gathered(
        found.title, found.unit_id, found.series, {**found.facts, **said}, found.figures, found.period
    )


def _gathered(year_id: int, period: Period, told: Period, kind: str) -> Gathered:
    year = queries.grant_year(SYSTEM, year_id)
    board = queries.grant_board(SYSTEM, year_id, period)
    city = organisations.city()
    figures = figures_of(year, board, period, city.pk)
    with override("zh-hant"), for_the_record():
        facts = facts_of(year, board, period, city.name, figures)
        facts["told_period"], facts["told_text"] = told.code, told.label
        name = "執行成效" if kind == "quarter" else "績效報告"
        title = f"{city.name} {told.label}{year.programme.name}{name}"
    facts["title"] = title
    series = f"projects.grant_{kind}:{year.pk}:{told.code}"
    return Gathered(title, city.pk, series, facts, figures, told.code)


def quarter_document(facts: Mapping[str, Any], refs: Refs) -> Document:
    """Rates of the city, stage targets, agencies, the rules that judged; items as data."""
    return _document(facts, [*_opening(facts, refs), *_tables(facts, refs)])


def report_document(facts: Mapping[str, Any], refs: Refs) -> Document:
    """The same with the words of the report."""
    words: list[Block] = []
    for name, heading in (
        ("achievements", "績效與成果"),
        ("problems", "未達目標的原因"),
        ("improvements", "改善與建議"),
    ):
        words.append(Heading(1, heading))
        lines = [line for line in (facts[name] or NOTHING).splitlines() if line.strip()]
        words += [Paragraph((line.strip(),)) for line in lines]
    if facts["selected_on"]:
        words.insert(0, Paragraph((f"選案審查會議：{facts['selected_on']}。",)))
    return _document(facts, [*_opening(facts, refs), *words, *_tables(facts, refs)])


def _opening(facts: Mapping[str, Any], refs: Refs) -> list[Block]:
    total = facts["total"]
    return [
        Paragraph((facts["title"],), "title"),
        Heading(1, "總體情形"),
        Paragraph(
            (
                f"核定{total['items']}案，已決標{total['awarded']}案，發包率",
                shown("award", total, refs),
                f"；已完工{total['completed']}案，完工率",
                shown("completion", total, refs),
                "；分配率",
                shown("allocation", total, refs),
                "；達成率",
                shown("achievement", total, refs),
                "；預算執行率",
                shown("execution", total, refs),
                "；實現率",
                shown("realisation", total, refs),
                "。",
            )
        ),
    ]


def _tables(facts: Mapping[str, Any], refs: Refs) -> list[Block]:
    blocks: list[Block] = [Heading(1, "階段目標")]
    if facts["stages"]:
        blocks.append(stage_table(facts))
        blocks.append(Paragraph(("以未進位的數字判定；剛好等於目標就是達成。",), "note"))
    else:
        blocks.append(Paragraph(("到這一期為止沒有到期的階段目標。",)))
    blocks += [
        Heading(1, "各機關"),
        agency_table(facts, refs),
        Paragraph(("合計相除，不是各機關平均；未填報的補助案留在分母裡。",), "note"),
        Heading(1, "判定規則"),
        rule_table(facts),
    ]
    return blocks


def _document(facts: Mapping[str, Any], blocks: list[Block]) -> Document:
    return Document(
        title=facts["title"],
        author=facts["city"],
        blocks=tuple(blocks),
        data=facts,
        datasets=(agencies_dataset(facts), items_dataset(facts)),
        subject="一般性補助款執行成效",
    )
