"""Files in a return (evidence, B17): a field of kind `file` holds the ids of its files, one a line.

A file belongs to the return and is read by who may see that. What a browser uploads is held until the entry is saved.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shizheng.common.errors import BadInput, CannotDo
from shizheng.common.permissions import Actor
from shizheng.kernel.files import access
from shizheng.kernel.files import actions as files
from shizheng.kernel.files import queries as file_queries
from shizheng.kernel.filing.registry import Row

LABEL = "filing.return"
SIDES = ("before", "after")
MOST = 20
"""Files of one field."""


def register() -> None:
    """Called once when the app is ready."""
    from shizheng.kernel.filing import queries

    access.register(
        LABEL,
        queries.may_view,
        name=gettext_lazy("填報表"),
        address=lambda pk: reverse("filing:return", args=[pk]),
    )


def ids_in(text: str) -> list[str]:
    """The ids that stand in a field."""
    return list(dict.fromkeys(text.split()))


def shown(actor: Actor, return_id: int, text: str) -> list[Any]:
    """The files of a field: those of the return, and the actor's uploads that wait to be saved."""
    ids = ids_in(text)
    if not ids:
        return []
    return [*file_queries.files_of(LABEL, return_id, only=ids), *file_queries.held(actor, ids)]


def hold(actor: Actor, uploads: Iterable[Any]) -> tuple[list[str], list[str]]:
    """Check and hold uploads: their ids, and what was said of those that are refused."""
    ids, problems = [], []
    for each in uploads:
        try:
            ids.append(str(files.hold(actor, each, name=each.name).pk))
        except CannotDo as failure:
            problems.append(failure.message)
    return ids, problems


def told(changes: Iterable[Mapping[str, str]], rows: Sequence[Row]) -> list[dict[str, str]]:
    """The changes of a correction for people: files by their names, a line each; choices by their words."""
    found = [dict(each) for each in changes]
    fields = {(row.key, each.name): each for row in rows for each in row.fields}
    for each in found:
        field = fields.get((each["row"], each["field"]))
        if field is not None and field.kind == "choice":
            for side in SIDES:
                each[side] = field.shown(each[side])
    of_files = [each for each in found if each.get("kind") == "file"]
    names = file_queries.names_of(one for each in of_files for side in SIDES for one in ids_in(each[side]))
    for each in of_files:
        for side in SIDES:
            each[side] = "\n".join(names.get(one, one) for one in ids_in(each[side]))
    return found


def kept(actor: Actor, return_id: int, unit_id: int, text: str) -> str:
    """The field's text once its uploads belong to the return. Raises BadInput for ids of other files, NotPermitted."""
    ids = ids_in(text)
    if len(ids) > MOST:
        raise BadInput(_("一欄最多 %(n)s 個檔案，這次都沒有存。請合併或移除幾個。") % {"n": MOST})
    there = {str(each.pk) for each in file_queries.files_of(LABEL, return_id, only=ids)}
    waiting = [each for each in ids if each not in there]
    made = files.keep_held(actor, waiting, subject=(LABEL, return_id), unit_id=unit_id)
    fresh = dict(zip(waiting, (str(each.pk) for each in made), strict=True))
    return "\n".join(fresh.get(each, each) for each in ids)
