"""Units, actors and measures for tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.apps import apps

from shizheng.common.clock import TAIPEI
from shizheng.common.permissions import SYSTEM
from shizheng.kernel.history.actions import recorded
from shizheng.kernel.measures import actions
from shizheng.kernel.measures.models import Measure
from shizheng.kernel.measures.rules.missing import MissingKind
from shizheng.kernel.measures.rules.parser import parse
from shizheng.kernel.measures.rules.tree import inputs_of


@dataclass
class Officer:
    """An actor who holds some permissions in some units (None: the whole city)."""

    permissions: frozenset[str]
    units: frozenset[int] | None = None
    pk: int | None = None
    display_name: str = "測試承辦人"
    asked: list[tuple[str, int | None]] = field(default_factory=list)

    def may(self, code: str, unit_id: int | None = None) -> bool:
        self.asked.append((code, unit_id))
        return code in self.permissions and (unit_id is None or self.units is None or unit_id in self.units)

    def units_where(self, code: str) -> frozenset[int] | None:
        return self.units if code in self.permissions else frozenset()


def at(text: str) -> datetime:
    """An aware moment of Taipei: `at("2017-07-06 10:12")`."""
    return datetime.fromisoformat(text).replace(tzinfo=TAIPEI)


def open_unit(code: str, *, parent: Any = None, kind: str = "unit", since: date = date(2010, 1, 1)) -> Any:
    """A unit with its period; the city when there is no parent."""
    unit_model = apps.get_model("organisations", "Unit")
    with recorded(by=SYSTEM, action="tests.open_unit", reason="test"):
        if parent is None:
            unit = unit_model.objects.filter(kind="city").first() or unit_model.objects.create(
                code=code, kind="city", name="測試市政府"
            )
            if unit.periods.exists():
                return unit
        else:
            unit = unit_model.objects.create(code=code, kind=kind, name=f"測試單位 {code}")
        apps.get_model("organisations", "UnitPeriod").objects.create(
            unit=unit, name=unit.name, parent=parent, start_date=since
        )
    return unit


def make_user(username: str) -> Any:
    """A person without roles."""
    with recorded(by=SYSTEM, action="tests.make_user", reason="test"):
        return apps.get_model("people", "User").objects.create(
            username=username, display_name=f"人員 {username}"
        )


def make_measure(owner: Any, code: str = "k1", formula: str | None = "100*a/b", **content: Any) -> Measure:
    """A measure, by default a ratio in % of two decimals with target 75 in 2017."""
    tree = parse(formula) if formula else None
    inputs = content.pop("inputs", None) or [
        {"name": use.name, "label": f"輸入 {use.name}", "unit": "", "list": use.is_list}
        for use in (inputs_of(tree) if tree else ())
    ]
    facts: Mapping[str, Any] = {
        "valid_from": date(2017, 1, 1),
        "valid_to": date(2018, 1, 1),
        "unit": "%",
        "target": Decimal(75),
        "aggregation_units": "ratio_of_sums",
        **content,
    }
    return actions.define_measure(
        SYSTEM, code=code, name=f"指標 {code}", owner_id=owner.pk,
        content=actions.Content(formula=tree, inputs=inputs, **facts),
    )  # fmt: skip


def file(measure: Measure, unit: Any, period: str, actor: Any = SYSTEM, **values: Any) -> list[Any]:
    """File inputs by name: numbers (as text or int), kinds of missing, or rows."""
    filings = []
    for name, value in values.items():
        given: dict[str, Any]
        if value in tuple(MissingKind):
            given = {"missing": value}
        else:
            given = {"value": Decimal(value)} if isinstance(value, int | str) else {"rows": value}
        filings.append(actions.Filing(measure.pk, name, unit.pk, period, **given))
    return actions.record_facts(actor, filings)
