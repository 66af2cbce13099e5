"""Define a measure, revise its definition, choose a reading: each a new version, none changes an old one."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from shizheng.common.errors import BadInput, Conflict, NotFound
from shizheng.common.permissions import Actor, require
from shizheng.common.reasons import need_reason
from shizheng.kernel.history.actions import recorded
from shizheng.kernel.measures.actions.content import Content, check_content, check_names, content_of
from shizheng.kernel.measures.actions.keeping import check_units
from shizheng.kernel.measures.models import DefinitionVersion, Measure
from shizheng.kernel.measures.rules.storing import from_json, to_json


def define_measure(
    actor: Actor, *, code: str, name: str, owner_id: int, content: Content, reason: str = ""
) -> Measure:
    """Create a measure with its first definition version. Raises `BadInput`, `Conflict` for a code in use."""
    require(actor, "measures.define", owner_id)
    check_names(code, name)
    check_content(content)
    check_units({owner_id}, "owner_id")
    with recorded(by=actor, action="measures.define", reason=reason):
        if Measure.objects.filter(code=code).exists():
            raise Conflict(_("代碼「%(code)s」已經有指標使用，沒有新增。請換一個代碼。") % {"code": code})
        try:
            with transaction.atomic():
                measure = Measure.objects.create(code=code, name=name, owner_id=owner_id)
        except IntegrityError as error:
            raise Conflict(
                _("代碼「%(code)s」剛才已經用掉，沒有新增。請換一個代碼。") % {"code": code}
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
        need_reason(reason)
        check_content(content)
        if name is not None:
            check_names(measure.code, name)
            measure.name = name
        return _next_version(measure, content, reason)


def choose_reading(
    actor: Actor, measure_id: int, *, version: int, reading: str, reason: str
) -> DefinitionVersion:
    """Put another configured reading in force and settle the 待確認: a new version of the same dates."""
    with recorded(by=actor, action="measures.choose_reading", reason=reason):
        measure = _locked(measure_id, version)
        require(actor, "measures.define", measure.owner_id)
        need_reason(reason)
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


def _locked(measure_id: int, version: int) -> Measure:
    measure = Measure.objects.select_for_update(of=("self",)).filter(pk=measure_id).first()
    if measure is None:
        raise NotFound(_("找不到這個指標，沒有變更。請從指標清單進入。"))
    if measure.version != version:
        raise Conflict(
            _("您打開之後，這個指標又修訂過了，您的修訂沒有存。請重新整理，看過最新的定義再修訂。")
        )
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
