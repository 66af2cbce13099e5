"""What people do with measures: define, revise, choose a reading, file, correct. Each is one transaction with its reason."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from shizheng.common.errors import BadInput, Conflict, NotFound
from shizheng.common.permissions import Actor, require
from shizheng.kernel.history.actions import recorded
from shizheng.kernel.measures.models import DefinitionVersion, Fact, Measure
from shizheng.kernel.measures.queries.lists import visible_to
from shizheng.kernel.measures.rules.evaluate import Row
from shizheng.kernel.measures.rules.missing import MissingKind
from shizheng.kernel.measures.rules.periods import Period, PeriodNotUnderstood, parse_period
from shizheng.kernel.measures.rules.proposals import Proposal
from shizheng.kernel.measures.rules.storing import from_json, to_json
from shizheng.kernel.measures.rules.traces import row_json
from shizheng.kernel.measures.rules.tree import FormulaError, Node, inputs_of
from shizheng.kernel.organisations import queries as organisations

MAX_ROWS = 5000
LINK = re.compile(r"(https?://|/(?!/))[^\s\\]*\Z")


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


@dataclass(frozen=True)
class Filing:
    """One input to file: exactly one of `value`, `missing`, `rows`."""

    measure_id: int
    input: str
    unit_id: int
    period: Period | str
    value: Decimal | None = None
    missing: MissingKind | str | None = None
    rows: Sequence[Row] | None = None
    source: Mapping[str, Any] = field(default_factory=lambda: {"kind": "reported"})
    reason: str = ""


def define_measure(
    actor: Actor, *, code: str, name: str, owner_id: int, content: Content, reason: str = ""
) -> Measure:
    """Create a measure with its first definition version. Raises `BadInput`, `Conflict` for a code in use."""
    require(actor, "measures.define", owner_id)
    _check_names(code, name)
    _check_content(content)
    _check_units({owner_id}, "owner_id")
    with recorded(by=actor, action="measures.define", reason=reason):
        if Measure.objects.filter(code=code).exists():
            raise Conflict(_("代碼「%(code)s」已經有指標使用，沒有新增。請換一個代碼。") % {"code": code})
        try:
            with transaction.atomic():
                measure = Measure.objects.create(code=code, name=name, owner_id=owner_id)
        except IntegrityError as error:
            raise Conflict(
                _("代碼「%(code)s」剛才已由別人使用，沒有新增。請換一個代碼。") % {"code": code}
            ) from error
        _write_version(measure, content, 1, reason)
    return measure


def revise_definition(
    actor: Actor, measure_id: int, *, version: int, content: Content, reason: str, name: str | None = None
) -> DefinitionVersion:
    """Add a definition version. `version` is the measure's as read; raises `Conflict` when it has moved on."""
    with recorded(by=actor, action="measures.revise_definition", reason=reason):
        measure = _locked(measure_id, version)
        require(actor, "measures.define", measure.owner_id)
        _needs_reason(reason)
        _check_content(content)
        if name is not None:
            _check_names(measure.code, name)
            measure.name = name
        return _next_version(measure, content, reason)


def choose_reading(
    actor: Actor, measure_id: int, *, version: int, reading: str, reason: str
) -> DefinitionVersion:
    """Put another configured reading in force and settle the 待確認: a new version of the same dates."""
    with recorded(by=actor, action="measures.choose_reading", reason=reason):
        measure = _locked(measure_id, version)
        require(actor, "measures.define", measure.owner_id)
        _needs_reason(reason)
        latest = measure.definitions.order_by("-number").first()
        chosen = next((r for r in latest.readings if r["code"] == reading), None) if latest else None
        if latest is None or chosen is None:
            raise BadInput(
                _("沒有這個讀法，沒有變更。請從清單選一個。"), fields={"reading": [_("請選一個讀法。")]}
            )
        content = content_of(latest)
        tree = from_json(chosen["formula"])
        changed = {"formula": tree, "reading_in_force": reading, "needs_confirmation": False}
        return _next_version(measure, Content(**{**content.__dict__, **changed}), reason)


