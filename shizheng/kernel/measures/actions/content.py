"""What a definition version says, and whether it may be saved."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from shizheng.common.errors import BadInput
from shizheng.kernel.measures.actions.keeping import storable
from shizheng.kernel.measures.models import DefinitionVersion
from shizheng.kernel.measures.rules.periods import PeriodNotUnderstood, parse_period
from shizheng.kernel.measures.rules.proposals import Proposal
from shizheng.kernel.measures.rules.storing import from_json
from shizheng.kernel.measures.rules.tree import FormulaError, Node, inputs_of


@dataclass(frozen=True)
class Content:
    """What a definition version says. `formula` may be None while an officer still has to write it.

    `inputs` are dicts {name, label, unit, list, steps?}; `readings` dicts {code, label, formula, note, source};
    `targets` maps a period code to a target that replaces `target` there.
    """

    valid_from: date
    valid_to: date | None = None
    unit: str = ""
    direction: str = ">="
    target: Decimal | None = None
    target_period: str = "year"
    targets: Mapping[str, Decimal] = field(default_factory=dict)
    places: int = 2
    formula: Node | None = None
    formula_text: str = ""
    inputs: Sequence[Mapping[str, Any]] = ()
    aggregation_time: str = "latest"
    aggregation_units: str = "none"
    progress: str = "value_over_target"
    readings: Sequence[Mapping[str, Any]] = ()
    reading_in_force: str = ""
    needs_confirmation: bool = False
    notes: Sequence[str] = ()
    source: str = ""


def content_from(proposal: Proposal, **more: Any) -> Content:
    """The content that a reading of a printed standard proposes; `more` gives dates, unit, target and so on."""
    return Content(
        formula=proposal.tree,
        inputs=[each.as_json() for each in proposal.inputs],
        readings=[each.as_json() for each in proposal.readings],
        reading_in_force=proposal.in_force,
        needs_confirmation=proposal.needs_confirmation,
        notes=list(proposal.notes),
        **more,
    )


def content_of(stored: DefinitionVersion) -> Content:
    """The content of a stored version, to start a revision from."""
    return Content(
        valid_from=stored.valid_from,
        valid_to=stored.valid_to,
        unit=stored.unit,
        direction=stored.direction,
        target=stored.target,
        target_period=stored.target_period,
        targets={code: Decimal(value) for code, value in stored.targets.items()},
        places=stored.places,
        formula=from_json(stored.formula) if stored.formula else None,
        formula_text=stored.formula_text,
        inputs=stored.inputs,
        aggregation_time=stored.aggregation_time,
        aggregation_units=stored.aggregation_units,
        progress=stored.progress,
        readings=stored.readings,
        reading_in_force=stored.reading_in_force,
        needs_confirmation=stored.needs_confirmation,
        notes=stored.notes,
        source=stored.source,
    )


def check_names(code: str, name: str) -> None:
    if not code.strip() or len(code) > 80 or not name.strip() or len(name) > 300:
        raise BadInput(
            _("代碼（80 字以內）與名稱（300 字以內）都要填。"), fields={"name": [_("請填代碼與名稱。")]}
        )


def check_content(content: Content) -> None:
    fields = {**_wrong_facts(content), **_wrong_choices(content), **_wrong_formulas(content)}
    if fields:
        raise BadInput(_("定義有不對的地方，沒有存。"), fields=fields)


def _wrong_facts(content: Content) -> dict[str, list[str]]:
    fields: dict[str, list[str]] = {}
    if content.valid_to is not None and content.valid_to <= content.valid_from:
        fields["valid_to"] = [_("迄日要晚於起日。")]
    if not 0 <= content.places <= 12:
        fields["places"] = [_("小數位數是 0 到 12。")]
    codes = [each.get("code") for each in content.readings]
    if len(set(codes)) != len(codes) or (codes and content.reading_in_force not in codes):
        fields["reading_in_force"] = [_("採用的讀法要是其中之一，讀法代碼不可重複。")]
    if content.target is not None and not storable(content.target):
        fields["target"] = [_("數字要在 20 位整數、10 位小數以內。")]
    for code, target in content.targets.items():
        if not storable(target):
            fields["targets"] = [_("數字要在 20 位整數、10 位小數以內。")]
        try:
            parse_period(code)
        except PeriodNotUnderstood as error:
            fields["targets"] = [str(error)]
    return fields


def _wrong_choices(content: Content) -> dict[str, list[str]]:
    fields = {}
    for name in ("direction", "target_period", "aggregation_time", "aggregation_units", "progress"):
        allowed = [value for value, _label in DefinitionVersion._meta.get_field(name).flatchoices]  # type: ignore[union-attr]
        if getattr(content, name) not in allowed:
            fields[name] = [_("請從清單選擇。")]
    return fields


def _wrong_formulas(content: Content) -> dict[str, list[str]]:
    fields: dict[str, list[str]] = {}
    known = {each.get("name"): bool(each.get("list")) for each in content.inputs}
    trees = [content.formula] if content.formula else []
    try:
        trees += [from_json(each["formula"]) for each in content.readings if each.get("formula")]
    except FormulaError as error:
        fields["readings"] = [error.message]
    for use in (use for tree in trees for use in inputs_of(tree)):
        if use.name not in known:
            fields["formula"] = [_("公式用了「%(name)s」，但輸入裡沒有它。") % {"name": use.name}]
        elif known[use.name] != use.is_list:
            fields["inputs"] = [
                _("「%(name)s」在公式與輸入裡的形式（單一數字或清單）不同。") % {"name": use.name}
            ]
    return fields
