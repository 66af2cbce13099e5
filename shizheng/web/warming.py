"""What the first readers of a process would wait for, and apps can compute before they come."""

from collections.abc import Callable

Prepare = Callable[[], object]
_prepared: list[Prepare] = []


def register(prepare: Prepare) -> None:
    """Add what fills the memory of this process (call it from `AppConfig.ready`). It must change nothing."""
    if prepare not in _prepared:
        _prepared.append(prepare)


def prepared() -> tuple[Prepare, ...]:
    """What there is to prepare."""
    return tuple(_prepared)
