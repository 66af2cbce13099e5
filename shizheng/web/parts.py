"""Parts of a page that another app adds: a domain shows its thing, a journey what another domain knows about it.

The page calls `{% parts "projects.tender" project %}`; whoever adds to it registers a provider in `AppConfig.ready`. A provider
that asks the database is best a generator (`shizheng.common.together`): all of a place then ask with one query a step.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import GeneratorType
from typing import Any

from shizheng.common.together import Steps, side_by_side


@dataclass(frozen=True, slots=True)
class Part:
    """A template with what it shows; it is rendered with `request` besides."""

    template: str
    context: Mapping[str, Any] = field(default_factory=dict)


Provider = Callable[[Any, Any], Part | Steps[Part | None] | None]
_providers: dict[str, dict[str, tuple[int, Provider]]] = defaultdict(dict)


def register(place: str, code: str, provider: Provider, order: int = 100) -> None:
    """Add a provider `(actor, thing) -> Part or None` to a place; the same code twice replaces the first."""
    _providers[place][code] = (order, provider)


def parts_of(place: str, actor: Any, thing: Any) -> list[Part]:
    """What there is to show at a place for this reader, in order."""
    wanted = sorted(_providers[place].items(), key=lambda each: (each[1][0], each[0]))
    made = [_steps(provider(actor, thing)) for _code, (_order, provider) in wanted]
    return [part for part in side_by_side(made) if part is not None]


def _steps(made: Part | Steps[Part | None] | None) -> Steps[Part | None]:
    if isinstance(made, GeneratorType):
        return (yield from made)
    return made  # type: ignore[return-value]
