"""What is typed is kept as typed, field by field; of two who change the same field, the second is shown both."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from shizheng.common import clock
from shizheng.common.bulk import copy_in
from shizheng.common.errors import BadInput, Conflict, NotFound
from shizheng.common.permissions import Actor, Carrying, require
from shizheng.kernel.filing import attachments
from shizheng.kernel.filing.actions.shared import (
    locked_return,
    name_of,
    need_filer,
    need_open,
    share_round,
    touch,
)
from shizheng.kernel.filing.models import Entry, Return, Round
from shizheng.kernel.filing.queries.entries import entered, source_of
from shizheng.kernel.filing.queries.scope import is_named
from shizheng.kernel.filing.registry import Entered, Field, Row, kind_of
from shizheng.kernel.filing.rules.typed import LONGEST_TEXT
from shizheng.kernel.filing.rules.workflow import EDITABLE
from shizheng.kernel.history.actions import recorded
from shizheng.kernel.people.holders import user_ids_within

WRITTEN = ("text", "source", "saved_by", "saved_name", "saved_at", "version")
BATCH = 500


@dataclass(frozen=True, slots=True)
class TypedEntry:
    """What somebody typed into a field. `version` is the one that was read: 0 where nothing had been saved."""

    row: str
    field: str
    text: str
    version: int | None = None


@dataclass(frozen=True, slots=True)
class SavedEntry:
    """What stands there now."""

    row: str
    field: str
    text: str
    version: int
    changed: bool


@dataclass(frozen=True, slots=True)
class Clash:
    """One field that somebody else changed meanwhile: what stands there (`shown`: as people read it), and what was typed."""

    now: Entered
    typed: str
    shown: str


class EntryConflict(Conflict):
    """Somebody else changed the same fields since they were read; nothing was written, and nothing typed is lost."""

    code = "entry_conflict"

    def __init__(self, message: str, clashes: Sequence[Clash]) -> None:
        super().__init__(message)
        self.clashes = tuple(clashes)


@dataclass(slots=True)
class _Form:
    """The fields that a return has, to check names against."""

    rows: Sequence[Row]
    fields: dict[tuple[str, str], Field] = field(default_factory=dict)
    rows_by_key: dict[str, Row] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for row in self.rows:
            self.rows_by_key[row.key] = row
            for each in row.fields:
                self.fields[row.key, each.name] = each


def save_entry(
    actor: Actor, return_id: int, *, row: str, field: str, text: str, version: int | None
) -> SavedEntry:
    """Keep one field as typed. Raises EntryConflict when somebody else changed it since `version` was read."""
    return save_entries(actor, return_id, [TypedEntry(row, field, text, version)])[0]


def save_entries(actor: Actor, return_id: int, typed: Iterable[TypedEntry]) -> list[SavedEntry]:
    """Keep several fields of one return, all or none. What is the same as before is not written again.

    A field whose `version` is None is written over whatever stands there. Raises EntryConflict with every field that
    somebody else changed, CannotDo where the return takes nothing any more.
    """
    with recorded(by=actor, action="filing.save_entries"):
        filing = Return.objects.select_related("unit").filter(pk=return_id).first()
        if filing is None:
            raise NotFound(_("找不到這份填報表，內容沒有存。請從我的工作或填報清單進入。"))
        filing.round = share_round(filing.round_id)
        _hold(actor, filing)
        return _save(actor, filing, kind_of(filing.round.kind).rows(filing), list(typed))


def save_sheet(
    actor: Actor, wanted: Iterable[tuple[Return, Sequence[Row], Sequence[TypedEntry]]], *, shared: Round
) -> int:
    """Keep what a file says about several returns of one round: all of it or nothing. Returns how many fields changed.

    Of each return its rows as they were read in the running transaction, after the round was `shared` in it: they are
    not read again.
    """
    changed = 0
    with recorded(by=actor, action="filing.save_sheet"):
        for filing, rows, typed in sorted(wanted, key=lambda each: each[0].pk):
            filing.round = shared
            _hold(actor, filing)
            changed += sum(each.changed for each in _save(actor, filing, rows, typed))
    return changed


def _hold(actor: Actor, filing: Return) -> None:
    """Keep the return from being sent in until this transaction ends; several people may type at once.

    Raises NotPermitted, Conflict and CannotDo where the actor may not type into it now.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT state, extended_due, holder_id FROM filing_return WHERE id = %s FOR SHARE", [filing.pk]
        )
        filing.state, filing.extended_due, filing.holder_id = cursor.fetchone()
    need_filer(actor, filing)
    if filing.state not in EDITABLE:
        raise Conflict(
            _("這份填報表現在是「%(state)s」，不能再改，您打的內容沒有存進去。要改請先收回或請簽核者退回。")
            % {"state": filing.get_state_display()}
        )
    need_open(filing)


def _save(
    actor: Actor, filing: Return, rows: Sequence[Row], wanted: Sequence[TypedEntry]
) -> list[SavedEntry]:
    form = _Form(rows)
    _check(form, wanted)
    return _write(actor, filing, form, [_with_files(actor, filing, form, each) for each in wanted])


