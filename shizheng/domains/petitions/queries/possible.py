"""What somebody may do with a petition now, by its state, the rules, and what the reader holds; the next step first."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from shizheng.common import clock
from shizheng.domains.petitions.models import Petition
from shizheng.domains.petitions.queries.petitions import latest_reply
from shizheng.domains.petitions.queries.ruling import levels_of, reopen_ends, reopen_times
from shizheng.domains.petitions.rules.workflow import WORKFLOW
from shizheng.kernel.calendar import queries as calendar
from shizheng.kernel.cases import queries as cases
from shizheng.kernel.cases.registry import kind_of

PAGES = ("dispatch", "hand_back", "rule", "draft")
"""Acts with a page of their own; the others share one."""
LAST = ("decline", "transfer", "withdraw", "send_back", "refuse", "hand_back", "quality_back", "reopen")
"""Acts that are seldom the next step: below the others."""


@dataclass(frozen=True, slots=True)
class Possible:
    """One thing that can be done: the page's name below `petitions:`, and what else its address takes."""

    label: str
    page: str
    more: tuple[Any, ...] = ()
    next_step: bool = False


def possible_acts(actor: Any, row: Petition) -> list[Possible]:
    """Everything that the actor may do with a petition now."""
    case = row.case
    if case.merged_into_id is not None:
        return [Possible(_("解除併案"), "unmerge")] if actor.may("petitions.handle", case.unit_id) else []
    found = _acts(actor, row)
    found += _closed(actor, row) if case.closed_at is not None else _open(actor, row)
    return found


def _acts(actor: Any, row: Petition) -> list[Possible]:
    case = row.case
    wanted = [
        each
        for each in WORKFLOW.possible_in(case.state)
        if actor.may(each.permission, case.unit_id) and _fits(row, each.name)
    ]
    wanted.sort(key=lambda each: (each.name in LAST, each.name == "dispatch" and case.state != "accepted"))
    found = []
    for each in wanted:
        label = _("改分") if each.name == "dispatch" and case.state != "accepted" else _(each.label)
        if each.name in PAGES:
            found.append(Possible(label, each.name, (), each.name not in LAST))
        else:
            found.append(Possible(label, "act", (each.name,), each.name not in LAST))
    if case.state == "drafted" and actor.may("petitions.handle", case.unit_id):
        found.insert(1, Possible(_("修改擬稿"), "draft"))
    return found


def _fits(row: Petition, name: str) -> bool:
    """Of acts that exclude each other by rule, whether it is this one's turn."""
    case = row.case
    if name in ("approve", "pass_up"):
        return (levels_of(row) < 2) == (name == "approve")
    if name in ("reply", "reply_promising"):
        reply = latest_reply(row)
        return reply is not None and (reply.promise_on is None) == (name == "reply")
    if name == "quality_back":
        return row.answered_at is not None
    if name == "reopen":
        in_time = row.answered_at is None or clock.today() <= reopen_ends(row.answered_at)
        return row.reopened < reopen_times() and in_time
    if name == "hand_back":
        return _may_hand_back(row)
    if name in ("dispatch", "rule"):
        over = case.ruled_at is None and case.returned >= cases.hand_back_times(kind_of(case.kind), case)
        return over == (name == "rule")
    return True


def _may_hand_back(row: Petition) -> bool:
    case, kind = row.case, kind_of(row.case.kind)
    if case.ruled_at is not None or case.unit_id == kind.dispatch_unit():
        return False
    ends = cases.hand_back_ends(kind, case, calendar.current_calendar())
    return ends is None or clock.now() <= ends.at


def _open(actor: Any, row: Petition) -> list[Possible]:
    case = row.case
    handles, decides = (
        actor.may("petitions.handle", case.unit_id),
        actor.may("petitions.decide", case.unit_id),
    )
    assigns = actor.may("petitions.assign", case.unit_id)
    found = []
    asked = cases.extension_asked(case)
    if asked is not None and decides and asked.asked_by_id != actor.pk:
        found.append(Possible(_("核定展延"), "decide_extension", (asked.pk,)))
    in_time = case.due_at is not None and (clock.now() <= case.due_at or case.stopped_at is not None)
    if handles and asked is None and in_time and case.state != "tracking":
        found.append(Possible(_("申請展延"), "extend"))
    if decides and case.state != "tracking":
        paused = cases.is_paused(case)
        found.append(
            Possible(_("繼續計算期限"), "resume") if paused else Possible(_("停止計算期限"), "pause")
        )
    joined = cases.beside(case)
    if any(actor.may("petitions.handle", unit) for unit in joined):
        found.append(Possible(_("提供會辦意見"), "part", (), True))
    if assigns and in_time and row.answered_at is None:
        found.append(Possible(_("改類別"), "change_class"))
    if assigns:
        found.append(Possible(_("請他機關會辦"), "join"))
        if joined:
            found.append(Possible(_("取消會辦"), "release"))
    if handles:
        found += [Possible(_("修改分類與地點"), "edit"), Possible(_("建立關聯"), "link")]
        if any(not cases.is_merger(each) for each in cases.links_of(case)):
            found.append(Possible(_("解除關聯"), "unlink"))
        found.append(Possible(_("併入另一件"), "merge"))
    return found


def _closed(actor: Any, row: Petition) -> list[Possible]:
    found = []
    if row.answered_at is not None and actor.may("petitions.control", row.case.unit_id):
        found.append(Possible(_("品質抽查合格"), "check"))
    if row.case.anonymised_at is None and actor.may("petitions.anonymise", row.case.unit_id):
        found.append(Possible(_("去識別"), "anonymise"))
    return found
