"""An input that another domain can supply comes from there: who supplies what, asked before anybody types.

A supplier is `supplier(measure, input, unit_id, period, as_of) -> Supplied | None`; `measure` has `pk` and `code`.
"""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from typing import Any, TypeVar

from shizheng.kernel.filing.registry import Supplied
from shizheng.kernel.measures.rules.periods import Period

Supplier = Callable[[Any, str, int, Period, date | None], Supplied | None]
Which = str | Callable[[Any], bool]
Made = TypeVar("Made")
_suppliers: list[tuple[Which, Supplier]] = []
_read: ContextVar[dict[Hashable, Any] | None] = ContextVar("filing_inputs_read", default=None)


@contextmanager
def asked_together() -> Iterator[None]:
    """Inside, what suppliers read through `once` is read once for all the inputs that are asked for: both numbers of a
    rate come from the same month."""
    token = _read.set({})
    try:
        yield
    finally:
        _read.reset(token)


def once(key: Hashable, make: Callable[[], Made]) -> Made:
    """What `make` reads, from memory inside `asked_together`; `key` has to hold all that it depends on."""
    held = _read.get()
    if held is None:
        return make()
    if key not in held:
        held[key] = make()
    found: Made = held[key]
    return found


def register_supplier(which: Which, supplier: Supplier) -> None:
    """Let a domain supply inputs of a measure: by its code, or by a predicate over measures. The first answer counts."""
    if (which, supplier) not in _suppliers:
        _suppliers.append((which, supplier))


def forget_supplier(supplier: Supplier) -> None:
    """Take a supplier away (for tests)."""
    _suppliers[:] = [each for each in _suppliers if each[1] is not supplier]


def supplied(
    measure: Any, name: str, unit_id: int, period: Period, as_of: date | None = None
) -> Supplied | None:
    """The value that a domain supplies for an input, with its source; None where nobody does: then it is typed."""
    for which, supplier in _suppliers:
        if which(measure) if callable(which) else which == measure.code:
            found = supplier(measure, name, unit_id, period, as_of)
            if found is not None:
                return found
    return None
