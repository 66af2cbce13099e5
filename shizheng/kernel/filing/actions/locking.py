"""Locking: what was signed becomes what counts, with everything that follows from it, or nothing does."""

from collections.abc import Sequence

from django.db.models import F
from django.utils.translation import gettext as _

from shizheng.common import clock
from shizheng.common.errors import CannotDo
from shizheng.common.permissions import Actor, require
from shizheng.common.reasons import need_reason
from shizheng.kernel.filing.actions.shared import (
    locked_round,
    need_round_act,
    note_all,
    touch_round,
)
from shizheng.kernel.filing.models import Decision, Return, ReturnState, Round, RoundState
from shizheng.kernel.filing.queries.entries import entries_of_all
from shizheng.kernel.filing.registry import kind_of
from shizheng.kernel.history.actions import recorded


def lock_round(actor: Actor, round_id: int, *, version: int | None = None, reason: str = "") -> Round:
    """Lock a round and every signed return in it, with what follows for each (`on_lock`) and for those that nobody
    signed (`on_unfiled`): all of it or nothing.

    Nobody else is at any of them meanwhile; how many there are does not change the number of queries, besides what
    `on_lock` of a kind without `on_lock_all` asks for each.

    Where some returns are not signed, a reason is needed; they stay as they are, count as not filed, and can only be
    filed after their due day is extended.
    """
    require(actor, "filing.lock")
    with recorded(by=actor, action="filing.lock_round", reason=reason.strip()):
        found = locked_round(round_id, version)
        need_round_act(found, "lock_round")
        returns = list(
            Return.objects.select_for_update(of=("self",))
            .select_related("unit", "submitted_by")
            .filter(round=found)
            .order_by("pk")
        )
        signed = [each for each in returns if each.state == ReturnState.SIGNED]
        if len(signed) < len(returns):
            _need_consent(reason, len(returns) - len(signed), len(returns))
        for each in signed:
            each.round = found
        lock_returns(actor, found, signed)
        unfiled = [each for each in returns if each.state != ReturnState.LOCKED]
        if unfiled:
            for each in unfiled:
                each.round = found
            kind_of(found.kind).on_unfiled(actor, found, unfiled)
        found.state, found.locked_at = RoundState.LOCKED, clock.now()
        touch_round(found, "state", "locked_at")
    return found


def _need_consent(reason: str, missing: int, expected: int) -> None:
    if not reason.strip():
        raise CannotDo(
            _(
                "%(expected)s 份裡還有 %(missing)s 份沒有簽核，沒有鎖定。要照樣鎖定，請寫理由；這些份會留著，算未填報，之後要展延才能補報。"
            )
            % {"missing": missing, "expected": expected},
            code="not_all_signed",
        )
    need_reason(reason)


def lock_returns(actor: Actor, found: Round, signed: Sequence[Return]) -> None:
    """Lock signed returns of one round, which the running transaction holds (helper of the acts that lock)."""
    if not signed:
        return
    entries = entries_of_all(each.pk for each in signed)
    now = clock.now()
    for each in signed:
        each.state, each.locked_at, each.version = ReturnState.LOCKED, now, each.version + 1
    note_all(actor, [(each, entries[each.pk]) for each in signed], Decision.LOCKED)
    Return.objects.filter(pk__in=[each.pk for each in signed]).update(
        state=ReturnState.LOCKED, locked_at=now, version=F("version") + 1
    )
    kind_of(found.kind).lock_all(actor, [(each, entries[each.pk]) for each in signed])
