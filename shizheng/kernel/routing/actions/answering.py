"""Which version answers, and from what confidence on without a person. Every change has its reason and can be taken back."""

from decimal import Decimal

from shizheng.common import clock
from shizheng.common.errors import BadInput, CannotDo, Conflict, NotFound
from shizheng.common.permissions import Actor, require
from shizheng.common.reasons import need_reason
from shizheng.common.words import tell
from shizheng.kernel.history.actions import recorded
from shizheng.kernel.routing.models import Activation, ModelVersion, RoutingModel
from shizheng.kernel.routing.shelf import Shelf

MANAGE = "routing.manage"


def activate(actor: Actor, name: str, number: int, *, version: int | None, reason: str) -> RoutingModel:
    """Let a version answer. Its bytes are read and checked first; the threshold goes, for it was set upon another card.

    `version` is the model's as the person saw it. Raises NotFound, Conflict, FileDamaged, CannotDo where it answers already.
    """
    require(actor, MANAGE)
    text = need_reason(reason)
    with recorded(by=actor, action="routing.activate", reason=text):
        row = _locked(name, version)
        found = ModelVersion.objects.filter(model=row, number=number).first()
        if found is None:
            raise NotFound(
                tell("模型 %(name)s 沒有第 %(n)s 版。請重新整理看有哪些版本。", name=name, n=number)
            )
        return _answering(actor, row, found, text, is_roll_back=False)


def roll_back(actor: Actor, name: str, *, version: int | None, reason: str) -> RoutingModel:
    """Let the version answer again that answered before the active one did. Raises CannotDo where there was none."""
    require(actor, MANAGE)
    text = need_reason(reason)
    with recorded(by=actor, action="routing.roll_back", reason=text):
        row = _locked(name, version)
        before = before_active(row)
        if before is None:
            raise CannotDo(
                tell("模型 %(name)s 之前沒有用過別的版本，沒有可以退回的。", name=name), code="nothing_before"
            )
        return _answering(actor, row, before, text, is_roll_back=True)


def before_active(row: RoutingModel) -> ModelVersion | None:
    """The version that answered when the active one was first let answer."""
    first = (
        Activation.objects.filter(model=row, of_id=row.active_id, is_roll_back=False).order_by("id").first()
    )
    if first is None:
        return None
    before = (
        Activation.objects.filter(model=row, id__lt=first.pk).select_related("of").order_by("-id").first()
    )
    return before.of if before else None


def set_threshold(
    actor: Actor, name: str, threshold: Decimal | None, *, version: int | None, reason: str
) -> RoutingModel:
    """From what confidence on (over 0, at most 1) an answer counts without a person; None: never."""
    require(actor, MANAGE)
    text = need_reason(reason)
    if threshold is not None and not Decimal(0) < threshold <= Decimal(1):
        message = tell("門檻要大於 0、最多 1，例如 0.95；不要自動分派就留白。")
        raise BadInput(message, fields={"threshold": [message]})
    with recorded(by=actor, action="routing.set_threshold", reason=text):
        row = _locked(name, version)
        if threshold is not None and row.active_id is None:
            raise CannotDo(
                tell("模型 %(name)s 還沒有啟用任何一版，門檻沒有成績可以依據，沒有設定。", name=name)
            )
        row.threshold = threshold
        return _saved(row)


def _answering(
    actor: Actor, row: RoutingModel, found: ModelVersion, reason: str, *, is_roll_back: bool
) -> RoutingModel:
    if row.active_id == found.pk:
        raise CannotDo(tell("第 %(n)s 版已經在使用，沒有再啟用一次。", n=found.number), code="nothing_new")
    Shelf().model(found.sha256)
    Activation.objects.create(
        model=row, of=found, is_roll_back=is_roll_back, reason=reason, by_id=actor.pk, at=clock.now()
    )
    row.active, row.threshold = found, None
    return _saved(row)


def _saved(row: RoutingModel) -> RoutingModel:
    row.changed_at, row.version = clock.now(), row.version + 1
    row.save(update_fields=["active", "threshold", "changed_at", "version"])
    return row


def _locked(name: str, version: int | None) -> RoutingModel:
    row = RoutingModel.objects.select_for_update().filter(name=name).first()
    if row is None:
        raise NotFound(tell("沒有叫「%(name)s」的分案模型。請從分案模型的清單進入。", name=name[:60]))
    if version is not None and row.version != version:
        raise Conflict(tell("這個模型剛才已由別人改過，沒有執行。請重新看過再決定。"))
    return row
