"""What can be a case: each domain registers its kinds here, so that this app knows none of them (ADR 0019)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from shizheng.common.errors import NotFound
from shizheng.kernel.cases.rules.workflow import Workflow

Text = str | Promise
CITY = "city"
"""The kind of the unit that is the city government itself."""
VERBS = ("open", "view", "handle", "assign", "decide", "rule", "control", "lead", "read_sealed", "anonymise")
"""What a domain declares a permission for, `<prefix>.<verb>`, in its own `permissions.py`."""
RECIPIENTS = {
    "officer": "handle",
    "supervisor": "decide",
    "control_officer": "control",
    "head": "lead",
    "rdec": "rule",
}
"""To whom a rung of the ladder goes, and by which verb's permission they are found in the unit and above it."""


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of the rulebook that a kind goes by; a kind that differs names its own."""

    ladder: str = "case.ladder"
    revised: str = "case.calendar_revised"
    hand_back_within: str = "case.hand_back_within"
    hand_back_times: str = "case.hand_back_times"
    extension_times: str = "case.extension_times"
    extension_length: str = "case.extension_length"


def _nothing(*_given: Any) -> None:
    return None


def _city() -> int:
    from shizheng.kernel.organisations import queries as organisations

    return int(organisations.city().pk)


@dataclass(frozen=True)
class CaseKind:
    """One kind of cases.

    `prefix`: of its permissions (VERBS). `number(roc_year, serial)`: the number as people write it, unlike any other kind's.
    `url(case_id)`: its page. `dispatch_unit()`: where a case goes that is handed back (the city's control office).
    `on_transition(actor, case, act, step)` writes what follows in the same transaction: what it raises undoes everything.
    `field_names`: what an act's required fields are called; `field_values`: what the codes of a field that is chosen are called.
    """

    code: str
    name: Text
    prefix: str
    workflow: Workflow
    number: Callable[[int, int], str]
    url: Callable[[int], str]
    rules: Rules = Rules()
    dispatch_unit: Callable[[], int] = _city
    on_transition: Callable[[Any, Any, Any, Any], None] = _nothing
    field_names: Mapping[str, Text] = field(default_factory=dict)
    field_values: Mapping[str, Mapping[str, Text]] = field(default_factory=dict)
    icon: str = "inbox"

    def permission(self, verb: str) -> str:
        """The code of one of VERBS."""
        if verb not in VERBS:
            raise ValueError(f"no permission of cases is called {verb!r}")
        return f"{self.prefix}.{verb}"

    def at_dispatch(self, unit: str = "unit") -> Q:
        """A condition on cases: they lie where one goes that is handed back. The city is asked for with them, not before them."""
        if self.dispatch_unit is _city:
            return Q(**{f"{unit}__kind": CITY})
        return Q(**{unit: self.dispatch_unit()})


_kinds: dict[str, CaseKind] = {}


def register(kind: CaseKind) -> None:
    """Add a kind (call it from `AppConfig.ready`); the same code again replaces it. ValueError where the workflow is another kind's."""
    if kind.workflow.kind != kind.code:
        raise ValueError(f"the workflow of {kind.workflow.kind} is registered for {kind.code}")
    _kinds[kind.code] = kind


def forget(code: str) -> None:
    """Take a kind away (for tests)."""
    _kinds.pop(code, None)


Listener = Callable[[Any, Any, Any], None]
_listeners: dict[str, dict[str, Listener]] = {}


def listen(kind: str, code: str, listener: Listener) -> None:
    """Let `listener(actor, case, step)` hear of every step of cases of a kind, in the step's own transaction.

    For apps further out that follow what happens to a case; it is called before what the kind itself lets follow, and what it
    raises undoes the step. The same code again replaces it.
    """
    _listeners.setdefault(kind, {})[code] = listener


def heard(actor: Any, case: Any, step: Any) -> None:
    """Tell who listens that a step was written."""
    for listener in _listeners.get(case.kind, {}).values():
        listener(actor, case, step)


def kinds() -> tuple[CaseKind, ...]:
    """All kinds, by code."""
    return tuple(_kinds[code] for code in sorted(_kinds))


def kind_of(code: str) -> CaseKind:
    """A kind by its code. Raises NotFound where no installed app has it."""
    if code not in _kinds:
        raise NotFound(_("沒有「%(kind)s」這種案件；可能是安裝的系統不含這個領域。") % {"kind": code})
    return _kinds[code]


def state_label(kind: str, state: str) -> str:
    """What a state is called; its code where nobody registers the kind any more."""
    found = _kinds.get(kind)
    known = found.workflow.by_code.get(state) if found else None
    return _(known.label) if known else state
