"""Printed standards that list steps or several counts with targets of their own (X-14, X-35)."""

from __future__ import annotations

import calendar
import re

from shizheng.common.words import written
from shizheng.kernel.measures.rules.proposals import (
    Proposal,
    ProposedInput,
    Reading,
    ambiguous,
    reading,
)

_COUNTED_PART = re.compile(r"每年(?P<count>\d+)(?P<unit>次|場|件|份|篇|場次|人次)(?P<what>[^、,，;；。]+)")
_YEAR_HEAD = re.compile(r"\([一二三四五六七八九十]+\)(?:民國)?(\d{2,3})年(?:度)?[::]?")
_STEP_HEAD = re.compile(r"(?<![\d.])(\d{1,2})[.、](?=\D|\d{2,3}年)")
_STEP_DATE = re.compile(r"^(?:民國)?(?P<year>\d{2,3})年(?P<month>\d{1,2})月(?:(?P<day>\d{1,2})日)?(?:底|前)?")
_DEED = re.compile(
    r"^(?:制訂|制定|訂定|訂立|研訂|辦理|完成|建置|建立|推動|成立|設置|啟用|規劃|召開|修訂|修正)"
)
ROC_OFFSET = 1911


def composite(text: str, unit: str, name: str) -> Proposal | None:
    """每年12次…、每年4次…: several counts, each with its own target; how they combine is not printed (X-14)."""
    found = list(_COUNTED_PART.finditer(text))
    if len(found) < 2 or unit not in ("%", "百分比"):
        return None
    parts: list[tuple[str, str, str]] = []
    notes = [written("各部分如何合成一個百分比沒有印出；先以合併計算（Σ實際 ÷ Σ目標）判定。")]
    for each in found:
        named = each["what"].split("及") if each["count"] == "1" else [each["what"]]
        if len(named) > 1:
            notes.append(
                written(
                    "「每年%(count)s%(unit)s%(what)s」讀成 %(count2)s 個部分，各 %(count)s%(unit)s。",
                    count=each["count"],
                    unit=each["unit"],
                    what=each["what"],
                    count2=len(named),
                )
            )
        parts += [(what, each["count"], each["unit"]) for what in named if what]
    names = [chr(ord("a") + index) for index in range(len(parts))]
    inputs = tuple(
        ProposedInput(code, f"{what}{counted}數", unit=counted)
        for code, (what, _, counted) in zip(names, parts, strict=True)
    )
    listed = ",".join(f"{code}:{target}" for code, (_, target, _) in zip(names, parts, strict=True))
    readings = (
        reading(
            "pooled",
            written("合併計算：實際合計 ÷ 目標合計"),
            f"pooled({listed})",
            written("次數多的部分比重大"),
            "X-14",
        ),
        reading(
            "mean",
            written("各部分達成率的平均"),
            f"mean_of_parts({listed})",
            written("每部分比重相同"),
            "X-14",
        ),
        reading(
            "mean_capped",
            written("各部分達成率的平均，單項最多 100"),
            f"mean_capped({listed})",
            written("超出的不補不足的"),
            "X-14",
        ),
    )
    return ambiguous(inputs, readings, *notes)


def milestone(text: str, unit: str, name: str) -> Proposal | None:
    """Numbered steps, or one deed to be done, measured in percent of completion (X-35)."""
    if unit not in ("%", "百分比") or re.search(r"[/*]|乘以|列管", text):
        return None
    steps = _steps(text)
    if not steps:
        if not _DEED.search(text) or text.endswith(("率", "數", "比例", "滿意度")):
            return None
        return _one_step(text)
    keys = [key for key, _, _ in steps]
    listed = ",".join(keys)
    readings: list[Reading] = [
        reading(
            "equal",
            written("各步驟比重相等"),
            f"milestone_equal(steps:{listed})",
            written("比重沒有印出"),
            "X-35",
        ),
        reading(
            "all",
            written("全部完成才算 100"),
            f"milestone_all(steps:{listed})",
            written("未全部完成為 0"),
            "X-35",
        ),
    ]
    last = max((due[:4] for _, _, due in steps), default="")
    of_last_year = [key for key, _, due in steps if last and due[:4] == last]
    if last and 0 < len(of_last_year) < len(steps):
        label = written("只計 %(year)s 年的步驟，比重相等", year=int(last) - ROC_OFFSET)
        formula = f"milestone_equal(steps:{','.join(of_last_year)})"
        readings.append(reading("equal_last_year", label, formula, written("目標只算最後一年"), "X-35"))
    note = written("各步驟的比重沒有印出；先以各步驟相等計算。")
    return ambiguous(
        (ProposedInput("steps", written("完成的步驟"), is_list=True, steps=tuple(steps)),),
        tuple(readings),
        note,
    )


def _one_step(text: str) -> Proposal:
    inputs = (
        ProposedInput("steps", written("完成的步驟"), is_list=True, steps=(("s1", text.rstrip("。"), ""),)),
    )
    readings = (
        reading("all", written("完成才算 100"), "milestone_all(steps:s1)", written("以完成日為準"), "X-35"),
        reading(
            "equal",
            written("依完成百分比"),
            "milestone_equal(steps:s1)",
            written("未完成時可填百分比"),
            "X-35",
        ),
    )
    return ambiguous(inputs, readings, written("印出的是一件要完成的事，沒有說明未完成時如何計算。"))


def _steps(text: str) -> list[tuple[str, str, str]]:
    """The numbered steps as (key, label, planned day); the numbering may restart under every year."""
    heads = list(_YEAR_HEAD.finditer(text))
    blocks = [("", text)]
    if heads:
        ends = [head.start() for head in heads[1:]] + [len(text)]
        blocks = [(head[1], text[head.end() : end]) for head, end in zip(heads, ends, strict=True)]
    found: list[tuple[str, str, str]] = []
    for year, block in blocks:
        marks = list(_STEP_HEAD.finditer(block))
        pieces = [block] if year else []
        if marks:
            ends = [mark.start() for mark in marks[1:]] + [len(block)]
            pieces = [block[mark.end() : end] for mark, end in zip(marks, ends, strict=True)]
        for piece in pieces:
            label = piece.strip("。;；,，、")
            if label:
                found.append((f"s{len(found) + 1}", label, _due(label, year)))
    return found if len(found) > 1 else []


def _due(label: str, year: str) -> str:
    dated = _STEP_DATE.match(label)
    if dated and 1 <= int(dated["month"]) <= 12:
        in_year, month = int(dated["year"]) + ROC_OFFSET, int(dated["month"])
        last = calendar.monthrange(in_year, month)[1]
        day = min(int(dated["day"]), last) if dated["day"] else last
        return f"{in_year:04d}-{month:02d}-{day:02d}"
    return f"{int(year) + ROC_OFFSET:04d}-12-31" if year else ""
