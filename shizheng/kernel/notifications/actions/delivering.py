"""Getting mails out: the day's messages put together, one mail after the other, again later, and again by hand.

Any number of workers may do it at once. A mail's row is locked while it is being sent; whoever is killed leaves it as it
was, and the next one sends the same mail.
"""

import logging
import time
from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from shizheng.common import clock
from shizheng.common.errors import CannotDo
from shizheng.common.permissions import SYSTEM, Actor, require
from shizheng.common.words import tell, written
from shizheng.kernel.history.actions import recorded
from shizheng.kernel.notifications import way_out
from shizheng.kernel.notifications.actions.notifying import new_delivery
from shizheng.kernel.notifications.mail import NotNow, Refused, Transport
from shizheng.kernel.notifications.models import Attempt, Delivery, DeliveryState, Outcome
from shizheng.kernel.notifications.rules import back_off, gives_up, without_addresses

log = logging.getLogger(__name__)

MANAGE = "notifications.manage"
AT_MOST, AT_LONGEST = 1000, 50
"""Mails and seconds of one run; the next run, a minute later, goes on."""
LONGEST_ANSWER = 500


def deliver(by: Transport | None = None) -> Counter[str]:
    """Send what is due; returns how many came to which outcome. May be run by several at once, and again.

    Where the server as a whole cannot be reached, the run ends: the other mails wait without having been tried.
    """
    gather_digests()
    done: Counter[str] = Counter()
    began = time.monotonic()
    transport = by or way_out.transport()
    try:
        while sum(done.values()) < AT_MOST and time.monotonic() - began < AT_LONGEST:
            outcome, go_on = _deliver_one(transport)
            if outcome:
                done[outcome] += 1
            if not go_on:
                break
    finally:
        transport.close()
    if done:
        log.info("mails: %s", ", ".join(f"{name} {n}" for name, n in sorted(done.items())))
    return done


def _deliver_one(transport: Transport) -> tuple[str, bool]:
    """Try the mail that has been due longest: what came of it, and whether to go on."""
    with recorded(by=SYSTEM, action="notifications.deliver"):
        now = clock.now()
        row = (
            Delivery.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(state=DeliveryState.WAITING, next_at__lte=now)
            .select_related("user", "message")
            .order_by("next_at", "pk")
            .first()
        )
        if row is None:
            return "", False
        if not row.user.is_active or not row.user.email:
            _end(row, DeliveryState.DROPPED, written("帳號停用了，或沒有電子郵件"))
            return DeliveryState.DROPPED, True
        row.attempts += 1
        try:
            said = transport.send(way_out.composed(row))
        except Refused as failure:
            _write_down(row, Outcome.REFUSED, failure.text, failure.code)
            _end(row, DeliveryState.FAILED, written("郵件伺服器拒收"))
            return Outcome.REFUSED, True
        except NotNow as failure:
            _write_down(row, Outcome.LATER, failure.text, failure.code)
            _later(row, now)
            return Outcome.LATER, not failure.whole_server
        _write_down(row, Outcome.SENT if transport.real else Outcome.KEPT, said)
        row.sent_at = now
        _end(row, DeliveryState.SENT, "")
        return Outcome.SENT, True


def _write_down(row: Delivery, outcome: Outcome, text: str, code: int | None = None) -> None:
    said = without_addresses(text.replace("\x00", ""), row.user.email)[:LONGEST_ANSWER]
    Attempt.objects.create(
        delivery=row, number=row.attempts, outcome=outcome, code=code, text=said, mail_id=row.mail_id
    )


def _later(row: Delivery, now: datetime) -> None:
    again = now + back_off(row.attempts)
    if again > row.give_up_at:
        _end(row, DeliveryState.FAILED, written("試了好幾天都寄不出去"))
        return
    row.next_at = again
    row.save(update_fields=["attempts", "next_at"])


def _end(row: Delivery, state: DeliveryState, note: str) -> None:
    row.state, row.next_at, row.note = state, None, note
    row.save(update_fields=["attempts", "state", "next_at", "note", "sent_at"])


def gather_digests() -> int:
    """Put the messages together whose digest is due, one mail for each person; returns how many mails were made.

    What was read on the site in the meantime needs no mail. A digest of one message is that message's own mail.
    """
    made = 0
    due = Delivery.objects.filter(state=DeliveryState.HELD, next_at__lte=clock.now())
    for user_id in sorted(set(due.values_list("user_id", flat=True))):
        with recorded(by=SYSTEM, action="notifications.deliver"):
            made += _gather(user_id)
    return made


def _gather(user_id: int) -> int:
    now = clock.now()
    rows = list(
        Delivery.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(state=DeliveryState.HELD, user_id=user_id, next_at__lte=now)
        .select_related("message__reading")
        .order_by("pk")
    )
    unread = [row for row in rows if row.message is not None and not row.message.is_read]
    for row in rows:
        if row not in unread:
            _end(row, DeliveryState.DROPPED, written("寄出前已經在網站讀過"))
    if len(unread) == 1:
        unread[0].state = DeliveryState.WAITING
        unread[0].save(update_fields=["state"])
    elif unread:
        digest = new_delivery(f"digest:{unread[0].pk}", user_id, DeliveryState.WAITING, now, now)
        digest.save()
        for row in unread:
            row.digest = digest
            row.state, row.next_at = DeliveryState.GATHERED, None
            row.save(update_fields=["digest", "state", "next_at"])
    return min(len(unread), 1)


def send_again(actor: Actor, pks: Iterable[int], *, reason: str = "") -> int:
    """Try mails again now that failed or wait for their next attempt; returns how many. Each stays the same mail.

    Raises CannotDo where none of them can be sent again.
    """
    require(actor, MANAGE)
    with recorded(by=actor, action="notifications.send_again", reason=reason):
        rows = list(
            Delivery.objects.select_for_update(of=("self",))
            .filter(pk__in=list(pks), state__in=[DeliveryState.FAILED, DeliveryState.WAITING])
            .select_related("user")
            .order_by("pk")
        )
        if not rows:
            raise CannotDo(
                tell("選的信都已經寄出、併入彙整或不必寄，所以沒有再寄。只有寄不出去和待寄的可以再寄。")
            )
        now = clock.now()
        for row in rows:
            Attempt.objects.create(
                delivery=row, number=row.attempts, outcome=Outcome.AGAIN, text=reason[:LONGEST_ANSWER],
                mail_id=row.mail_id,
            )  # fmt: skip
            row.state, row.next_at, row.note = DeliveryState.WAITING, now, ""
            row.attempts, row.give_up_at = 0, gives_up(now)
            row.save(update_fields=["state", "next_at", "note", "attempts", "give_up_at"])
    return len(rows)
