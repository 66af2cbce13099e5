"""Trainings asked for and done, models of the command line taken in, bytes cleared away. A new version waits to be activated."""

from datetime import timedelta
from typing import Any

from django.db.models import Max

from shizheng.common import clock
from shizheng.common.errors import BadInput, CannotDo, NotFound
from shizheng.common.permissions import Actor, require
from shizheng.common.reasons import need_reason
from shizheng.common.words import for_the_record, tell
from shizheng.kernel.history.actions import recorded
from shizheng.kernel.jobs.actions import defer
from shizheng.kernel.routing import registry, tables, training
from shizheng.kernel.routing.models import ModelVersion, RoutingModel, State, Training
from shizheng.kernel.routing.rules import TextModel
from shizheng.kernel.routing.shelf import Shelf

MANAGE = "routing.manage"
LARGEST = 5 * 1024 * 1024
"""Bytes of an upload as sent."""
UNPACKED = 100 * 1024 * 1024
LEFT_OVER = timedelta(days=30)


def ask_training(
    actor: Actor,
    *,
    name: str,
    reason: str,
    purpose: str = "",
    source: str = "",
    data: bytes = b"",
    filename: str = "",
    columns: dict[str, Any] | None = None,
) -> Training:
    """Ask for the next version of a model, from a registered `source` or from an uploaded table; a job makes it.

    `columns` of an upload: `text`, `label`, `time` ("" none, absent: found by itself), `strip` (list).
    Raises NotPermitted, BadInput where the table lacks a column, so that nobody waits for nothing.
    """
    require(actor, MANAGE)
    text = need_reason(reason)
    try:
        Shelf().need_name(name)
    except BadInput as failure:
        raise BadInput(failure.message, fields={"name": [failure.message]}) from failure
    given = _checked(data, filename, columns or {}) if not source else {}
    if source:
        registry.source(source)
    sha256 = Shelf().keep(data) if not source else ""
    with recorded(by=actor, action="routing.ask_training", reason=text):
        model, _new = RoutingModel.objects.get_or_create(
            name=name, defaults={"purpose": purpose.strip()[:200], "changed_at": clock.now()}
        )
        asked = Training.objects.create(
            model=model, source=source, filename=filename[-200:], sha256=sha256, columns=given, reason=text,
            asked_by_id=actor.pk, asked_at=clock.now(),
        )  # fmt: skip
        defer("routing.train", training_id=asked.pk)
    return asked


def _checked(data: bytes, filename: str, columns: dict[str, Any]) -> dict[str, Any]:
    if not data:
        message = tell("沒有檔案，也沒有選資料來源，不知道要用什麼訓練。請選一種。")
        raise BadInput(message, fields={"file": [message]})
    if len(data) > LARGEST:
        message = tell(
            "檔案超過 %(n)s MB，沒有讀入。請壓縮成 gzip（.gz），或用 shizheng routing train。",
            n=LARGEST // 1024**2,
        )
        raise BadInput(message, fields={"file": [message]})
    given: dict[str, Any] = {"text": str(columns.get("text", "")), "label": str(columns.get("label", "")),
                             "strip": [str(each) for each in columns.get("strip", [])]}  # fmt: skip
    if columns.get("time") is not None:
        given["time"] = str(columns["time"])
    table = tables.read_table(data, filename, UNPACKED)
    table.need(
        given["text"], given["label"], *given["strip"], *([given["time"]] if given.get("time") else [])
    )
    return given


def train(actor: Actor, training_id: int) -> Training:
    """Make the model of a training, outside of any transaction; what cannot be trained from is said in the training.

    Idempotent: a training that has ended is left alone, and an unfinished one is done from the start.
    """
    require(actor, MANAGE)
    asked = Training.objects.select_related("model").filter(pk=training_id).first()
    if asked is None:
        raise NotFound(tell("找不到這次訓練，可能已經清除。"))
    if asked.state != State.QUEUED:
        return asked
    try:
        with for_the_record():
            model, data = _made(asked)
    except CannotDo as failure:
        return _end(actor, asked, State.FAILED, said=failure.message)
    sha256 = Shelf().keep(data)
    with recorded(by=actor, action="routing.train", reason=asked.reason):
        row = Training.objects.select_for_update().get(pk=asked.pk)
        if row.state != State.QUEUED:
            return row
        made = _version(
            row.model_id, model, sha256, len(data), made_from=row.filename or str(registry.source(row.source).label),
            source_sha256=row.sha256, made_by_id=row.asked_by_id, reason=row.reason,
        )  # fmt: skip
        return _end(actor, row, State.DONE, made=made)


