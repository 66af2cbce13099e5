"""Design reviews (E04): who must hold one, how opinions stand, when a revised design may be decided about."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from shizheng.common.words import N_


class Topic(StrEnum):
    """What an opinion is about."""

    NEED = "need"
    LAYOUT = "layout"
    STRUCTURE = "structure"
    SERVICES = "services"
    TRAFFIC = "traffic"
    ECOLOGY = "ecology"
    ACCESS = "access"
    SCHEDULE = "schedule"
    COST = "cost"
    MAINTENANCE = "maintenance"
    OTHER = "other"


TOPIC_LABELS = {
    Topic.NEED: N_("需求與定位"),
    Topic.LAYOUT: N_("規劃配置"),
    Topic.STRUCTURE: N_("結構與大地"),
    Topic.SERVICES: N_("機電與管線"),
    Topic.TRAFFIC: N_("交通與動線"),
    Topic.ECOLOGY: N_("生態與景觀"),
    Topic.ACCESS: N_("通用設計與無障礙"),
    Topic.SCHEDULE: N_("工期"),
    Topic.COST: N_("經費"),
    Topic.MAINTENANCE: N_("維護管理"),
    Topic.OTHER: N_("其他"),
}


class Verdict(StrEnum):
    """What the agency makes of an opinion."""

    ADOPTED = "adopted"
    PARTLY = "partly"
    NOT_ADOPTED = "not_adopted"


VERDICT_LABELS = {
    Verdict.ADOPTED: N_("參採"),
    Verdict.PARTLY: N_("部分參採"),
    Verdict.NOT_ADOPTED: N_("未參採"),
}


@dataclass(frozen=True, slots=True)
class OpinionState:
    """One opinion as it stands: the answer that holds, and whether the reviewer confirmed it."""

    opinion: Any
    answer: Any | None
    confirmation: Any | None
    earlier: tuple[tuple[Any, Any | None], ...] = ()
    """Answers before the one that holds, the newest first, each with what the reviewer said of it."""
    former: tuple[Any, ...] = ()
    """How the opinion was told before it was corrected or struck, the newest first."""
    confirmed_before: tuple[Any, ...] = ()
    """How the answer that holds was confirmed before that was corrected, the newest first."""

    @property
    def answered(self) -> bool:
        """Answered, and the answer was not sent back."""
        return self.answer is not None and (self.confirmation is None or self.confirmation.accepted)

    @property
    def closed(self) -> bool:
        return self.confirmation is not None and bool(self.confirmation.accepted)


def same_words(told: Sequence[Any]) -> set[int]:
    """Of the tellings of one opinion, the oldest first, the ids of those that say what the last one says.

    An answer to words that were corrected since is no answer; one to the same words of another expert is.
    """
    found: set[int] = set()
    for each in reversed(told):
        if (each.topic, each.text) != (told[-1].topic, told[-1].text):
            break
        found.add(each.pk)
    return found


def unanswered(opinions: Sequence[OpinionState]) -> list[OpinionState]:
    """What keeps a revised design from being submitted."""
    return [each for each in opinions if not each.answered]


def unconfirmed(opinions: Sequence[OpinionState]) -> list[OpinionState]:
    """What keeps a design from being approved."""
    return [each for each in opinions if not each.closed]


def must_be_reviewed(amount: Decimal, threshold: Decimal | None) -> bool:
    """以上 includes the amount itself (X-20): fifty million is reviewed by the city, below the agency does it itself."""
    return threshold is not None and amount >= threshold


def documents_of(text: str) -> tuple[str, ...]:
    """The checklist of the rulebook: names separated by 、."""
    return tuple(part.strip() for part in text.replace("\n", "、").split("、") if part.strip())
