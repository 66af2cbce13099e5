"""標案管理 XML of the Public Construction Commission (B11; structure in the field guide): what it says of each tender.

標案@編號,@執行機關代碼 → 基本資料, 預算編列, 變更設計資料, 進度資料 (@民國年 > @日曆月), 落後資料, 歷次付款資料. Exporters write
the leaves as elements or attributes, flat (總累計實際進度) or nested (總累計 > 實際 > 進度): both are read.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, Protocol

from shizheng.common.numbers import plain
from shizheng.common.words import N_, tell


class Node(Protocol):
    """An element of a tree that was read safely."""

    name: str
    attributes: Mapping[str, str]
    text: str

    @property
    def children(self) -> Sequence["Node"]: ...


Reader = Callable[[str], Any]
"""Reads a text as a value; raises ValueError with words for people."""


@dataclass(slots=True)
class Told:
    """One tender as told. `months`: period → what was told of it; `wrong`: what could not be read (refuses, field, text, sort)."""

    place: int
    number: str
    agency_code: str
    basic: dict[str, str] = field(default_factory=dict)
    months: dict[str, dict[str, str]] = field(default_factory=dict)
    wrong: list[tuple[bool, str, str, str]] = field(default_factory=list)


BASIC: dict[str, tuple[str, tuple[tuple[str, ...], ...]]] = {
    "title": ("text", (("標案名稱",), ("工程名稱",))),
    "agency": ("text", (("執行機關名稱",), ("執行機關",), ("主辦機關",))),
    "contractor": ("text", (("得標廠商",), ("承攬廠商",), ("施工廠商",))),
    "award_on": ("day", (("決標日期",), ("決標日",))),
    "award_amount": ("amount", (("決標金額",), ("契約金額",))),
    "started_on": ("day", (("實際開工日期",), ("實際開工",))),
    "completed_on": ("day", (("實際完工日期",), ("實際竣工日期",))),
    "budget": ("amount", (("發包預算",), ("預算金額",))),
    "quality": ("text", (("品管人員",), ("品管工程師",))),
    "supervision": ("text", (("監造單位",), ("監造廠商",), ("監造人員",))),
    "accepted_on": ("day", (("驗收合格日期",), ("驗收完成日期",), ("驗收日期",))),
}
"""Field → kind, and the words that its leaf is made of, the likeliest first."""
MONTH: dict[str, tuple[str, tuple[tuple[str, ...], ...]]] = {
    "planned": ("percent", (("總累計", "預定", "進度"),)),
    "actual": ("percent", (("總累計", "實際", "進度"),)),
    "year_planned": ("percent", (("年累計", "預定", "進度"),)),
    "year_actual": ("percent", (("年累計", "實際", "進度"),)),
    "planned_amount": ("amount", (("總累計", "預定", "金額"),)),
    "actual_amount": ("amount", (("總累計", "實際", "金額"),)),
    "valued": ("amount", (("估驗計價",),)),
    "state": ("text", (("執行狀態",),)),
}
ABOUT = ("基本資料", "預算編列", "品管", "監造", "驗收")
"""Words in the names of the parts that say what a tender is; an exporter may have parts of their own for the last three."""
BEHIND = {"cause": "落後因素", "analysis": "原因分析", "remedy": "解決辦法"}
MOST_TEXT = 2000
LABELS = {
    "number": N_("採購案號"), "agency": N_("機關"), "period": N_("月份"), "title": N_("標案名稱"), "contractor": N_("得標廠商"),
    "award_on": N_("決標日期"), "award_amount": N_("決標金額（元）"), "budget": N_("預算金額（元）"), "started_on": N_("實際開工日"),
    "completed_on": N_("實際完工日"), "planned": N_("預定進度（%）"), "actual": N_("實際進度（%）"),
    "year_planned": N_("年累計預定進度（%）"), "year_actual": N_("年累計實際進度（%）"), "planned_amount": N_("預定金額（元）"),
    "actual_amount": N_("實際金額（元）"), "valued": N_("估驗計價（元）"), "quality": N_("廠商品管人員"),
    "supervision": N_("監造"), "accepted_on": N_("驗收合格日"),
}  # fmt: skip


def tenders(root: Node, day: Reader, amount: Reader) -> Iterator[Told]:
    """Every 標案 below the root, in order; the root itself where it is one."""
    found = [root] if root.name == "標案" else [each for each in _all(root) if each.name == "標案"]
    for place, each in enumerate(found, start=1):
        number = _own(each, ("編號", "標案編號"))
        told = Told(place, number[:60], _own(each, ("執行機關代碼",)))
        if not number:
            told.wrong.append(
                (True, "number", tell("第 %(n)s 個標案沒有編號，沒有讀入。", n=place), N_("沒有編號"))
            )
            yield told
            continue
        _basic(each, told, day, amount)
        _months(each, told, amount)
        yield told


def _basic(each: Node, told: Told, day: Reader, amount: Reader) -> None:
    parts = [part for part in each.children if any(word in part.name for word in ABOUT)]
    leaves = [leaf for part in parts for leaf in _leaves(part)]
    _read(leaves, BASIC, told.basic, told, {"day": day, "amount": amount})
    changes = [part for part in each.children if part.name == "變更設計資料"]
    count = sum(max(len(part.children), 1 if part.attributes else 0) for part in changes)
    if count:
        told.basic["changes"] = str(count)
    payments = [one for part in each.children if part.name == "歷次付款資料" for one in part.children]
    if payments:
        told.basic["payments"] = str(len(payments))


def _months(each: Node, told: Told, amount: Reader) -> None:
    for part in each.children:
        if part.name == "進度資料":
            for year, month, node in _by_month(part, ""):
                _one_month(year, month, node, told, amount)
    behind = [part for part in each.children if part.name == "落後資料"]
    if behind and told.months:
        newest = told.months[max(told.months)]
        leaves = [leaf for part in behind for leaf in _leaves(part)]
        for code, word in BEHIND.items():
            text = next((value for path, value in reversed(leaves) if word in path and value), "")
            if text:
                newest[code] = text[:MOST_TEXT]


def _by_month(node: Node, year: str) -> Iterator[tuple[str, str, Node]]:
    year = node.attributes.get("民國年", year)
    if "日曆月" in node.attributes:
        yield year, node.attributes["日曆月"], node
        return
    for child in node.children:
        yield from _by_month(child, year)


def _one_month(year: str, month: str, node: Node, told: Told, amount: Reader) -> None:
    digits = [re.sub(r"\D", "", text) for text in (year, month)]
    if not all(digits) or not 34 <= int(digits[0][:4]) <= 199 or not 1 <= int(digits[1][:4]) <= 12:
        text = tell(
            "「%(year)s 年 %(month)s 月」不是月份，這個月沒有讀入。", year=year[:10], month=month[:10]
        )
        told.wrong.append((False, "period", text, N_("月份讀不懂")))
        return
    period = f"{int(digits[0]) + 1911:04}-{int(digits[1]):02}"
    if period in told.months:
        text = tell("%(period)s 有兩份進度，採後面那一份。", period=period)
        told.wrong.append((False, "period", text, N_("同一個月有兩份")))
    told.months[period] = {}
    _read(
        list(_leaves(node)), MONTH, told.months[period], told, {"amount": amount, "percent": _percent(amount)}
    )


def _percent(amount: Reader) -> Reader:
    def read(text: str) -> Any:
        value = amount(text.strip().removesuffix("%").removesuffix("％"))
        if not 0 <= value <= 100:
            raise ValueError(tell("進度「%(text)s」不在 0 到 100 之間，沒有採用。", text=text[:20]))
        return value

    return read


def _read(
    leaves: Sequence[tuple[str, str]],
    wanted: Mapping[str, tuple[str, tuple[tuple[str, ...], ...]]],
    into: dict[str, str],
    told: Told,
    readers: Mapping[str, Reader],
) -> None:
    paths = tuple(path for path, _value in leaves)
    for code, (kind, choices) in wanted.items():
        text = next((said for place in _places(paths, choices, kind) if (said := leaves[place][1])), "")
        if not text:
            continue
        try:
            value = readers[kind](text) if kind in readers else text[:300]
        except ValueError as failure:
            told.wrong.append((False, code, str(failure), getattr(failure, "sort", "") or N_("值讀不懂")))
            continue
        into[code] = (
            value.isoformat()
            if isinstance(value, date)
            else plain(value)
            if isinstance(value, Decimal)
            else value
        )


@lru_cache(maxsize=512)
def _places(paths: tuple[str, ...], choices: tuple[tuple[str, ...], ...], kind: str) -> tuple[int, ...]:
    """Which leaves may say a field, the likeliest first: months and tenders of one file look alike, so it is kept."""
    return tuple(
        place
        for words in choices
        for place, path in enumerate(paths)
        if all(word in path for word in words) and (kind == "amount" or "金額" not in path)
    )


def _leaves(node: Node, above: str = "") -> Iterator[tuple[str, str]]:
    """Path and text of everything below an element that says something, attributes too."""
    for name, value in node.attributes.items():
        yield f"{above}/{name}", value.strip()
    for child in node.children:
        here = f"{above}/{child.name}"
        if child.text.strip() and not child.children:
            yield here, child.text.strip()
        yield from _leaves(child, here)


def _all(node: Node) -> Iterator[Node]:
    for child in node.children:
        yield child
        if child.name != "標案":
            yield from _all(child)


def _own(node: Node, names: Sequence[str]) -> str:
    for name in names:
        found = node.attributes.get(name, "").strip()
        found = found or next((each.text.strip() for each in node.children if each.name == name), "")
        if found:
            return found
    return ""
