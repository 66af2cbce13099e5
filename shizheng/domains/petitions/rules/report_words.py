"""The findings of a month's report, drafted from its figures: what an officer begins from. Pure; in Chinese, as documents are."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from shizheng.common.numbers import format_decimal

MOST_NAMED = 3


def percent(value: str | None, places: int = 1) -> str:
    """A decimal text as a percentage."""
    return "—" if value is None else f"{format_decimal(Decimal(value), places)}%"


def draft_findings(facts: Mapping[str, Any]) -> str:
    """What the figures say, one paragraph a line: how many, in time, what rose, hot spots, themes."""
    return "\n".join(_lines(facts))


def _lines(facts: Mapping[str, Any]) -> Iterator[str]:
    yield _received(facts)
    total = facts["total"]
    if total["counted"]:
        aim = "" if facts["target"] is None else f"，計畫目標 {percent(facts['target'], 0)}"
        yield (
            f"依限辦結率 {percent(total['on_time_rate'], 2)}（{total['in_time']} ÷ {total['counted']}）{aim}；"
            f"月底未結 {total['open_after']} 件。"
        )
    risen = [each for each in facts["categories"] if each["share"] is not None]
    if risen:
        named = "；".join(
            f"{each['name']}增加 {each['now'] - each['before']} 件（{each['before']} → {each['now']}），占增加的 {percent(each['share'])}"
            for each in risen[:MOST_NAMED]
        )
        yield f"與上月比，增加的分類合計增加 {facts['rise']} 件：{named}。"
    yield _hot(facts["hot"], facts["least"])
    if facts["themes"]:
        named = "、".join(f"{each['name']} {each['now']} 件" for each in facts["themes"][:MOST_NAMED])
        yield f"跨機關議題以{named}較多。"


def _received(facts: Mapping[str, Any]) -> str:
    now, before, year = facts["received"], facts["received_before"], facts["received_year"]
    return f"本月收件 {now} 件，{_compared(now, before, '上月')}，{_compared(now, year, '去年同月')}。"


def _compared(now: int, before: int, what: str) -> str:
    if now == before:
        return f"與{what}相同"
    more = "增加" if now > before else "減少"
    rate = f"（{percent(str(Decimal(abs(now - before)) * 100 / before))}）" if before else ""
    return f"較{what} {before} 件{more} {abs(now - before)} 件{rate}"


def _hot(hot: Sequence[Mapping[str, Any]], least: int) -> str:
    if not hot:
        return f"沒有一個地方的任何分類（至少 {least} 件）多到不像碰巧。"
    named = "、".join(
        f"{each['place']}的{each['name']}（{each['n']} 件，預期 {each['expected']} 件）"
        for each in hot[:MOST_NAMED]
    )
    return f"多到不像碰巧的地方有 {len(hot)} 處：{named}。"