def _check(form: _Form, wanted: Sequence[TypedEntry]) -> None:
    fields: dict[str, list[str]] = {}
    for each in wanted:
        name = f"{each.row}.{each.field}"
        if (each.row, each.field) not in form.fields:
            fields[name] = [_("這份填報表沒有這一欄；可能項目剛才改過，請重新整理。")]
        elif len(each.text) > LONGEST_TEXT:
            fields[name] = [
                _("最多 %(n)s 字，現在有 %(now)s 字。") % {"n": LONGEST_TEXT, "now": len(each.text)}
            ]
        elif "\x00" in each.text:
            fields[name] = [_("內容有存不進資料庫的字元（NUL）。")]
    if fields:
        raise BadInput(_("有內容不能存，這次都沒有存。"), fields=fields)


def _with_files(actor: Actor, filing: Return, form: _Form, typed: TypedEntry) -> TypedEntry:
    """In a field for files, uploads that wait become files of the return, in the same transaction."""
    if form.fields[typed.row, typed.field].kind != "file":
        return typed
    text = attachments.kept(keeper(actor, filing), filing.pk, filing.unit_id, typed.text)
    return replace(typed, text=text)


def keeper(actor: Actor, filing: Return) -> Actor:
    """Who keeps the files of a return: to be named for it carries what one may keep at one's own unit."""
    if is_named(actor, filing) and actor.may("files.keep"):
        return Carrying(actor, frozenset({"files.keep"}))
    return actor


def _write(actor: Actor, filing: Return, form: _Form, wanted: Sequence[TypedEntry]) -> list[SavedEntry]:
    rows = sorted({each.row for each in wanted})
    there = {
        (each.row, each.field): each
        for each in Entry.objects.select_for_update()
        .filter(filing=filing, row__in=rows)
        .order_by("row", "field")
    }
    clashes, saved, touched = [], [], {}
    by, now = name_of(actor), clock.now()
    for each in wanted:
        key = each.row, each.field
        before = there.get(key)
        if before is not None and before.text == each.text:
            saved.append(SavedEntry(*key, each.text, before.version, False))
        elif before is not None and each.version is not None and before.version != each.version:
            clashes.append(_clash(form, before, each.text))
        else:
            source = source_for(form.rows_by_key[each.row], each.field, each.text)
            if before is None:
                # by numbers: thousands of related objects set one by one take longer than all else
                before = Entry(
                    filing_id=filing.pk, row=each.row, field=each.field, text=each.text, source=source,
                    saved_by_id=actor.pk, saved_name=by, saved_at=now, version=1,
                )  # fmt: skip
            else:
                before.text, before.source, before.version = each.text, source, before.version + 1
                before.saved_by_id, before.saved_name, before.saved_at = actor.pk, by, now
            there[key] = touched[key] = before
            saved.append(SavedEntry(each.row, each.field, each.text, before.version, True))
    if clashes:
        raise EntryConflict(_clash_text(clashes), clashes)
    _keep(filing, form, list(touched.values()))
    return saved


def _clash(form: _Form, there: Entry, typed: str) -> Clash:
    return Clash(entered(there), typed, form.fields[there.row, there.field].shown(there.text))


def _keep(filing: Return, form: _Form, entries: Sequence[Entry]) -> None:
    """Write them, all or none: an agency's sheet is a thousand fields, and must not be a thousand queries."""
    Entry.objects.bulk_update([each for each in entries if each.pk], WRITTEN, batch_size=BATCH)
    new = [each for each in entries if not each.pk]
    if not new:
        return
    try:
        with transaction.atomic():
            copy_in(new)
    except IntegrityError as failure:  # two people put something into the same empty field at the same moment
        typed = {(each.row, each.field): each.text for each in new}
        there = Entry.objects.filter(filing=filing, row__in={row for row, _field in typed})
        clashes = [
            _clash(form, each, typed[each.row, each.field])
            for each in there
            if (each.row, each.field) in typed
        ]
        raise EntryConflict(_clash_text(clashes), clashes) from failure


def source_for(row: Row, name: str, text: str) -> dict[str, Any]:
    """Where a text comes from: taken as supplied, typed instead of what was supplied, or typed."""
    supplied = row.prefill.get(name)
    if supplied is None:
        return {}
    if supplied.value == text.strip():
        return source_of(supplied)
    return {"kind": "typed", "instead_of": source_of(supplied)}


def _clash_text(clashes: Sequence[Clash]) -> str:
    first = clashes[0]
    return _(
        "%(who)s 在您打字時也改了同一欄（現在是「%(now)s」），您打的「%(typed)s」沒有存進去，但還在畫面上。請選一個再存。"
    ) % {"who": first.now.by or _("系統"), "now": first.shown[:40], "typed": first.typed[:40]}


def assign_holder(actor: Actor, return_id: int, *, version: int | None, user_id: int | None) -> Return:
    """Name who fills in a return (None: anybody of the unit who may). It then stands in that person's 我的工作 alone.

    Somebody of a unit below, within the agency, may be named too; that opens this return to him or her and no other.
    """
    with recorded(by=actor, action="filing.assign_holder"):
        filing = locked_return(return_id, version)
        if not actor.may("filing.sign_supervisor", filing.unit_id):
            require(actor, "filing.sign_control", filing.unit_id)
        if user_id is not None and user_id not in user_ids_within("filing.file", filing.unit_id):
            message = _("這位在這個機關沒有填報的權限，沒有指派。請先指派角色，或選別人。")
            raise BadInput(message, fields={"holder": [message]})
        filing.holder_id = user_id
        touch(filing, "holder")
    return filing
