"""Routing through the API: models and report cards, what a model says of texts, training, activation, roll-back, threshold."""

from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, File, Form, Path
from ninja.files import UploadedFile

from shizheng.common.api import Router
from shizheng.common.api_fields import NO_NUL, Given, Id, Line
from shizheng.common.words import N_
from shizheng.kernel.routing import actions, queries
from shizheng.kernel.routing.models import ModelVersion, RoutingModel, Training
from shizheng.kernel.routing.schemas import (
    RoutingAnswersOut,
    RoutingCardOut,
    RoutingModelOut,
    RoutingModelsOut,
    RoutingModelWholeOut,
    RoutingTrainingOut,
)  # fmt: skip

router = Router()
Name = Annotated[str, Path(pattern=NO_NUL, max_length=60)]
Number = Annotated[int, Path(ge=1, le=2**31 - 1)]
Version = Annotated[int, Field(ge=0, le=2**31 - 1)]
MOST_TEXTS = 100


class RoutingTextsIn(Given):
    """Up to 100 texts."""

    texts: Annotated[
        list[Annotated[str, Field(pattern=NO_NUL, max_length=20_000)]],
        Field(min_length=1, max_length=MOST_TEXTS),
    ]


class RoutingReasonIn(Given):
    """`version` of the model as it was read: refused where somebody changed it since."""

    reason: Line = ""
    version: Version | None = None


class RoutingThresholdIn(RoutingReasonIn):
    """`threshold` over 0 and at most 1; null: always by a person."""

    threshold: Annotated[Decimal, Field(max_digits=5, decimal_places=4, allow_inf_nan=False)] | None


class RoutingTrainingIn(Given):
    """Columns of the uploaded table. `time` absent: found by itself, empty: none; `strip`: names of columns, by commas."""

    name: Annotated[str, Field(pattern=NO_NUL, max_length=200)]
    reason: Line = ""
    purpose: Annotated[str, Field(pattern=NO_NUL, max_length=200)] = ""
    text: Annotated[str, Field(pattern=NO_NUL, max_length=200)]
    label: Annotated[str, Field(pattern=NO_NUL, max_length=200)]
    time: Annotated[str, Field(pattern=NO_NUL, max_length=200)] | None = None
    strip: Annotated[str, Field(pattern=NO_NUL, max_length=1000)] = ""


def _actor(request: HttpRequest) -> Any:
    return request.auth  # type: ignore[attr-defined]


@router.get("/models", permission="routing.view", response=RoutingModelsOut, summary=N_("分案模型的清單"))
def list_models(request: HttpRequest) -> Any:
    """Every model with its active version."""
    return {"items": [_model(each) for each in queries.visible_to(_actor(request))]}


@router.get(
    "/models/{name}", permission="routing.view", response=RoutingModelWholeOut, summary=N_("一個分案模型")
)
def read_model(request: HttpRequest, name: Name) -> Any:
    """A model, its versions and its trainings, the newest first."""
    row = queries.model(_actor(request), name)
    return {
        **_model(row),
        "versions": [_version(each) for each in queries.versions_of(row)],
        "trainings": [_training(each) for each in queries.trainings_of(row)[:50]],
    }


@router.get(
    "/models/{name}/versions/{number}",
    permission="routing.view",
    response=RoutingCardOut,
    summary=N_("一版的成績單"),
)
def read_card(request: HttpRequest, name: Name, number: Number) -> Any:
    """A version with its whole report card."""
    found = queries.version(queries.model(_actor(request), name), number)
    return {**_version(found), "card": found.card}


@router.post(
    "/models/{name}/predict",
    permission="routing.view",
    response=RoutingAnswersOut,
    summary=N_("判斷文字的類別"),
)
def predict(request: HttpRequest, name: Name, given: RoutingTextsIn) -> Any:
    """What the active version says of texts: label, confidence, alternatives, the words that decided. Nothing is kept.

    A text of which nothing is left has null as its answer.
    """
    row = queries.model(_actor(request), name)
    queries.need_active(row)
    found = [queries.propose(row.name, each, row) for each in given.texts]
    return {
        "model": row.name, "version": row.active.number if row.active else None,
        "answers": [each and {**each.prediction.as_json(), "by_itself": each.by_itself} for each in found],
    }  # fmt: skip


@router.post(
    "/trainings",
    permission="routing.manage",
    response={201: RoutingTrainingOut},
    summary=N_("上傳資料，要求訓練"),
)
def ask_training(
    request: HttpRequest, given: Form[RoutingTrainingIn], file: Annotated[UploadedFile, File()]
) -> Any:
    """Ask for the next version of a model from an uploaded table; a job makes it."""
    columns: dict[str, Any] = {
        "text": given.text, "label": given.label, "time": given.time,
        "strip": [each.strip() for each in given.strip.split(",") if each.strip()],
    }  # fmt: skip
    made = actions.ask_training(
        _actor(request), name=given.name, reason=given.reason, purpose=given.purpose, data=file.read(),
        filename=file.name or "", columns=columns,
    )  # fmt: skip
    return 201, _training(made)


@router.get(
    "/trainings/{training_id}",
    permission="routing.view",
    response=RoutingTrainingOut,
    summary=N_("一次訓練的結果"),
)
def read_training(request: HttpRequest, training_id: Id) -> Any:
    """What became of a training."""
    return _training(queries.training(_actor(request), training_id))


@router.post(
    "/models/{name}/versions/{number}/activate",
    permission="routing.manage",
    response=RoutingModelOut,
    summary=N_("啟用一版"),
)
def activate(request: HttpRequest, name: Name, number: Number, given: RoutingReasonIn) -> Any:
    """Let a version answer; the threshold goes."""
    return _model(actions.activate(_actor(request), name, number, version=given.version, reason=given.reason))


@router.post(
    "/models/{name}/roll-back",
    permission="routing.manage",
    response=RoutingModelOut,
    summary=N_("退回前一版"),
)
def roll_back(request: HttpRequest, name: Name, given: RoutingReasonIn) -> Any:
    """Let the version answer again that answered before."""
    return _model(actions.roll_back(_actor(request), name, version=given.version, reason=given.reason))


@router.post(
    "/models/{name}/threshold",
    permission="routing.manage",
    response=RoutingModelOut,
    summary=N_("定自動分派的門檻"),
)
def set_threshold(request: HttpRequest, name: Name, given: RoutingThresholdIn) -> Any:
    """From what confidence on an answer counts without a person."""
    return _model(
        actions.set_threshold(
            _actor(request), name, given.threshold, version=given.version, reason=given.reason
        )
    )


def _model(row: RoutingModel) -> dict[str, Any]:
    return {
        "name": row.name, "purpose": row.purpose, "version": row.version,
        "threshold": None if row.threshold is None else float(row.threshold),
        "active": _version(row.active) if row.active else None,
    }  # fmt: skip


def _version(row: ModelVersion) -> dict[str, Any]:
    return {
        "number": row.number, "sha256": row.sha256, "size": row.size, "made_from": row.made_from,
        "made_at": row.made_at.isoformat(), "examples": row.examples, "labels": row.labels, "reason": row.reason,
        "measured": row.card["measured"],
    }  # fmt: skip


def _training(row: Training) -> dict[str, Any]:
    return {
        "id": row.pk, "model": row.model.name, "state": row.state, "said": row.said or None,
        "made": row.made.number if row.made else None, "asked_at": row.asked_at.isoformat(),
        "ended_at": row.ended_at.isoformat() if row.ended_at else None,
    }  # fmt: skip
