"""Reading routing: models with their versions and trainings, and what the active version says of a text (J03)."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet

from shizheng.common.errors import BadInput, CannotDo, NotFound
from shizheng.common.permissions import Actor, require
from shizheng.common.words import tell
from shizheng.kernel.routing.models import Activation, ModelVersion, RoutingModel, Training
from shizheng.kernel.routing.rules import EmptyText, Prediction
from shizheng.kernel.routing.shelf import Shelf

VIEW = "routing.view"


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the active version says. `by_itself`: it is confident enough for the threshold, so no person need confirm it."""

    model: str
    version: int
    prediction: Prediction
    threshold: Decimal | None

    @property
    def by_itself(self) -> bool:
        return self.threshold is not None and self.prediction.confidence >= float(self.threshold)


def visible_to(actor: Actor) -> QuerySet[RoutingModel]:
    """Models, each with its active version."""
    rows = RoutingModel.objects.select_related("active")
    return rows if actor.may(VIEW) else rows.none()


def model(actor: Actor, name: str) -> RoutingModel:
    """A model by its name. Raises NotPermitted, NotFound."""
    require(actor, VIEW)
    found = visible_to(actor).filter(name=name).first()
    if found is None:
        raise NotFound(tell("沒有叫「%(name)s」的分案模型。請從分案模型的清單進入。", name=name[:60]))
    return found


def versions_of(row: RoutingModel) -> QuerySet[ModelVersion]:
    """Every version, the newest first."""
    return ModelVersion.objects.filter(model=row).select_related("made_by").order_by("-number")


def version(row: RoutingModel, number: int) -> ModelVersion:
    """A version by its number. Raises NotFound."""
    found = versions_of(row).filter(number=number).first()
    if found is None:
        raise NotFound(
            tell("模型 %(name)s 沒有第 %(n)s 版。請重新整理看有哪些版本。", name=row.name, n=number)
        )
    return found


def activations_of(row: RoutingModel) -> QuerySet[Activation]:
    """When which version began to answer, the latest first."""
    return Activation.objects.filter(model=row).select_related("of", "by").order_by("-id")


def trainings_of(row: RoutingModel) -> QuerySet[Training]:
    """What was asked for and what became of it, the latest first."""
    return Training.objects.filter(model=row).select_related("made", "asked_by").order_by("-id")


def training(actor: Actor, training_id: int) -> Training:
    """A training by its number. Raises NotPermitted, NotFound."""
    require(actor, VIEW)
    found = Training.objects.select_related("model", "made", "asked_by").filter(pk=training_id).first()
    if found is None:
        raise NotFound(tell("找不到這次訓練，可能已經清除。"))
    return found


def propose(name: str, text: str, row: RoutingModel | None = None) -> Proposal | None:
    """What the active version of a model says of a text; None where no version answers, or nothing is left of the text.

    For domains, which ask on behalf of whoever opens a case. Some milliseconds, the first time in a process up to a second.
    `row` spares the query where the model was read already. Raises FileDamaged, ModelDamaged.
    """
    row = row or RoutingModel.objects.select_related("active").filter(name=name).first()
    if row is None or row.active is None:
        return None
    try:
        found = Shelf().model(row.active.sha256).predict(text)
    except EmptyText:
        return None
    return Proposal(row.name, row.active.number, found, row.threshold)


def answering(names: Iterable[str]) -> dict[str, RoutingModel]:
    """The models of these names that answer now, by name (one query)."""
    rows = RoutingModel.objects.select_related("active").filter(name__in=list(names), active__isnull=False)
    return {each.name: each for each in rows}


def need_active(row: RoutingModel) -> RoutingModel:
    """The model. Raises CannotDo where no version of it answers."""
    if row.active is None:
        raise CannotDo(tell("模型 %(name)s 還沒有啟用任何一版，不能判斷。", name=row.name))
    return row


def tried(actor: Actor, name: str, text: str) -> Proposal:
    """The same for a person who tries it out. Raises NotPermitted, NotFound, CannotDo, BadInput."""
    row = need_active(model(actor, name))
    found = propose(row.name, text, row)
    if found is None:
        message = tell("文字是空的，或只有模型不看的字，無從判斷。請多寫一些。")
        raise BadInput(message, fields={"text": [message]})
    return found
