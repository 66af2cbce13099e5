"""簽 (draft) on rewards and penalties for months in a row ahead or behind, with the evidence of each (B05, TC-05)."""

from collections.abc import Iterable, Sequence

from shizheng.common.numbers import format_decimal
from shizheng.domains.projects.documents.item_page import percent, points
from shizheng.domains.projects.queries.judging import GAPS, STREAK, STREAK_MONTHS
from shizheng.domains.projects.queries.ranking import Proposal, Streaks
from shizheng.domains.projects.rules.streaks import WHY_LABELS, Gap
from shizheng.kernel.publication.documents.model import (
    Block,
    Cell,
    Column,
    Document,
    Heading,
    Paragraph,
    Table,
    cell,
)
from shizheng.kernel.rulebook.words import words_of

GAP_WORDS = {Gap.BREAKS: "中斷", Gap.SKIPPED: "略過不計", Gap.COUNTS: "照計"}


def streak_memo(found: Streaks, city: str) -> Document:
    """The draft for one month: on what it rests, what is proposed, the evidence month by month. Nobody is named."""
    assert found.period is not None and found.rule is not None
    label = found.period.label
    title = f"{label}標案連續超前或落後獎懲建議簽（稿）"
    penalties = [each for each in found.proposals if not each.ahead]
    rewards = [each for each in found.proposals if each.ahead]
    blocks: list[Block] = [
        Paragraph((f"{city}　簽（稿）",), "title"),
        Paragraph(
            (
                f"主旨：{label}標案進度連續超前或落後案件，擬建議獎勵{len(rewards)}件、懲處{len(penalties)}件，請核示。",
            )
        ),
        Heading(1, "說明"),
        *(Paragraph((f"{place}、{text}",)) for place, text in zip("一二三四", _grounds(found), strict=False)),
        Heading(1, "連續落後，建議懲處"),
        *_proposals(penalties, found, "沒有連續落後達門檻的標案。"),
        Heading(1, "連續超前，建議獎勵"),
        *_proposals(rewards, found, "沒有連續超前達門檻的標案。"),
        Heading(1, "擬辦"),
        Paragraph(("上列案件請主辦機關提出檢討與人員名單，經審議後辦理；連續落後者，單位主管連帶負責。",)),
        Paragraph(("本稿由系統依規則與鎖定的月進度列出，是否獎懲由權責主管決定。",), "note"),
    ]
    return Document(title=f"{city}{title}", author=city, blocks=tuple(blocks), subject=title)


def _grounds(found: Streaks) -> Iterable[str]:
    assert found.rule is not None
    rules = {each.code: each for each in found.rule.rules}
    if found.rule.streak is None or STREAK not in rules:
        yield "這個月還沒有獎懲的規則，所以沒有建議。"
        return
    threshold, months = rules[STREAK], rules.get(STREAK_MONTHS)
    yield (
        f"依規則「{threshold.name}」第{threshold.number}版（{threshold.source}）：每月連續{found.rule.streak.length}個月提前或落後"
        f"{format_decimal(found.rule.streak.threshold)}個百分點以上的案件，簽辦獎勵或懲處。"
    )
    if months is not None and months.unconfirmed:
        yield f"連續月數（第{months.number}版，{words_of(months)}）的讀法待確認：{months.reading}"
    gaps = "、".join(
        f"{WHY_LABELS[why]}{GAP_WORDS[gap]}（規則「{rules[GAPS[why]].name}」第{rules[GAPS[why]].number}版）"
        for why, gap in found.rule.streak.gaps.items()
        if GAPS[why] in rules
    )
    yield f"不同於一般的月份：{gaps}。"
    yield "差距是月底實際進度減預定進度，依該月適用的預定進度版次計算。"


def _proposals(proposals: Sequence[Proposal], found: Streaks, nothing: str) -> Iterable[Block]:
    if not proposals:
        yield Paragraph((nothing,))
        return
    columns = (
        Column("標案", 5), Column("機關", 2), Column("月份", 1.6), Column("預定", 1.6, "end"),
        Column("實際", 1.6, "end"), Column("差距", 1.6, "end"), Column("預定版次", 1.4, "end"),
    )  # fmt: skip
    rows: list[tuple[Cell | None, ...]] = []
    for each in proposals:
        count = len(each.months)
        for place, one in enumerate(each.months):
            first = (
                cell(str(each.record.project), header=True, rows=count),
                cell(found.names.get(each.agency_id, ""), rows=count),
            )
            rows.append(
                (
                    *(first if place == 0 else (None, None)), cell(one.period.short_label), cell(percent(one.planned)),
                    cell(percent(one.actual)), cell(points(one.lag)),
                    cell("—" if one.plan is None else f"第{one.plan}版"),
                )
            )  # fmt: skip
    yield Table("獎懲建議", columns, tuple(rows), dense=True)
