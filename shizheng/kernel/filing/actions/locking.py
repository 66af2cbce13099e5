"""Locking: what was signed becomes what counts, with everything that follows from it, or nothing does."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from shizheng.common import clock
from shizheng.common.errors import CannotDo
from shizheng.common.permissions import Actor, require
from shizheng.common.reasons import need_reason
from shizheng.kernel.filing.actions.shared import (
    locked_round,
    need_round_act,
    note,
    touch,
    touch_round,
)
from shizheng.kernel.filing.models import Decision, Return, ReturnState, Round, RoundState
from shizheng.kernel.filing.queries.entries import entries_of, entries_of_all
from shizheng.kernel.filing.registry import Entries, kind_of
from shizheng.kernel.history.actions import recorded


@dataclass(frozen=True, slots=True)
class Carrying:
    """The actor, with the permissions that the lock carries: who locks a round thereby lets its figures count."""

    actor: Actor
    codes: frozenset[str]

    @property
    def pk(self) -> int | None:
        return self.actor.pk

    @property
    def display_name(self) -> str:
        return self.actor.display_name

    def may(self, code: str, unit_id: int | None = None) -> bool:
        return code in self.codes or self.actor.may(code, unit_id)

    def units_where(self, code: str) -> frozenset[int] | None:
        return None if code in self.codes else self.actor.units_where(code)


def lock_round(actor: Actor, round_id: int, *, version: int | None = None, reason: str = "") -> Round:
    """Lock a round and every signed return in it, with what follows for each (`on_lock`): all of it or nothing.

    Where some returns are not signed, a reason is needed; they stay as they are, count as not filed, and can only be
    filed after their due day is extended.
    """
    require(actor, "filing.lock")
    with recorded(by=actor, action="filing.lock_round", reason=reason.strip()):
        found = locked_round(round_id, version)
        need_round_act(found, "lock_round")
        returns = list(
            Return.objects.select_for_update(of=("self",))
            .select_related("unit")
            .filter(round=found)
            .order_by("pk")
        )
        signed = [each for each in returns if each.state == ReturnState.SIGNED]
        if len(signed) < len(returns):
            _need_consent(reason, len(returns) - len(signed), len(returns))
        entries = entries_of_all(each.pk for each in signed)
        for each in signed:
            each.round = found
            lock_return(actor, each, entries[each.pk])
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


def lock_return(actor: Actor, filing: Return, entries: Entries | None = None) -> None:
    """Lock one signed return inside the running transaction (helper of the acts that lock)."""
    content = entries_of(filing.pk) if entries is None else entries
    filing.state, filing.locked_at = ReturnState.LOCKED, clock.now()
    note(actor, filing, Decision.LOCKED, entries=content)
    touch(filing, "state", "locked_at")
    kind_of(filing.round.kind).on_lock(actor, filing, content)
