"""Kinds of messages that apps send: each registers its template with default words, which people may change later.

Words are Chinese, marked with `N_`; their English stands in the catalogue like every other sentence. Both become the
first version of the template when an installation is set up.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext, override

from shizheng.common.words import N_
from shizheng.kernel.notifications.rules import wrong_places


@dataclass(frozen=True, slots=True)
class Shipped:
    """A template as an app ships it."""

    code: str
    name: str
    subject: str
    body: str
    variables: tuple[str, ...]
    example: Mapping[str, str | int]
    urgent: bool = False

    def in_english(self) -> tuple[str, str]:
        """Subject and body in English; empty where the catalogue knows only one of them or none."""
        with override("en"):
            subject, body = gettext(self.subject), gettext(self.body)
        return (subject, body) if subject != self.subject and body != self.body else ("", "")


_shipped: dict[str, Shipped] = {}


def register(
    code: str,
    name: str,
    subject: str,
    body: str,
    variables: Iterable[str],
    example: Mapping[str, str | int],
    urgent: bool = False,
) -> None:
    """Ship a template (call it from `AppConfig.ready`). `urgent`: its mails wait for nothing.

    Raises ValueError where the words hold a placeholder that is no variable, or the example lacks a value.
    """
    made = Shipped(code, name, subject, body, tuple(variables), dict(example), urgent)
    wrong = wrong_places(subject + body, made.variables)
    missing = [each for each in made.variables if each not in example]
    if wrong or missing:
        raise ValueError(f"template {code}: unknown placeholders {wrong}, no example for {missing}")
    _shipped[code] = made


def unregister(code: str) -> None:
    """Take a template away (for tests)."""
    _shipped.pop(code, None)


def shipped(code: str) -> Shipped | None:
    """The template of that code as it ships."""
    return _shipped.get(code)


def all_shipped() -> tuple[Shipped, ...]:
    """Every template of every installed app, by code."""
    return tuple(_shipped[code] for code in sorted(_shipped))


RULE_EXAMPLE = {
    "rule": "kpi.at_risk",
    "name": "指標落後的判定",
    "who": "王小明",
    "day": "116-01-01",
    "reason": "與計畫的用語一致",
}


def register_own() -> None:
    """The templates of what lies below this app and cannot register by itself: proposals about the rulebook."""
    register(
        "rulebook.proposed",
        N_("規則提案待核准"),
        N_("規則 {rule} {name}有修改提案，等您核准"),
        N_("{who} 提案修改規則 {rule} {name}，自 {day} 起適用。理由：{reason}。請看影響後核准或退回。"),
        ("rule", "name", "who", "day", "reason"),
        RULE_EXAMPLE,
    )
    register(
        "rulebook.decided",
        N_("規則提案已決定"),
        N_("您對規則 {rule} {name}的提案已{decision}"),
        N_("{who} {decision}了您對規則 {rule} {name}的修改提案。理由：{reason}。"),
        ("rule", "name", "who", "decision", "reason"),
        {**RULE_EXAMPLE, "decision": "核准"},
    )
