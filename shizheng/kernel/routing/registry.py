"""Where examples come from: domains register their sources in `AppConfig.ready`.

from shizheng.kernel.routing import registry
registry.register(registry.Source("petitions.agency", gettext_lazy("結案的陳情：主辦機關"), examples))
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise

from shizheng.common.errors import NotFound
from shizheng.common.words import tell
from shizheng.kernel.routing.rules import Example


@dataclass(frozen=True, slots=True)
class Source:
    """Examples as the domain has them now: what people decided in the end, corrections of the machine included.

    `stripped()` gives words that must not be learnt from, where texts hold the names of the labels.
    """

    code: str
    label: str | Promise
    examples: Callable[[], Sequence[Example]]
    stripped: Callable[[], Sequence[str]] = tuple


_sources: dict[str, Source] = {}


def register(source: Source) -> None:
    """Add a source; the same code twice replaces the first."""
    _sources[source.code] = source


def forget(code: str) -> None:
    """Take a source away (for tests)."""
    _sources.pop(code, None)


def sources() -> list[Source]:
    """Every source, by code."""
    return [_sources[code] for code in sorted(_sources)]


def source(code: str) -> Source:
    """A source by its code. Raises NotFound."""
    found = _sources.get(code)
    if found is None:
        raise NotFound(tell("沒有「%(code)s」這個資料來源，沒有訓練。請重新選一個。", code=code))
    return found