def record_fact(actor: Actor, filing: Filing) -> Fact:
    """File one input. Raises `Conflict` when it has been filed before: correct it instead."""
    return record_facts(actor, [filing])[0]


def record_facts(
    actor: Actor, filings: Iterable[Filing], *, action: str = "measures.record_facts"
) -> list[Fact]:
    """File several inputs in one transaction: all of them or none.

    A 未填報, 待確認 or 尚未可衡量 that stands there is superseded without being called a correction; a number is not.
    """
    wanted = list(filings)
    if not wanted:
        return []
    with recorded(by=actor, action=action):
        for unit_id in {each.unit_id for each in wanted}:
            require(actor, "measures.file", unit_id)
        _check_reach(actor, {(each.measure_id, each.unit_id) for each in wanted})
        _check_inputs(wanted)
        _check_units({each.unit_id for each in wanted}, "unit_id")
        prepared = [_prepared(each, actor.pk) for each in wanted]
        standing = _standing(wanted)
        for fact in prepared:
            before = standing.get((fact.measure_id, fact.unit_id, fact.input, fact.period))
            if before is None:
                continue
            if before.missing is None or before.missing == "not_applicable":
                raise Conflict(_already_filed(fact))
            fact.supersedes_id = before.pk
            fact.reason = fact.reason or _("補填")
        return _written(prepared, _already_filed(prepared[0]))


def correct_fact(
    actor: Actor,
    fact_id: int,
    *,
    reason: str,
    value: Decimal | None = None,
    missing: MissingKind | str | None = None,
    rows: Sequence[Row] | None = None,
    source: Mapping[str, Any] | None = None,
) -> Fact:
    """File a new fact that supersedes another, with a reason. Raises `Conflict` if somebody already corrected it."""
    with recorded(by=actor, action="measures.correct_fact", reason=reason):
        before = Fact.objects.select_related("unit").filter(pk=fact_id).first()
        if before is None:
            raise NotFound(_("找不到這筆填報，沒有更正。請從指標頁重新選擇。"))
        require(actor, "measures.correct", before.unit_id)
        _check_reach(actor, {(before.measure_id, before.unit_id)})
        _needs_reason(reason)
        if Fact.objects.filter(supersedes_id=fact_id).exists():
            raise Conflict(_already_corrected())
        filing = Filing(
            before.measure_id, before.input, before.unit_id, before.period, value, missing, rows,
            {"kind": "reported"} if source is None else source, reason,
        )  # fmt: skip
        fact = _prepared(filing, actor.pk)
        if _same(fact, before):
            raise BadInput(_("更正後的數與原來相同，沒有更正。"), fields={"value": [_("與原來的數相同。")]})
        fact.supersedes_id = before.pk
        return _written([fact], _already_corrected())[0]


def _already_filed(fact: Fact) -> str:
    return _("「%(input)s」%(period)s 已經填報過，這次沒有存。要改，請用更正並寫明理由。") % {
        "input": fact.input,
        "period": parse_period(fact.period).label,
    }


def _already_corrected() -> str:
    return _("這筆填報剛才已由別人更正，您的更正沒有存。請重新整理，看過最新的數再決定。")


def _written(facts: list[Fact], conflict: str) -> list[Fact]:
    try:
        with transaction.atomic():
            found = Fact.objects.bulk_create(facts, batch_size=2000)
    except IntegrityError as error:
        # the unique chain of a key, or one successor a fact: two people filed at the same moment
        if "measures_fact_one_chain" in str(error) or "supersedes" in str(error):
            raise Conflict(conflict) from error
        raise
    return found


def _standing(filings: Sequence[Filing]) -> dict[tuple[int, int, str, str], Fact]:
    found = Fact.objects.filter(
        measure_id__in={each.measure_id for each in filings},
        unit_id__in={each.unit_id for each in filings},
        period__in={_period(each.period).code for each in filings},
        superseded_by=None,
    ).only("id", "measure_id", "unit_id", "input", "period", "missing")
    return {(f.measure_id, f.unit_id, f.input, f.period): f for f in found}


