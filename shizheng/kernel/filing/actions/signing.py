"""A return goes from hand to hand: sent in, taken back, signed level by level, sent back with a reason."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from shizheng.common import clock
from shizheng.common.bulk import copy_in
from shizheng.common.errors import BadInput, NotPermitted
from shizheng.common.permissions import Actor, require
from shizheng.common.reasons import need_reason
from shizheng.kernel.filing.actions.entries import source_for
from shizheng.kernel.filing.actions.locking import lock_returns
from shizheng.kernel.filing.actions.shared import (
    locked_return,
    name_of,
    need_filer,
    need_level,
    need_open,
    need_return_act,
    note,
    tell,
    touch,
)
from shizheng.kernel.filing.models import Decision, Entry, Return, ReturnState, RoundState
from shizheng.kernel.filing.queries.entries import checked, entries_of
from shizheng.kernel.filing.queries.people import next_signers, responsible
from shizheng.kernel.filing.registry import Problem, Row, kind_of
from shizheng.kernel.filing.rules.levels import LEVELS, OFFICER, next_level
from shizheng.kernel.history.actions import recorded


def submit_return(actor: Actor, return_id: int, *, version: int | None, note_text: str = "") -> Return:
    """Send a return in. What was supplied and not typed over is taken over as it is at this moment, with its source.

    Raises BadInput with the problem of every field (`row.field`) when something is missing or wrong; nothing is then
    written. Where the rule names no levels, the return is signed at once.
    """
    with recorded(by=actor, action="filing.submit_return", reason=note_text.strip()):
        filing = locked_return(return_id, version)
        need_filer(actor, filing)
        need_return_act(filing, "submit_return")
        need_open(filing)
        kind = kind_of(filing.round.kind)
        rows = kind.rows(filing)
        _take_over(actor, filing, rows)
        entries = entries_of(filing.pk)
        problems = checked(kind, filing, rows, entries)
        if problems:
            raise _refusal(problems)
        now = clock.now()
        filing.state, filing.signed_levels = ReturnState.SUBMITTED, 0
        filing.submitted_at, filing.submitted_by_id = now, actor.pk
        filing.first_submitted_at = filing.first_submitted_at or now
        filing.row_count = len(rows)
        note(actor, filing, Decision.SUBMITTED, reason=note_text.strip(), entries=entries)
        touch(
            filing, "state", "signed_levels", "submitted_at", "submitted_by", "first_submitted_at", "row_count"
        )  # fmt: skip
        if not filing.round.levels:
            _signed_by_all(actor, filing)
        else:
            key = f"filing:{filing.pk}:to_sign:{filing.version}"
            tell(key, "filing.to_sign", next_signers(filing), filing, who=name_of(actor))
    return filing


def _take_over(actor: Actor, filing: Return, rows: Sequence[Row]) -> None:
    """Supplied values that nobody typed over become entries, with where they came from."""
    there = set(Entry.objects.filter(filing=filing).values_list("row", "field"))
    made = [
        Entry(
            filing=filing,
            row=row.key,
            field=name,
            text=supplied.value,
            source=source_for(row, name, supplied.value),
            saved_by_id=actor.pk,
            saved_name=name_of(actor),
            saved_at=clock.now(),
        )
        for row in rows
        for name, supplied in row.prefill.items()
        if (row.key, name) not in there
    ]
    copy_in(made)


def _refusal(problems: list[Problem]) -> BadInput:
    fields: dict[str, list[str]] = {}
    for each in problems:
        name = f"{each.row}.{each.field}" if each.field else each.row
        fields.setdefault(name, []).append(each.text)
    return BadInput(
        _("還有 %(n)s 處要改，沒有送出；您打的內容都還在。") % {"n": len(problems)},
        fields=fields,
        code="incomplete",
    )


def withdraw_return(actor: Actor, return_id: int, *, version: int | None, reason: str = "") -> Return:
    """Take a return back that nobody has signed yet, to go on writing."""
    with recorded(by=actor, action="filing.withdraw_return", reason=reason.strip()):
        filing = locked_return(return_id, version)
        need_filer(actor, filing)
        need_return_act(filing, "withdraw_return")
        need_open(filing)
        if filing.signed_levels:
            raise NotPermitted(_("已經有人簽核，不能自行收回；請簽核者退回。沒有執行。"))
        filing.state = ReturnState.DRAFT
        note(actor, filing, Decision.WITHDRAWN, reason=reason.strip())
        touch(filing, "state")
    return filing


def sign_return(actor: Actor, return_id: int, *, version: int | None, reason: str = "") -> Return:
    """Sign for the level whose turn it is; after the last one the return is signed.

    Whoever sent it in cannot sign it. A late return of a locked round is locked at once.
    """
    with recorded(by=actor, action="filing.sign_return", reason=reason.strip()):
        filing = locked_return(return_id, version)
        need_return_act(filing, "sign_return")
        level = next_level(filing.round.levels, filing.signed_levels)
        assert level is not None  # a submitted return has a level to go
        need_level(actor, level, filing)
        filing.signed_levels += 1
        note(
            actor, filing, Decision.SIGNED, level=level.code, reason=reason.strip(), entries=entries_of(filing.pk)
        )  # fmt: skip
        touch(filing, "signed_levels")
        if next_level(filing.round.levels, filing.signed_levels) is None:
            _signed_by_all(actor, filing)
        else:
            key = f"filing:{filing.pk}:to_sign:{filing.version}"
            tell(key, "filing.to_sign", next_signers(filing), filing, who=name_of(actor))
    return filing


def _signed_by_all(actor: Actor, filing: Return) -> None:
    filing.state, filing.signed_at = ReturnState.SIGNED, clock.now()
    touch(filing, "state", "signed_at")
    entries = entries_of(filing.pk)
    kind_of(filing.round.kind).on_sign(actor, filing, entries)
    to = (frozenset({filing.submitted_by_id}) if filing.submitted_by_id else responsible(filing, OFFICER)) - {
        actor.pk
    }
    tell(f"filing:{filing.pk}:signed:{filing.version}", "filing.signed", to, filing, who=name_of(actor))
    if filing.round.state == RoundState.LOCKED:
        lock_returns(actor, filing.round, [filing])


def send_back(actor: Actor, return_id: int, *, version: int | None, reason: str) -> Return:
    """Send a return back to its officer, with a reason: the level whose turn it is, or one that has signed already."""
    text = need_reason(reason)
    with recorded(by=actor, action="filing.send_back", reason=text):
        filing = locked_return(return_id, version)
        need_return_act(filing, "send_back")
        levels = [LEVELS[code] for code in filing.round.levels[: filing.signed_levels + 1]]
        held = [level for level in levels if actor.may(level.permission, filing.unit_id)]
        if not held and not actor.may("filing.lock"):
            raise NotPermitted(_("這份填報表現在不是由您簽核，不能退回，沒有執行。"))
        code = held[-1].code if held else "rdec"
        require(actor, held[-1].permission if held else "filing.lock", filing.unit_id if held else None)
        to = frozenset({filing.submitted_by_id}) if filing.submitted_by_id else responsible(filing, OFFICER)
        filing.state, filing.signed_levels, filing.signed_at = ReturnState.RETURNED, 0, None
        note(actor, filing, Decision.RETURNED, level=code, reason=text, entries=entries_of(filing.pk))
        touch(filing, "state", "signed_levels", "signed_at")
        key = f"filing:{filing.pk}:returned:{filing.version}"
        tell(key, "filing.returned", to, filing, who=name_of(actor), reason=text, urgent=True)
    return filing
