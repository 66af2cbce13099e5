"""Where figures are used, who reads them there, and what evidence stands behind them: apps above register what they know.

from shizheng.kernel.measures import uses
uses.register(provider)     # in AppConfig.ready(); provider(measure_id, unit_id, period) -> Iterable[Use]
uses.open_to(readers)       # readers(actor) -> ids of the measures whose figures that app shows the actor
uses.proved_by(provider)    # provider(measure_id, unit_id, period, as_of) -> Iterable[Evidence]
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from shizheng.common.permissions import Actor
from shizheng.kernel.measures.rules.periods import Period


@dataclass(frozen=True, slots=True)
class Use:
    """One place where a figure is used. `crumb` puts it in the trail above the title; `weight` is its weight there."""

    title: str
    url: str = ""
    note: str = ""
    weight: str = ""
    crumb: bool = False


@dataclass(frozen=True, slots=True)
class Evidence:
    """A file that was handed in with a figure. Its name may be said; who opens it is decided by what it belongs to."""

    file: str
    name: str

    def as_json(self) -> dict[str, str]:
        return {"file": self.file, "name": self.name}


Proof = Callable[[int, int, Period, Any], Iterable[Evidence]]
Provider = Callable[[int, int, Period], Iterable[Use]]
Readers = Callable[[Actor], Any]
_providers: list[Provider] = []
_readers: list[Readers] = []
_proofs: list[Proof] = []


def register(provider: Provider) -> None:
    """Add a provider (once)."""
    if provider not in _providers:
        _providers.append(provider)


def of(measure_id: int, unit_id: int, period: Period) -> list[Use]:
    """Every known use of a figure."""
    return [use for provider in _providers for use in provider(measure_id, unit_id, period)]


def open_to(readers: Readers) -> None:
    """Add what an app shows to an actor (once), as a query of measure ids: a figure that is shown opens its trace."""
    if readers not in _readers:
        _readers.append(readers)


def shown_to(actor: Actor) -> list[Any]:
    """Queries of the ids of measures whose figures some app shows the actor."""
    return [readers(actor) for readers in _readers]


def proved_by(proof: Proof) -> None:
    """Add what knows the evidence of figures (once)."""
    if proof not in _proofs:
        _proofs.append(proof)


def evidence_of(measure_id: int, unit_id: int, period: Period, as_of: Any = None) -> list[Evidence]:
    """The files that were handed in with a figure, as of a moment (`queries.AsOf`)."""
    return [each for proof in _proofs for each in proof(measure_id, unit_id, period, as_of)]