def _made(asked: Training) -> tuple[TextModel, bytes]:
    if asked.source:
        source = registry.source(asked.source)
        return training.from_examples(
            source.examples(),
            stripped=source.stripped(),
            about={"made_from": str(source.label), "columns": {}},
        )
    table = tables.read_table(Shelf().read(asked.sha256), asked.filename, UNPACKED)
    given = asked.columns
    return training.from_table(
        table, text=given["text"], label=given["label"], time=given.get("time"), strip=given["strip"]
    )


def _end(
    actor: Actor, asked: Training, state: State, *, said: str = "", made: ModelVersion | None = None
) -> Training:
    with recorded(by=actor, action="routing.train", reason=asked.reason):
        asked.state, asked.said, asked.made, asked.ended_at = state, said, made, clock.now()
        asked.save(update_fields=["state", "said", "made", "ended_at"])
    return asked


def take_from_shelf(actor: Actor, name: str, *, reason: str) -> ModelVersion:
    """Take in what `shizheng routing train` made under this name (its active version) as the next version here.

    Raises NotFound where the command has no such model, CannotDo where the newest version here is that very model.
    """
    require(actor, MANAGE)
    text = need_reason(reason)
    shelf = Shelf()
    kept = shelf.name_of(name).version()
    model = shelf.model(kept.sha256)
    with recorded(by=actor, action="routing.take_from_shelf", reason=text):
        row, _new = RoutingModel.objects.get_or_create(name=name, defaults={"changed_at": clock.now()})
        last = ModelVersion.objects.filter(model=row).order_by("-number").first()
        if last is not None and last.sha256 == kept.sha256:
            raise CannotDo(
                tell("模型 %(name)s 第 %(n)s 版就是這一個，沒有再納入。", name=name, n=last.number),
                code="nothing_new",
            )
        return _version(
            row.pk, model, kept.sha256, shelf.place(kept.sha256).stat().st_size, made_from=kept.made_from,
            source_sha256="", made_by_id=actor.pk, reason=text,
        )  # fmt: skip


def _version(
    model_id: int, model: TextModel, sha256: str, size: int, *, made_from: str, **more: Any
) -> ModelVersion:
    RoutingModel.objects.select_for_update().get(pk=model_id)  # numbers follow one another
    number = (ModelVersion.objects.filter(model_id=model_id).aggregate(last=Max("number"))["last"] or 0) + 1
    measured = model.card["measured"]
    return ModelVersion.objects.create(
        model_id=model_id, number=number, sha256=sha256, size=size, made_from=made_from[:200],
        examples=model.card["n"], labels=len(model.labels), accuracy=measured["accuracy"],
        macro_f1=measured["macro_f1"], ece=measured["ece"], card=dict(model.card), made_at=clock.now(), **more,
    )  # fmt: skip


def clear_away(actor: Actor) -> int:
    """Delete bytes that no version, no waiting training and no name of the command line has, wanted a month ago; how many."""
    require(actor, MANAGE)
    shelf, limit = Shelf(), (clock.now() - LEFT_OVER).timestamp()
    wanted = set(ModelVersion.objects.values_list("sha256", flat=True)) | shelf.named()
    wanted |= set(Training.objects.filter(state=State.QUEUED).values_list("sha256", flat=True))
    gone = 0
    with recorded(by=actor, action="routing.clear_away"):
        for sha256, place in shelf.older_than(limit):
            if sha256 not in wanted:
                place.unlink(missing_ok=True)
                gone += 1
    return gone
