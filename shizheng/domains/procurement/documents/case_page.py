"""The page of a failed tender in the pack of the supervision group (F01): what it is, what happened, what its agency says."""

from collections.abc import Sequence

from shizheng.common.numbers import format_decimal
from shizheng.common.roc import in_words
from shizheng.common.words import called
from shizheng.domains.procurement.models import CaseEvent, CaseMonth
from shizheng.domains.procurement.queries.months import Standing
from shizheng.domains.procurement.rules.failed import CAUSE_LABELS, NO_CAUSE, OUTCOME_LABELS, Cause
from shizheng.kernel.publication.documents.model import Block, Cell, Column, Heading, Paragraph, Table, cell

EVENTS = (
    Column("日期", 2),
    Column("事件", 1.4),
    Column("投標家數", 1.2, "end"),
    Column("原因", 4),
    Column("說明", 4),
)


def case_blocks(each: Standing, month: CaseMonth | None) -> Sequence[Block]:
    """A heading, the facts in a sentence, the events in order, and the month that was filed last."""
    case, course = each.case, each.course
    blocks: list[Block] = [
        Heading(2, f"{case.tender_no} {case.name}"),
        Paragraph(
            (
                f"{called(case.agency)}　{case.get_category_display()}　預算 {format_decimal(case.amount)} 元　"
                f"{in_words(case.listed_on)}列管　{OUTCOME_LABELS[course.outcome]}",
            )
        ),
    ]
    if each.events:
        blocks.append(Table("經過", EVENTS, tuple(_event(one) for one in each.events)))
    else:
        blocks.append(Paragraph(("還沒有流廢標紀錄。",), "note"))
    return [*blocks, *_month(month)]


def _event(event: CaseEvent) -> tuple[Cell | None, ...]:
    causes = "、".join(CAUSE_LABELS[Cause(each)] for each in event.causes)
    return (
        cell(in_words(event.on)), cell(event.get_kind_display()),
        cell("—" if event.bidders is None else str(event.bidders)),
        cell(causes or (NO_CAUSE if event.kind in ("failed", "void") else "—")), cell(event.text or "—"),
    )  # fmt: skip


def _month(month: CaseMonth | None) -> Sequence[Block]:
    if month is None:
        return [Paragraph(("機關還沒有填報辦理情形。",), "note")]
    told = [f"{month.period} 辦理情形：{month.text or '—'}"]
    if month.measure:
        told.append(f"改善措施：{month.measure}")
    if month.next_on is not None:
        told.append(f"下次招標日：{in_words(month.next_on)}")
    return [Paragraph((text,)) for text in told]
