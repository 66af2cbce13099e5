"""A commitment that is linked to a KPI takes its progress from the newest figure filed for a unit, with its trace (A03, C04)."""

from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy

from shizheng.common.numbers import with_unit
from shizheng.common.words import tell
from shizheng.domains.commitments.progress import Progress, register_progress_source
from shizheng.kernel.measures import queries as measures
from shizheng.kernel.measures.queries.figures import names_of
from shizheng.kernel.measures.rules.judging import VerdictCode
from shizheng.kernel.measures.rules.missing import Missing
from shizheng.kernel.measures.rules.periods import parse_period
from shizheng.kernel.measures.view import trace_url
from shizheng.kernel.organisations import queries as organisations

KIND = "measures.measure"
LARGEST = 19


def register() -> None:
    """Called once when the app is ready."""
    register_progress_source(
        KIND, read, label=gettext_lazy("指標"), find=find, hint=gettext_lazy("指標的代碼，或代碼@機關")
    )


def find(actor: Any, text: str) -> str | None:
    """`code`, or `code@agency` where several units file: measure and unit as a key; None where nothing was filed yet."""
    code, _at, name = text.strip().partition("@")
    measure = measures.measure_by_code(code.strip())
    if measure is None or not measures.visible_to(actor).filter(pk=measure.pk).exists():
        return None
    facts = measures.current_facts(measure.pk)
    if name.strip():
        unit = organisations.unit_by_name(name)
        facts = facts.filter(unit=unit) if unit is not None else facts.none()
    newest = facts.first()
    return None if newest is None else f"{measure.pk}-{newest.unit_id}"


def read(keys: Collection[str]) -> Mapping[str, Progress]:
    """The newest figure of each measure and unit: value, progress towards its target, whether the target is met."""
    pairs = {key: tuple(int(part) for part in key.split("-")) for key in keys if _is_key(key)}
    names = names_of([measure for measure, _unit in pairs.values()]) if pairs else {}
    found: dict[str, Progress] = {}
    for key, (measure_id, unit_id) in pairs.items():
        newest = measures.current_facts(measure_id).filter(unit_id=unit_id).first()
        if measure_id not in names or newest is None:
            continue
        period = parse_period(newest.period)
        figure = measures.figure(measure_id, unit_id, period)
        reached = figure.progress
        value = figure.value
        found[key] = Progress(
            label=names[measure_id].name,
            typed=f"{names[measure_id].code}@{newest.unit.name}",
            state=tell("尚無數字") if value is None else with_unit(value, figure.unit, figure.places),
            url=trace_url(measure_id, unit_id, period.code),
            percent=None if isinstance(reached, Missing) or reached is None else max(Decimal(0), reached),
            done=figure.verdict.code is VerdictCode.MET,
            note=f"{period.label}　{figure.verdict.code.label}",
        )
    return found


def _is_key(key: str) -> bool:
    parts = key.split("-")
    return len(parts) == 2 and all(
        part.isascii() and part.isdigit() and len(part) < LARGEST for part in parts
    )
