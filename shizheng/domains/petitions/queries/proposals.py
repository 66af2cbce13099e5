"""What the models say of a petition: agency, unit, category, class, each with its confidence and the words that decided (J03)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from shizheng.common.words import N_
from shizheng.domains.petitions.models import Category, Petition
from shizheng.domains.petitions.queries.examples import text_of
from shizheng.domains.petitions.queries.workload import loads_of
from shizheng.domains.petitions.rules.classes import CLASS_LABELS, PetitionClass
from shizheng.kernel.organisations import queries as organisations
from shizheng.kernel.routing import queries as routing

AGENCY, UNIT, CATEGORY, CLASS = "petitions-agency", "petitions-unit", "petitions-category", "petitions-class"
"""Models that are asked, by name: whoever trains one of this name lets it be asked."""
ASKED = {AGENCY: N_("機關"), UNIT: N_("單位"), CATEGORY: N_("分類"), CLASS: N_("類別")}


@dataclass(frozen=True, slots=True)
class Said:
    """What one model says. `choices`: label and confidence (0 to 1), the likeliest first; `words`: what decided, and its part.

    `unit_id`: the unit of today that is meant; None where the label is no unit, or one that is gone.
    """

    model: str
    version: int
    choices: tuple[tuple[str, float], ...]
    words: tuple[tuple[str, float], ...]
    by_itself: bool
    threshold: float | None
    unit_id: int | None = None

    @property
    def title(self) -> str:
        return _(ASKED[self.model])

    @property
    def label(self) -> str:
        """The likeliest answer in the reader's words."""
        label = self.choices[0][0]
        return _(CLASS_LABELS[PetitionClass(label)]) if self.model == CLASS else label

    @property
    def confidence(self) -> float:
        return self.choices[0][1]

    @property
    def percent(self) -> str:
        return f"{self.confidence * 100:.0f}%"

    @property
    def others(self) -> list[tuple[str, str]]:
        """What else it could be, with percent."""
        return [(_(CLASS_LABELS[PetitionClass(name)]) if self.model == CLASS else name, f"{share * 100:.0f}%") for name, share in self.choices[1:]]  # fmt: skip

    @property
    def decided(self) -> list[tuple[str, str]]:
        """The words that decided, with their part in percent."""
        return [(text, f"{part * 100:.0f}%") for text, part in self.words]


def models() -> Mapping[str, Any]:
    """The models of petitions that answer now, by name (one query)."""
    return routing.answering(ASKED)


def proposals(row: Petition, known: Mapping[str, Any] | None = None) -> list[Said]:
    """What every model that answers says of a petition; none of what is not yet active, or where nothing is to be read.

    A label that is no category or class of today is left out.
    """
    found = []
    categories: set[str] | None = None
    for name, model in sorted(
        (models() if known is None else known).items(), key=lambda one: list(ASKED).index(one[0])
    ):
        text = text_of(row.case.title, row.words) if name in (AGENCY, UNIT) else row.words
        said = _said(name, model, text)
        if said is None:
            continue
        if name == CATEGORY:
            categories = categories or set(
                Category.objects.filter(in_use=True).values_list("name", flat=True)
            )
            if said.choices[0][0] not in categories:
                continue
        if name == CLASS and any(label not in PetitionClass for label, _share in said.choices):
            continue
        found.append(said)
    return found


def _said(name: str, model: Any, text: str) -> Said | None:
    answer = routing.propose(name, text, model) if text else None
    if answer is None:
        return None
    told = answer.prediction
    choices = ((told.label, told.confidence), *((each.label, each.confidence) for each in told.alternatives))
    unit = organisations.UnitNames().find(told.label) if name in (AGENCY, UNIT) else None
    return Said(
        name, answer.version, choices, tuple((each.text, each.part) for each in told.words), answer.by_itself,
        None if answer.threshold is None else float(answer.threshold), unit,
    )  # fmt: skip


def proposed_unit(found: list[Said]) -> Said | None:
    """The answer by which a petition is given away: the agency's, else none."""
    return next((each for each in found if each.model == AGENCY and each.unit_id), None)


def offer(row: Petition) -> dict[str, Any] | None:
    """For the page and the API: everything that is proposed of a petition that nobody has been given, and whose turn it is there."""
    if (
        row.case.state not in ("received", "accepted")
        or row.case.closed_at is not None
        or row.case.merged_into_id
    ):
        return None
    found = proposals(row)
    if not found:
        return None
    to = proposed_unit(found)
    loads = loads_of(to.unit_id) if to is not None and to.unit_id else []
    turn = next((each for each in loads if not each.absent), None)
    return {"said": found, "to": to, "turn": turn, "loads": loads}
