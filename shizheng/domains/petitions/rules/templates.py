"""Templates of replies (答復範本): what a case says by itself is filled in, what only the officer knows is asked for."""

import re
from collections.abc import Mapping

from shizheng.common.errors import BadInput
from shizheng.common.words import N_, tell

KNOWN = {
    "案號": N_("案號"),
    "案由": N_("案由"),
    "收件日": N_("收件日"),
    "主辦機關": N_("主辦機關"),
    "地點": N_("地點"),
    "類別": N_("類別"),
}
"""Facts of a case that a template may name; whatever else stands in braces is asked for."""
_PLACE = re.compile(r"\{([^{}\n]{1,20})\}")
MOST_ASKED = 12


def placeholders(text: str) -> tuple[str, ...]:
    """Names in braces, each once, in the order of the text."""
    return tuple(dict.fromkeys(name.strip() for name in _PLACE.findall(text)))


def asked(text: str) -> tuple[str, ...]:
    """What the officer must tell: names that are no facts of the case."""
    return tuple(name for name in placeholders(text) if name not in KNOWN)


def fill(text: str, facts: Mapping[str, str], told: Mapping[str, str]) -> str:
    """The text with facts and answers in place of their names. Raises BadInput with what is missing."""
    values = {**{name: value.strip() for name, value in told.items()}, **facts}
    missing = [name for name in asked(text) if not values.get(name)]
    if missing:
        message = tell("範本還要填：%(names)s。沒有存。", names="、".join(missing))
        raise BadInput(message, fields={"facts": [message]})
    return _PLACE.sub(lambda found: values.get(found.group(1).strip()) or "—", text)
