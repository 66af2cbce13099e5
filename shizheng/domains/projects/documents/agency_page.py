"""The page of an agency that reports at a meeting: its rates with what they are made of, and its tenders behind (B02, B03)."""

from collections.abc import Sequence

from shizheng.common.numbers import format_decimal
from shizheng.domains.projects.documents.item_page import day, percent, points, short
from shizheng.domains.projects.queries.boards import AgencyRow, Case
from shizheng.domains.projects.rules.judging import COURSE_LABELS
from shizheng.kernel.measures.rules.periods import Period
from shizheng.kernel.publication.documents.model import Block, Column, Paragraph, Table, cell

MOST_CASES = 30
MOST_TEXT = 60


def agency_blocks(row: AgencyRow, cases: Sequence[Case], period: Period) -> list[Block]:
    """The page as blocks, without its heading. `cases`: its tenders behind or not filed, the worst first."""
    tally, filed = row.tally, row.tally.filed
    rates = (
        ("進度相符率", f"{row.matching.part:,}", f"{row.matching.whole:,}", percent(row.matching.percent)),
        (
            "預算執行率",
            format_decimal(tally.executed),
            format_decimal(tally.allocated),
            percent(tally.execution),
        ),
        ("填報率", f"{filed.part:,}", f"{filed.whole:,}", percent(filed.percent)),
    )
    blocks: list[Block] = [
        Table(
            "各率",
            (
                Column(period.label, 3),
                Column("分子", 3, "end"),
                Column("分母", 3, "end"),
                Column("百分比", 2, "end"),
            ),
            tuple(
                (cell(name, header=True), cell(part), cell(whole), cell(rate))
                for name, part, whole, rate in rates
            ),
            dense=True,
        ),
        Paragraph(
            (
                f"繼續列管{tally.all}件：超前{tally.ahead}、相符{tally.on_plan}、落後{tally.behind}、停工{tally.suspended}、"
                f"未填報{tally.not_filed}；嚴重落後{tally.severe}件。",
            ),
            "note",
        ),
    ]
    if cases:
        blocks.append(_cases(cases[:MOST_CASES]))
    else:
        blocks.append(Paragraph(("沒有落後或未填報的標案。",)))
    if len(cases) > MOST_CASES:
        blocks.append(Paragraph((f"另有{len(cases) - MOST_CASES}件，見機關的標案看板。",), "note"))
    return blocks


def _cases(cases: Sequence[Case]) -> Table:
    columns = (
        Column("標案", 5), Column("情形", 1.6), Column("標案差距", 1.6, "end"), Column("施工差距", 1.6, "end"),
        Column("落後因素與對策", 5), Column("預定趕上日", 1.8, "end"),
    )  # fmt: skip
    rows = []
    for each in cases:
        record = each.record
        cause = str(record.get_cause_display()) if record.cause else ""
        said = "：".join(part for part in (cause, short(record.remedy, MOST_TEXT)) if part)
        rows.append(
            (
                cell(str(record.project), header=True),
                cell("嚴重落後" if each.severe else COURSE_LABELS[each.course]),
                cell(points(each.lag)),
                cell(points(each.works_lag)),
                cell(said or "沒有填報"),
                cell(day(record.catch_up_on)),
            )
        )
    return Table("落後與未填報的標案", columns, tuple(rows), dense=True)
