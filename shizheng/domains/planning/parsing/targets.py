"""What a KPI row prints as its target: value, unit, direction (A03). Nothing is invented."""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

from shizheng.common.text import squash

_WEIGHT = re.compile(r"[(（]\s?(?P<weight>\d{1,3}(?:[.．]\d{1,4})?)\s?[%％]\s?[)）]\s?[：:。]?$")
_BARE_WEIGHT = re.compile(r"(?<=[^\d.．~～\-+*/=])\s(?P<weight>\d{1,3}(?:\.\d{1,4})?)\s?[%％]$")
_TARGET = re.compile(
    r"(?P<before>[^\d%％]{0,12}?)\s?(?P<value>\d{1,3}(?:,\d{3})+(?:\.\d{1,6})?|\d{1,12}(?:\.\d{1,6})?)\s?"
    r"(?P<unit>%|個百分點|[^\d\s%()<>=≤≥以含內為]{0,4})\s?(?P<after>\(?含?\)?(?:以上|以下|以內|內|以下為目標|為上限)?)$"
)
_AT_MOST = ("≤", "≦", "<", "不超過", "不逾", "不高於", "低於", "少於", "小於", "未超過", "至多", "最多")
_NOT_BELOW = ("不低於", "不少於", "不得低於", "不得少於")
_AT_LEAST = (*_NOT_BELOW, "≥", "≧", ">", "至少", "達", "超過", "高於")
_AT_MOST_AFTER = ("以下", "以內", "內", "上限")
_EXACTLY = ("=", "等於")
_BEFORE_ALONE = ("", ">=", "<=", *_AT_MOST, *_AT_LEAST, *_EXACTLY)
_LOWER_IS_BETTER = (
    "缺失",
    "事故",
    "死亡",
    "傷亡",
    "違規",
    "違失",
    "逾期",
    "降低",
    "減少",
    "縮短",
    "流標",
    "落後",
)
_COUNTED = re.compile(r"(?P<unit>人次|[件次人項案場篇家戶處棟校名份座])數$")
_CALCULATES = re.compile(r"[/／*×÷+＋\-－=]|比率|比例|百分比|達成率|成長")


@dataclass(frozen=True, slots=True)
class Target:
    """A target as read. `unit_from_formula` says that the unit was read from the 衡量標準."""

    value: Decimal | None
    unit: str | None
    direction: str
    understood: bool
    unit_from_formula: bool
    direction_doubtful: bool


def split_weight(text: str) -> tuple[str, Decimal | None]:
    """ "名稱(10%)" → ("名稱", 10); "名稱 5%" → ("名稱", 5); without a weight the text as it is."""
    text = text.strip()
    found = _WEIGHT.search(text[-24:]) or _BARE_WEIGHT.search(text[-24:])
    if found is None:
        return text, None
    kept = text[: len(text) - len(text[-24:]) + found.start()].strip()
    weight = Decimal(unicodedata.normalize("NFKC", found.group("weight")))
    return (kept, weight) if kept else (text, None)


def ends_with_weight(text: str) -> bool:
    """Whether a line ends with a weight in parentheses."""
    return _WEIGHT.search(text[-24:]) is not None


def is_target(text: str) -> bool:
    """Whether a line is a target and nothing else: 82%, 4 次, 3, ≤135 件."""
    plain = unicodedata.normalize("NFKC", text).strip()
    found = _TARGET.fullmatch(plain) if len(plain) <= 24 else None
    return found is not None and found.group("before").strip() in _BEFORE_ALONE


def read_target(target_text: str | None, formula_text: str | None, name: str) -> Target:
    """Value, unit and direction of a target. The direction is >= unless the text says otherwise."""
    plain = unicodedata.normalize("NFKC", target_text or "").strip()
    found = _TARGET.fullmatch(plain) if len(plain) <= 40 else None
    if found is None:
        return Target(None, None, ">=", False, False, False)
    direction = _direction(found)
    unit: str | None = found.group("unit") or None
    from_formula = False
    if unit is None and "%" in plain:
        unit = "%"
    if unit is None:
        unit = _counted_unit(formula_text)
        from_formula = unit is not None
    doubtful = (
        direction == ">=" and not _says_at_least(found) and any(word in name for word in _LOWER_IS_BETTER)
    )
    return Target(
        Decimal(found.group("value").replace(",", "")), unit, direction, True, from_formula, doubtful
    )


def _direction(found: re.Match[str]) -> str:
    before, after = found.group("before"), found.group("after")
    if any(word in before for word in _NOT_BELOW):
        return ">="
    if any(word in before for word in _AT_MOST) or after.endswith(_AT_MOST_AFTER):
        return "<="
    if any(word in before for word in (">", "≥", "≧")):
        return ">="
    return "=" if any(word in before for word in _EXACTLY) else ">="


def _says_at_least(found: re.Match[str]) -> bool:
    return found.group("after").endswith("以上") or any(word in found.group("before") for word in _AT_LEAST)


def _counted_unit(formula_text: str | None) -> str | None:
    """件 of 參獎件數: only when the 衡量標準 is a plain count."""
    formula = squash(formula_text or "").rstrip("。")
    if not formula or _CALCULATES.search(formula):
        return None
    found = _COUNTED.search(formula)
    return found.group("unit") if found else None
