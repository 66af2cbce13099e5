"""Measured figures in a narrative: percentages and counts. Dates and document numbers are left out."""

import re
from decimal import Decimal

from .model import Figure

_FIGURE = re.compile(
    r"(?<![\d.,A-Za-z第])(?P<value>[\-−]?\d{1,3}(?:,\d{3})+(?:\.\d{1,6})?|[\-−]?\d{1,12}(?:\.\d{1,6})?)\s?"
    r"(?P<unit>[%％‰]|個百分點|百分點|人次|件(?!數)|案(?!號|由|件數)|次(?!長|級|性|數)"
    r"|項(?!次)|人(?!口|員|民|數)|篇|場(?!次?次)|家|戶(?!政)|棟|處(?!長|理|分|所)|所(?!屬|有)|校"
    r"|名(?!稱|單|額)|份(?!子)|座|盞|株|棵|輛|公里|公尺|公頃|公噸|噸|億元|萬元|元)"
)


def figures_in(narrative: str) -> tuple[Figure, ...]:
    """Every measured figure in reading order. Values are decimals as printed, without thousands separators."""
    found = []
    for match in _FIGURE.finditer(narrative):
        if _is_only_part(narrative, match):
            continue
        value = Decimal(match.group("value").replace(",", "").replace("−", "-"))
        unit = match.group("unit").replace("％", "%")
        found.append(Figure(match.group(), value, unit, match.start(), match.end()))
    return tuple(found)


def _is_only_part(narrative: str, match: re.Match[str]) -> bool:
    """The end of a range (5~6人, 3-5件), whose number alone says something else."""
    before = narrative[max(0, match.start() - 2) : match.start()].rstrip()
    if match.group("value")[0] in "-−":
        return before[-1:].isascii() and (before[-1:].isalnum() or before[-1:] in "%)")
    return before.endswith(("~", "～", "-", "－", "—", "–")) and before[0].isdigit()