def _prepared(filing: Filing, user_id: int | None) -> Fact:
    given = [each for each in (filing.value, filing.missing, filing.rows) if each is not None]
    if len(given) != 1:
        text = _("數字、缺值種類、明細三者要填一個，也只能填一個。")
        raise BadInput(text, fields={"value": [text]})
    value = filing.value
    if value is not None and not _storable(value):
        text = _("數字要在 20 位整數、10 位小數以內。")
        raise BadInput(text, fields={"value": [text]})
    _check_source(filing.source)
    period = _period(filing.period)
    return Fact(
        measure_id=filing.measure_id,
        input=filing.input,
        unit_id=filing.unit_id,
        period=period.code,
        period_start=period.start,
        period_end=period.end,
        value=value,
        missing=None if filing.missing is None else _kind(filing.missing),
        rows=None if filing.rows is None else _rows(filing.rows),
        source=dict(filing.source),
        filed_by_id=user_id,
        reason=filing.reason,
    )


def _storable(value: Decimal) -> bool:
    """Whether a number has at most 20 digits before the point and 10 after: what a column holds, a list keeps too."""
    return value.is_finite() and value.adjusted() < 20 and (not value or _decimals(value) <= 10)


def _decimals(value: Decimal) -> int:
    exponent = value.normalize().as_tuple().exponent
    return -exponent if isinstance(exponent, int) and exponent < 0 else 0


def _check_source(source: Mapping[str, Any]) -> None:
    """The trace shows `text` and links to `url`, so a link leads to a page: ours, or one of the web."""
    if any(not isinstance(source.get(name, ""), str) for name in ("kind", "text", "url")):
        text = _("來源的 kind、text、url 都要是文字。")
        raise BadInput(text, fields={"source": [text]})
    if source.get("url") and not LINK.match(source["url"]):
        text = _("來源的網址要以 https://、http:// 或 / 開頭。")
        raise BadInput(text, fields={"source": [text]})


def _rows(rows: Sequence[Row]) -> list[dict[str, Any]]:
    keys = [row.key for row in rows]
    if len(keys) > MAX_ROWS or len(set(keys)) != len(keys) or any(not key or len(key) > 200 for key in keys):
        text = _("明細最多 %(count)s 列，每列要有不重複的編號。") % {"count": MAX_ROWS}
        raise BadInput(text, fields={"rows": [text]})
    for row in rows:
        if isinstance(row.value, Decimal) and not _storable(row.value):
            text = _("明細「%(key)s」的數字要在 20 位整數、10 位小數以內。") % {"key": row.key}
            raise BadInput(text, fields={"rows": [text]})
        if len(row.name) > 300:
            text = _("明細「%(key)s」的名稱最多 300 字。") % {"key": row.key}
            raise BadInput(text, fields={"rows": [text]})
    return [row_json(row) for row in rows]


def _kind(kind: MissingKind | str) -> str:
    try:
        return MissingKind(kind).value
    except ValueError as error:
        raise BadInput(_("沒有這種缺值。"), fields={"missing": [_("請從清單選擇。")]}) from error


def _period(period: Period | str) -> Period:
    if isinstance(period, Period):
        return period
    try:
        return parse_period(period)
    except PeriodNotUnderstood as error:
        raise BadInput(str(error), fields={"period": [str(error)]}) from error


def _check_reach(actor: Actor, pairs: set[tuple[int, int]]) -> None:
    """Of (measure, unit): one files for measures that one sees, and for those of the units above one's own.

    A fact for another agency's measure would stand in that agency's list.
    """
    seen = set(visible_to(actor).filter(pk__in={each for each, _ in pairs}).values_list("pk", flat=True))
    unseen = {pair for pair in pairs if pair[0] not in seen}
    if not unseen:
        return
    owners = dict(Measure.objects.filter(pk__in={each for each, _ in unseen}).values_list("pk", "owner_id"))
    tree = organisations.tree()
    above = {unit_id: {node.id for node in tree.ancestors(unit_id)} for _, unit_id in unseen}
    if any(owners.get(measure_id) not in above[unit_id] for measure_id, unit_id in unseen):
        raise NotFound(_("找不到這個指標，或您不能看，沒有存。請從指標清單進入。"))


