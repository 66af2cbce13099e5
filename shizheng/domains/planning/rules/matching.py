"""Which KPI a result row reports on, and which earlier KPI a new one goes on from."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from difflib import SequenceMatcher

from shizheng.common.roc import DateNotUnderstood, parse_date

LIKE_ENOUGH = 0.6


@dataclass(frozen=True, slots=True)
class Named:
    """A KPI as printed: its numbers and names."""

    key: int
    goal_number: int | None
    kpi_number: int | None
    name: str


def name_key(name: str) -> str:
    """One form of a name for comparison: no spaces, no punctuation, 台 as 臺."""
    return re.sub(r"[\s、，,。．.：:；;（）()「」『』\-－—]", "", name).replace("台", "臺").casefold()


def match(wanted: Named, candidates: Sequence[Named]) -> tuple[int | None, bool]:
    """The key of the KPI meant, and whether the names are the same.

    The same name wins. A KPI of the same numbers counts when its name is alike (推動智慧城示範區成果 and
    推動智慧城市示範區成果); a different name under the same numbers is another KPI.
    """
    key = name_key(wanted.name)
    same = [each for each in candidates if name_key(each.name) == key]
    if len(same) == 1:
        return same[0].key, True
    numbered = [
        each
        for each in (same or candidates)
        if (each.goal_number, each.kpi_number) == (wanted.goal_number, wanted.kpi_number)
    ]
    if len(numbered) == 1 and likeness(wanted.name, numbered[0].name) >= LIKE_ENOUGH:
        return numbered[0].key, bool(same)
    return None, False


def likeness(first: str, second: str) -> float:
    """How alike two names are, 0 to 1."""
    return SequenceMatcher(None, name_key(first), name_key(second), autojunk=False).ratio()


def period_dates(printed: str | None) -> tuple[date | None, date | None]:
    """Half-open dates of a printed period `106-01-01/106-06-30`; nothing where nothing is printed."""
    if not printed or "/" not in printed:
        return None, None
    first, last = printed.split("/", 1)
    try:
        start, end = parse_date(first), parse_date(last) + timedelta(days=1)
    except DateNotUnderstood:
        return None, None
    return (start, end) if end > start else (None, None)
