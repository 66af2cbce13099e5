"""What filing adds to the frame of every page (navigation, my work, search), and to whoever delivers notices."""

from collections.abc import Iterable, Iterator
from datetime import date
from importlib import import_module
from typing import Any

from django.apps import apps
from django.db.models import Q
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from shizheng.common.together import Asked
from shizheng.kernel.filing import attachments, notices, queries
from shizheng.kernel.filing.registry import kind_of, kinds
from shizheng.kernel.measures.rules.periods import parse_period
from shizheng.web import nav, search, work

NOTIFICATIONS = "shizheng.kernel.notifications"


def plug_in() -> None:
    """Called once when the app is ready."""
    nav.register(nav.NavEntry(_("填報"), "filing:rounds", "forms", "filing.view", 12, prefix="/filing/"))
    work.register(work_items)
    attachments.register()
    search.register(search.Provider("filing", _("填報"), find, 40))
    if apps.is_installed(NOTIFICATIONS):
        plug_in_notifications()


def plug_in_notifications() -> None:
    """Let the app of notifications deliver what is said here, with our words as its defaults."""
    actions = import_module(f"{NOTIFICATIONS}.actions")
    templates = import_module(f"{NOTIFICATIONS}.templates")
    for each in notices.TEMPLATES:
        templates.register(each.code, each.name, each.subject, each.body, each.variables, each.example)
    notices.register(actions.notify, actions.notify_all)


def _icon(code: str) -> str:
    return kind_of(code).icon if any(each.code == code for each in kinds()) else "forms"


def _sent_back(reason: str | None) -> str:
    """Why a return came back, in one line."""
    if not reason:
        return gettext("被退回，請改好再送出")
    return gettext("被退回：%(reason)s") % {"reason": Truncator(reason).chars(60)}


def _of_round(round_: Any, filing: Any, why: str) -> str:
    """Why something waits, with the round before it where the title of the return does not say of which period it is."""
    if parse_period(round_.period).label in filing.title:
        return why
    return gettext("%(round)s，%(why)s") % {"round": round_.title, "why": why}


def work_items(actor: Any, today: date) -> Iterator[work.WorkItem | Asked]:
    """What waits for the reader: returns to fill in and to sign, corrections, rounds to move on, who is late."""
    waiting = yield from queries.work_steps(actor, today)
    kind = gettext("填報")
    for each in waiting.to_file:
        back = each.state == "returned"
        rows = gettext("%(n)s 個項目") % {"n": each.row_count}
        yield work.WorkItem(
            due=each.due,
            title=each.title,
            why=_of_round(each.round, each, _sent_back(each.sent_back)) if back else each.round.title,
            url=reverse("filing:return", args=[each.pk]),
            button=gettext("修改") if back else pgettext("do", "填報"),
            kind=kind,
            icon=_icon(each.round.kind),
            ready=rows,
            returned=back,
        )
    for each in waiting.to_sign:
        yield work.WorkItem(
            due=each.due,
            title=gettext("簽核 %(filing)s") % {"filing": each.title},
            why=_of_round(
                each.round,
                each,
                gettext("%(who)s 送出，等您簽核")
                % {"who": each.submitted_by.display_name if each.submitted_by else gettext("系統")},
            ),
            url=reverse("filing:return", args=[each.pk]),
            button=gettext("簽核"),
            kind=kind,
            icon="signature",
        )
    for request in waiting.to_decide:
        yield work.WorkItem(
            due=None,
            title=gettext("核可更正 %(filing)s") % {"filing": request.filing.title},
            why=_of_round(
                request.filing.round,
                request.filing,
                gettext("%(who)s 申請：%(reason)s")
                % {
                    "who": request.asked_by.display_name if request.asked_by else "",
                    "reason": request.reason[:60],
                },
            ),
            url=reverse("filing:correction", args=[request.pk]),
            button=gettext("核可"),
            kind=kind,
            icon="edit",
        )
    yield from _rounds(waiting, kind, today)


def _rounds(waiting: Any, kind: str, today: date) -> Iterator[work.WorkItem]:
    acts = {
        "open_round": (gettext("開放"), gettext("到了開放日"), "open", "opens_on"),
        "close_round": (gettext("截止"), gettext("過了截止日"), "close", "closes_on"),
        "lock_round": (gettext("鎖定"), gettext("已截止，等鎖定"), "lock", "closes_on"),
    }
    for act, found in waiting.rounds:
        label, why, name, day = acts[act]
        if act == "open_round" and queries.is_missed(found, today):
            why, day = gettext("填報期間已過，還沒有開放；請訂新的到期日，或寫明理由取消"), "closes_on"
        yield work.WorkItem(
            due=getattr(found, day),
            title=gettext("%(act)s %(round)s") % {"act": label, "round": found.title},
            why=why,
            url=reverse("filing:round_act", args=[found.pk, name]),
            button=label,
            kind=kind,
            icon="lock" if name == "lock" else "calendar",
        )
    for late in waiting.late:
        yield work.WorkItem(
            due=late.due_on,
            title=gettext("%(unit)s有 %(n)s 份逾期未報") % {"unit": late.unit_name, "n": late.count},
            why=late.round_title,
            url=reverse("filing:round", args=[late.round_id]) + "?filed=late",
            button=gettext("催辦"),
            kind=kind,
            icon="clock-exclamation",
        )


def find(actor: Any, words: str, limit: int, as_of: date | None) -> Iterable[search.Hit]:
    """Rounds and returns by name, as far as the reader may see."""
    if not actor.may("filing.view"):
        return
    for found in queries.rounds_visible_to(actor).filter(title__icontains=words)[:limit]:
        yield search.Hit(
            found.title,
            reverse("filing:round", args=[found.pk]),
            str(found.roc_year),
            str(found.get_state_display()),
            "calendar",
        )
    either = Q(title__icontains=words) | Q(unit__name__icontains=words)
    for each in (
        queries.returns_visible_to(actor).filter(either).order_by("-round__opens_on", "title")[:limit]
    ):
        yield search.Hit(
            each.title,
            reverse("filing:return", args=[each.pk]),
            str(each.round.roc_year),
            f"{each.round.title} {each.get_state_display()}",
            "forms",
        )
