"""What agencies wrote about a KPI's result: apps that collect it (filing) register how it is read.

provider(plan_id, period_code) -> {kpi id: sentences}; the first provider that knows a KPI counts.
"""

from collections.abc import Callable, Mapping

Provider = Callable[[int, str], Mapping[int, str]]
_providers: list[Provider] = []


def register(provider: Provider) -> None:
    """Add a provider (once)."""
    if provider not in _providers:
        _providers.append(provider)


def of_plan(plan_id: int, period: str) -> dict[int, str]:
    """The sentences of every KPI that somebody wrote about."""
    found: dict[int, str] = {}
    for provider in _providers:
        for kpi, text in provider(plan_id, period).items():
            found.setdefault(kpi, text)
    return found
