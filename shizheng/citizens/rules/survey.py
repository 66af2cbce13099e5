"""Questions of the survey after an answer; which of them are asked is a rule (`petition.survey_questions`)."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from shizheng.common.words import N_

QUESTIONS = {
    "overall": N_("整體來說，您對這次處理滿意嗎？"),
    "solved": N_("您反映的事情，解決了嗎？"),
    "speed": N_("處理的速度"),
    "clear": N_("答復清楚、看得懂"),
    "manner": N_("服務的態度"),
}
SHORT = {
    "overall": N_("整體滿意"),
    "solved": N_("事情解決"),
    "speed": N_("處理速度"),
    "clear": N_("答復清楚"),
    "manner": N_("服務態度"),
}
MARKS = {5: N_("很滿意"), 4: N_("滿意"), 3: N_("普通"), 2: N_("不滿意"), 1: N_("很不滿意")}
GOOD = 4
"""From this mark on an answer counts as satisfied."""


def asked(parts: Iterable[str]) -> tuple[str, ...]:
    """The questions that a rule names, those that we know, each once; `overall` always."""
    return tuple(dict.fromkeys(["overall", *(each for each in parts if each in QUESTIONS)]))


def share(part: int, whole: int) -> Decimal | None:
    """In percent; None where there is nothing to divide by."""
    return Decimal(part) * 100 / whole if whole else None


def complete(marks: Mapping[str, int], questions: Iterable[str]) -> bool:
    """Whether every question has a mark from 1 to 5, and nothing else has one."""
    wanted = set(questions)
    return set(marks) == wanted and all(mark in MARKS for mark in marks.values())