def _check_inputs(filings: Sequence[Filing]) -> None:
    """Every filing names an input of some version of its measure, in the form (number or list) that it has there."""
    known: dict[int, dict[str, bool]] = {}
    rows = DefinitionVersion.objects.filter(measure_id__in={each.measure_id for each in filings})
    for measure_id, inputs in rows.order_by("number").values_list("measure_id", "inputs"):
        known.setdefault(measure_id, {}).update({each["name"]: bool(each.get("list")) for each in inputs})
    for each in filings:
        inputs = known.get(each.measure_id, {})
        if each.input not in inputs:
            text = _("這個指標沒有「%(input)s」這個輸入，沒有存。請看指標的定義。") % {"input": each.input}
            raise BadInput(text, fields={"input": [text]})
        if each.missing is None and inputs[each.input] != (each.rows is not None):
            text = _("「%(input)s」的形式不對：定義裡是") % {"input": each.input}
            text += _("明細清單。") if inputs[each.input] else _("單一數字。")
            raise BadInput(text, fields={"value": [text]})


def _check_units(unit_ids: set[int], field: str) -> None:
    """Foreign keys are checked at commit, too late to say which: look first."""
    units = Fact._meta.get_field("unit").related_model
    known = set(units._default_manager.filter(pk__in=unit_ids).values_list("pk", flat=True))
    if known != unit_ids:
        text = _("沒有編號 %(ids)s 的單位，沒有存。請重新選擇單位。") % {
            "ids": "、".join(str(each) for each in sorted(unit_ids - known))
        }
        raise BadInput(text, fields={field: [text]})


def _same(first: Fact, second: Fact) -> bool:
    return (first.value, first.missing, first.rows) == (second.value, second.missing, second.rows)


def _needs_reason(reason: str) -> None:
    if not reason.strip():
        text = _("請寫理由：改了什麼、依據什麼。沒有理由就沒有存。")
        raise BadInput(text, fields={"reason": [text]})


def _check_names(code: str, name: str) -> None:
    if not code.strip() or len(code) > 80 or not name.strip() or len(name) > 300:
        raise BadInput(
            _("代碼（80 字以內）與名稱（300 字以內）都要填。"), fields={"name": [_("請填代碼與名稱。")]}
        )


def _check_content(content: Content) -> None:
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
    if content.target is not None and not _storable(content.target):
        fields["target"] = [_("數字要在 20 位整數、10 位小數以內。")]
    for code, target in content.targets.items():
        if not _storable(target):
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


def _locked(measure_id: int, version: int) -> Measure:
    measure = Measure.objects.select_for_update(of=("self",)).filter(pk=measure_id).first()
    if measure is None:
        raise NotFound(_("找不到這個指標，沒有變更。請從指標清單進入。"))
    if measure.version != version:
        raise Conflict(_("這個指標剛才已由別人修訂，您的修訂沒有存。請重新整理，看過最新的定義再修訂。"))
    return measure


def _next_version(measure: Measure, content: Content, reason: str) -> DefinitionVersion:
    last = measure.definitions.order_by("-number").values_list("number", flat=True).first() or 0
    made = _write_version(measure, content, last + 1, reason)
    measure.version += 1
    measure.save(update_fields=["name", "version"])
    return made


def _write_version(measure: Measure, content: Content, number: int, reason: str) -> DefinitionVersion:
    made = DefinitionVersion.objects.create(
        measure=measure,
        number=number,
        valid_from=content.valid_from,
        valid_to=content.valid_to,
        unit=content.unit,
        direction=content.direction,
        target=content.target,
        target_period=content.target_period,
        targets={code: str(value) for code, value in content.targets.items()},
        places=content.places,
        formula=to_json(content.formula) if content.formula else None,
        formula_text=content.formula_text,
        inputs=[dict(each) for each in content.inputs],
        aggregation_time=content.aggregation_time,
        aggregation_units=content.aggregation_units,
        progress=content.progress,
        readings=[dict(each) for each in content.readings],
        reading_in_force=content.reading_in_force,
        needs_confirmation=content.needs_confirmation,
        notes=list(content.notes),
        source=content.source,
        reason=reason,
    )
    made.refresh_from_db(fields=["recorded_at", "transaction_id"])
    return made
