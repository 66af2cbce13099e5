"""What a proposed change would alter, told before it is sent and again before it is approved.

Apps that judge by a rule register who can tell: `effects.register("kpi.met", provider)`, or `"filing."` for every rule
whose code begins so. A provider gets the proposed value and the one now in force, and must not write.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from shizheng.kernel.rulebook.queries import RuleValue

MOST = 200


@dataclass(frozen=True, slots=True)
class Effect:
    """One thing that would come out differently. `url` opens it; empty where there is no page."""

    text: str
    url: str = ""
    before: str = ""
    after: str = ""


Provider = Callable[[RuleValue, RuleValue | None], Iterable[Effect]]
_providers: list[tuple[str, Provider]] = []


def register(prefix_or_code: str, provider: Provider) -> None:
    """Add who can tell of the effects of one rule, or with a prefix ending in a dot (or "") of several."""
    if (prefix_or_code, provider) not in _providers:
        _providers.append((prefix_or_code, provider))


def unregister(prefix_or_code: str, provider: Provider) -> None:
    """Take a provider away (for tests)."""
    _providers.remove((prefix_or_code, provider))


def _concerns(prefix: str, code: str) -> bool:
    return prefix == code or prefix == "" or (prefix.endswith(".") and code.startswith(prefix))


def of(proposed: RuleValue, current: RuleValue | None) -> list[Effect]:
    """Everything that the change would alter, as far as the registered apps can tell (the first 200)."""
    found: list[Effect] = []
    for prefix, provider in _providers:
        if _concerns(prefix, proposed.code):
            for effect in provider(proposed, current):
                found.append(effect)
                if len(found) >= MOST:
                    return found
    return found


def can_tell(code: str) -> bool:
    """Whether any app can tell what a change of this rule would alter."""
    return any(_concerns(prefix, code) for prefix, _provider in _providers)
