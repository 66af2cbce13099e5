"""Reading history: what happened to a row, what it was at a moment, and which transactions a moment knew."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.db.models import Model, Q, QuerySet, TextField
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce

from shizheng.common import clock
from shizheng.common.permissions import Actor
from shizheng.kernel.history import words
from shizheng.kernel.history.models import Entry, Moment, Operation

NEAR = timedelta(minutes=5)


def visible_to(actor: Actor) -> QuerySet[Entry]:
    """Entries that the actor may read: all with `history.view`, else none."""
    return Entry.objects.all() if actor.may("history.view") else Entry.objects.none()


def with_row_names(entries: QuerySet[Entry]) -> QuerySet[Entry]:
    """Entries without their columns, with `row_name`: what people call the row, as the change left it."""
    naming = [KeyTextTransform(name, side) for side in ("after", "before") for name in words.NAMING]
    return entries.annotate(row_name=Coalesce(*naming, output_field=TextField())).defer("before", "after")


def entries_of(instance_or_label: Model | str, pk: object = None) -> QuerySet[Entry]:
    """Every change of one row, newest first. Takes an instance, or a label such as `calendar.closure` and a pk."""
    if isinstance(instance_or_label, Model):
        label, pk = instance_or_label._meta.label_lower, instance_or_label.pk
    else:
        label = instance_or_label.lower()
    return Entry.objects.filter(model=label, object_id=str(pk)).order_by("-id")


def entries_of_all(label: str, pks: Iterable[object]) -> QuerySet[Entry]:
    """Every change of several rows of one kind, newest first."""
    return Entry.objects.filter(model=label.lower(), object_id__in=[str(pk) for pk in pks]).order_by("-id")


def entries_of_rows(rows: Mapping[str, Iterable[object]]) -> QuerySet[Entry]:
    """Every change of rows of several kinds (label to pks), newest first, so that one timeline tells of all of them."""
    wanted = Q(pk__in=())
    for label, pks in rows.items():
        wanted |= Q(model=label.lower(), object_id__in=[str(pk) for pk in pks])
    return Entry.objects.filter(wanted).order_by("-id")


def gone(label: str, **of: Any) -> "QuerySet[Any, dict[str, Any]]":
    """Rows of one kind that were deleted, each as it was before (such as `filing.round`); one query, when it is read.

    `of` narrows them to those with these values in columns, such as `project_id=3`.
    """
    rows: Any = Entry.objects.filter(model=label.lower(), operation=Operation.DELETE, before__isnull=False)
    if of:
        rows = rows.filter(before__contains=of)
    found: QuerySet[Any, dict[str, Any]] = rows.order_by("id").values_list("before", flat=True)
    return found


def rows_of_act(label: str, action: str, channel: str) -> set[int]:
    """Numbers of the rows of one kind on which an action was done that came from there (such as `job`); one query."""
    rows = Entry.objects.filter(model=label.lower(), action=action, origin__channel=channel)
    return {int(pk) for pk in rows.values_list("object_id", flat=True).distinct()}


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside the changes of a row in a timeline: its name, its page, a line of text, a small picture."""

    title: str
    url: str
    text: str = ""
    image: str = ""
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True, slots=True)
class Act:
    """What one person did at one stroke: entries of one transaction with the same action and reason, newest first."""

    entries: tuple[Entry, ...]

    @property
    def first(self) -> Entry:
        """The entry that speaks for all of them."""
        return self.entries[0]

    @property
    def came_and_went(self) -> tuple[Entry, ...]:
        """Rows that it added or deleted beside what it changed, in the order in which it did; none of what only makes."""
        if all(each.operation == Operation.INSERT for each in self.entries):
            return ()
        return tuple(each for each in reversed(self.entries) if each.operation != Operation.UPDATE)


def acts_of(entries: Iterable[Entry]) -> list[Act]:
    """Entries put together by the act that made them, in the order in which they come."""
    found: dict[tuple[object, ...], list[Entry]] = {}
    for each in entries:
        key: tuple[object, ...] = (
            each.transaction_id,
            each.action,
            each.reason,
            each.actor_id,
            each.actor_name,
        )
        if not each.action:  # without an action each row is named by what happened to it
            key += (each.operation, each.model)
        found.setdefault(key, []).append(each)
    return [Act(tuple(rows)) for rows in found.values()]


def of_latest_acts(entries: QuerySet[Entry], most: int) -> list[Entry]:
    """The entries of the latest `most` acts (among the last 25 entries for each of them), newest first."""
    return [entry for act in acts_of(entries[: most * 25])[:most] for entry in act.entries]


def as_of(instance_or_label: Model | str, moment: datetime, pk: object = None) -> dict[str, Any] | None:
    """The row's columns as they stood at `moment`; None where it did not exist then."""
    known = entries_of(instance_or_label, pk).filter(recorded_at__lte=moment)
    limit = horizon(moment)
    if limit is not None:
        known = known.filter(transaction_id__lt=limit)
    last = known.first()
    return last.after if last else None


def horizon(moment: datetime) -> int | None:
    """The number below which every transaction had ended when `moment` was written down; None: no limit known.

    Transactions commit out of the order in which they stamp their rows. Whoever reads "as of" takes rows with
    `recorded_at <= moment` and `transaction_id < horizon(moment)`, and gets the same answer for ever. Moments are
    written down each minute; for a moment with none near (nothing was running then, or the days of a demonstration)
    the rows' own times are all there is.
    """
    if moment >= clock.now():
        return None
    near = Moment.objects.filter(at__gte=moment, at__lt=moment + NEAR).order_by("at")
    line = near.values_list("xmin", flat=True).first()
    return int(line) if line is not None else None


@dataclass(frozen=True, slots=True)
class Change:
    """One column of one change, labelled for people; both values in words."""

    label: str
    before: str
    after: str


def changes_of(entry: Entry) -> list[Change]:
    """What an entry changed, column by column: labels, names of rows referred to, choices, days and numbers in words.

    One query for each kind of row that a changed column refers to.
    """
    before, after = entry.before or {}, entry.after or {}
    fields = fields_of(entry.model)
    found = []
    for name in {**before, **after}:
        if before.get(name) == after.get(name) or name == "id":
            continue
        field = fields.get(name)
        names = (
            words.names_of(field.related_model, (before.get(name), after.get(name)))
            if field is not None and field.is_relation
            else None
        )
        label = str(field.verbose_name) if field is not None else name
        found.append(
            Change(
                label,
                words.value(field, before.get(name), names),
                words.value(field, after.get(name), names),
            )
        )
    return found


def fields_of(model_label: str) -> dict[str, Any]:
    """Column → field of a model; empty where the model no longer exists."""
    try:
        model = apps.get_model(model_label)
    except (LookupError, ValueError):
        return {}
    return {field.column: field for field in model._meta.concrete_fields}


def name_of_model(model_label: str) -> str:
    """The model's 中文 name, or its label where it no longer exists."""
    try:
        return str(apps.get_model(model_label)._meta.verbose_name)
    except (LookupError, ValueError):
        return model_label


def model_choices() -> list[tuple[str, str]]:
    """Kinds of rows that keep history: label and 中文 name, for filters."""
    from shizheng.kernel.history.triggers import is_tracked, own_models

    names = [(m._meta.label_lower, str(m._meta.verbose_name)) for m in own_models() if is_tracked(m)]
    return sorted(names, key=lambda choice: choice[1])
