"""簽 (draft) on rewards and penalties for months in a row ahead or behind, with the evidence of each (B05, TC-05)."""

from collections.abc import Iterable, Sequence

from shizheng.common.numbers import format_decimal
from shizheng.common.words import N_, english, listed, read, tell
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

GAP_WORDS = {Gap.BREAKS: N_("中斷"), Gap.SKIPPED: N_("略過不計"), Gap.COUNTS: N_("照計")}


def streak_memo(found: Streaks, city: str) -> Document:
    """The draft for one month: on what it rests, what is proposed, the evidence month by month. Nobody is named."""
    assert found.period is not None and found.rule is not None
    label = found.period.label
    title = tell("%(month)s標案連續超前或落後獎懲建議簽（稿）", month=label)
    penalties = [each for each in found.proposals if not each.ahead]
    rewards = [each for each in found.proposals if each.ahead]
    blocks: list[Block] = [
        Paragraph((tell("%(city)s　簽（稿）", city=city),), "title"),
        Paragraph(
            (
                tell(
                    "主旨：%(month)s標案進度連續超前或落後案件，擬建議獎勵%(rewards)s件、懲處%(penalties)s件，請核示。",
                    month=label,
                    rewards=len(rewards),
                    penalties=len(penalties),
                ),
            )
        ),
        Heading(1, tell("說明")),
        *(Paragraph((f"{place}{text}",)) for place, text in zip(_numerals(), _grounds(found), strict=False)),
        Heading(1, tell("連續落後，建議懲處")),
        *_proposals(penalties, found, tell("沒有連續落後達門檻的標案。")),
        Heading(1, tell("連續超前，建議獎勵")),
        *_proposals(rewards, found, tell("沒有連續超前達門檻的標案。")),
        Heading(1, tell("擬辦")),
        Paragraph(
            (tell("上列案件請主辦機關提出檢討與人員名單，經審議後辦理；連續落後者，單位主管連帶負責。"),)
        ),
        Paragraph((tell("本稿由系統依規則與鎖定的月進度列出，是否獎懲由權責主管決定。"),), "note"),
    ]
    return Document(
        title=tell("%(city)s%(title)s", city=city, title=title),
        author=city,
        blocks=tuple(blocks),
        subject=title,
        language="en" if english() else "zh-TW",
    )


def _numerals() -> Sequence[str]:
    """What stands before each ground: 一、 in a Chinese memo, 1. in an English one."""
    return [f"{n}. " for n in range(1, 5)] if english() else [f"{each}、" for each in "一二三四"]


def _grounds(found: Streaks) -> Iterable[str]:
    assert found.rule is not None
    rules = {each.code: each for each in found.rule.rules}
    if found.rule.streak is None or STREAK not in rules:
        yield tell("這個月還沒有獎懲的規則，所以沒有建議。")
        return
    threshold, months = rules[STREAK], rules.get(STREAK_MONTHS)
    yield tell(
        "依規則「%(rule)s」第%(n)s版（%(source)s）：每月連續%(months)s個月提前或落後%(limit)s個百分點以上的案件，簽辦獎勵或懲處。",
        rule=read(threshold.name), n=threshold.number, source=read(threshold.source),
        months=found.rule.streak.length, limit=format_decimal(found.rule.streak.threshold),
    )  # fmt: skip
    if months is not None and months.unconfirmed:
        yield tell(
            "連續月數（第%(n)s版，%(value)s）的讀法待確認：%(reading)s",
            n=months.number, value=words_of(months), reading=read(months.reading),
        )  # fmt: skip
    gaps = listed(
        tell(
            "%(why)s%(counts)s（規則「%(rule)s」第%(n)s版）",
            why=tell(WHY_LABELS[why]),
            counts=tell(GAP_WORDS[gap]),
            rule=read(rules[GAPS[why]].name),
            n=rules[GAPS[why]].number,
        )
        for why, gap in found.rule.streak.gaps.items()
        if GAPS[why] in rules
    )
    yield tell("不同於一般的月份：%(gaps)s。", gaps=gaps)
    yield tell("差距是月底實際進度減預定進度，依該月適用的預定進度版次計算。")


def _proposals(proposals: Sequence[Proposal], found: Streaks, nothing: str) -> Iterable[Block]:
    if not proposals:
        yield Paragraph((nothing,))
        return
    columns = (
        Column(tell("標案"), 5), Column(tell("機關"), 2), Column(tell("月份"), 1.6), Column(tell("預定"), 1.6, "end"),
        Column(tell("實際"), 1.6, "end"), Column(tell("差距"), 1.6, "end"), Column(tell("預定版次"), 1.4, "end"),
    )  # fmt: skip
    rows: list[tuple[Cell | None, ...]] = []
    for each in proposals:
        count = len(each.months)
        for place, one in enumerate(each.months):
            first = (
                cell(str(each.record.project), header=True, rows=count),
                cell(read(found.names.get(each.agency_id, "")), rows=count),
            )
            rows.append(
                (
                    *(first if place == 0 else (None, None)), cell(one.period.short_label), cell(percent(one.planned)),
                    cell(percent(one.actual)), cell(points(one.lag)),
                    cell("—" if one.plan is None else tell("第%(n)s版", n=one.plan)),
                )
            )  # fmt: skip
    yield Table(tell("獎懲建議"), columns, tuple(rows), dense=True)
