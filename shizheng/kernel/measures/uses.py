"""Where figures are used: apps above register here what they know, and the trace page shows it.

from shizheng.kernel.measures import uses
uses.register(provider)     # in AppConfig.ready(); provider(measure_id, unit_id, period) -> Iterable[Use]
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from shizheng.kernel.measures.rules.periods import Period


@dataclass(frozen=True, slots=True)
class Use:
    """One place where a figure is used. `crumb` puts it in the trail above the title; `weight` is its weight there."""

    title: str
    url: str = ""
    note: str = ""
    weight: str = ""
    crumb: bool = False


Provider = Callable[[int, int, Period], Iterable[Use]]
_providers: list[Provider] = []


def register(provider: Provider) -> None:
    """Add a provider (once)."""
    if provider not in _providers:
        _providers.append(provider)


def of(measure_id: int, unit_id: int, period: Period) -> list[Use]:
    """Every known use of a figure."""
    return [use for provider in _providers for use in provider(measure_id, unit_id, period)]
