"""The page of an agency that reports at a meeting: its rates with what they are made of, and its tenders behind (B02, B03)."""

from collections.abc import Sequence

from shizheng.common.numbers import format_decimal
from shizheng.common.words import tell
from shizheng.domains.projects.documents.item_page import day, percent, points, short, with_cause
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
        (
            tell("進度相符率"),
            f"{row.matching.part:,}",
            f"{row.matching.whole:,}",
            percent(row.matching.percent),
        ),
        (
            tell("預算執行率"),
            format_decimal(tally.executed),
            format_decimal(tally.allocated),
            percent(tally.execution),
        ),
        (tell("填報率"), f"{filed.part:,}", f"{filed.whole:,}", percent(filed.percent)),
    )
    blocks: list[Block] = [
        Table(
            tell("各率"),
            (
                Column(period.label, 3),
                Column(tell("分子"), 3, "end"),
                Column(tell("分母"), 3, "end"),
                Column(tell("百分比"), 2, "end"),
            ),
            tuple(
                (cell(name, header=True), cell(part), cell(whole), cell(rate))
                for name, part, whole, rate in rates
            ),
            dense=True,
        ),
        Paragraph(
            (
                tell(
                    "繼續列管%(all)s件：超前%(ahead)s、相符%(on_plan)s、落後%(behind)s、停工%(suspended)s、未填報%(not_filed)s；嚴重落後%(severe)s件。",
                    all=tally.all,
                    ahead=tally.ahead,
                    on_plan=tally.on_plan,
                    behind=tally.behind,
                    suspended=tally.suspended,
                    not_filed=tally.not_filed,
                    severe=tally.severe,
                ),
            ),
            "note",
        ),
    ]
    if cases:
        blocks.append(_cases(cases[:MOST_CASES]))
    else:
        blocks.append(Paragraph((tell("沒有落後或未填報的標案。"),)))
    if len(cases) > MOST_CASES:
        blocks.append(
            Paragraph((tell("另有%(n)s件，見機關的標案看板。", n=len(cases) - MOST_CASES),), "note")
        )
    return blocks


def _cases(cases: Sequence[Case]) -> Table:
    columns = (
        Column(tell("標案"), 5), Column(tell("情形"), 1.6), Column(tell("標案差距"), 1.6, "end"),
        Column(tell("施工差距"), 1.6, "end"), Column(tell("落後因素與對策"), 5), Column(tell("預定趕上日"), 1.8, "end"),
    )  # fmt: skip
    rows = []
    for each in cases:
        record = each.record
        cause = str(record.get_cause_display()) if record.cause else ""
        said = with_cause(cause, short(record.remedy, MOST_TEXT))
        rows.append(
            (
                cell(str(record.project), header=True),
                cell(tell("嚴重落後" if each.severe else COURSE_LABELS[each.course])),
                cell(points(each.lag)),
                cell(points(each.works_lag)),
                cell(said or tell("沒有填報")),
                cell(day(record.catch_up_on)),
            )
        )
    return Table(tell("落後與未填報的標案"), columns, tuple(rows), dense=True)
