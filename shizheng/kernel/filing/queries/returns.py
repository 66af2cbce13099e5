"""Reading returns: which there are, who may see them, who has not filed, and what happened to each."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shizheng.common import clock
from shizheng.common.errors import NotFound
from shizheng.common.permissions import Actor
from shizheng.common.together import Steps
from shizheng.kernel.filing.models import Decision, Reminder, Return, Round, SignOff
from shizheng.kernel.filing.queries.scope import visible
from shizheng.kernel.filing.rules.levels import LEVELS
from shizheng.kernel.filing.rules.workflow import FILED
from shizheng.web.templatetags import ui


def returns_visible_to(actor: Actor) -> QuerySet[Return]:
    """Returns of the units for which the actor holds `filing.view`, and those that he or she was named to fill in.

    With `due`: the day that counts for each.
    """
    rows = Return.objects.select_related("round", "unit", "holder", "submitted_by").annotate(
        due=Coalesce("extended_due", F("round__due_on"))
    )
    return rows.filter(visible(actor))


def filing(actor: Actor, return_id: int) -> Return:
    """One return. Raises NotFound."""
    found = returns_visible_to(actor).filter(pk=return_id).first()
    if found is None:
        raise NotFound(_("找不到這份填報表，或您不能看。請從我的工作或填報清單進入。"))
    return found


def may_view(actor: Actor, return_id: int) -> bool:
    """Whether the actor may see a return, and with it what is attached to it."""
    return returns_visible_to(actor).filter(pk=return_id).exists()


def returns_of(actor: Actor, round_id: int) -> QuerySet[Return]:
    """The returns of a round that the actor may see, by agency."""
    return returns_visible_to(actor).filter(round_id=round_id).order_by("unit__order", "unit__code", "title")


SHOWN = (
    "title", "state", "extended_due", "row_count", "submitted_at", "corrected_at", "unit__name", "round__title",
    "round__due_on", "holder__display_name", "submitted_by__display_name",
)  # fmt: skip


def listed(rows: QuerySet[Return]) -> QuerySet[Return]:
    """The same returns with no more of each than a list shows: a round of the whole city has thousands."""
    return rows.only(*SHOWN)


def not_filed(found: Round, actor: Actor | None = None) -> QuerySet[Return]:
    """Who has not filed in a round: never sent in, or sent back and not sent again."""
    rows = Return.objects.filter(round=found).exclude(state__in=sorted(FILED))
    if actor is not None:
        rows = rows.filter(visible(actor))
    return rows.select_related("unit", "round").order_by("unit__order", "unit__code", "title")


def overdue(on: date | None = None) -> QuerySet[Return]:
    """Returns of open and closed rounds that were due before the day and are not filed."""
    day = on or clock.today()
    return (
        Return.objects.filter(round__state__in=["open", "closed"])
        .exclude(state__in=sorted(FILED))
        .annotate(due=Coalesce("extended_due", F("round__due_on")))
        .filter(due__lt=day)
        .select_related("round", "unit")
    )


def sign_offs(return_id: int) -> QuerySet[SignOff]:
    """Every decision on a return, oldest first."""
    return SignOff.objects.filter(filing_id=return_id).defer("content").order_by("id")


def sign_offs_steps(return_ids: Iterable[int]) -> Steps[dict[int, list[SignOff]]]:
    """The same of several returns, beside what else a page reads."""
    wanted = list(return_ids)
    found: dict[int, list[SignOff]] = {pk: [] for pk in wanted}
    rows = SignOff.objects.filter(filing_id__in=wanted).defer("content").order_by("id")
    yield rows
    for each in rows:
        found[each.filing_id].append(each)
    return found


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happened to a return, as the timeline shows it."""

    title: str
    at: datetime
    by: str
    text: str = ""
    system: bool = False
    tone: str = ""


def timeline(found: Return) -> list[Happening]:
    """What happened to a return, newest first: decisions and reminders (two queries)."""
    happened = [_decided(each) for each in sign_offs(found.pk)]
    happened += [_reminded(each) for each in Reminder.objects.filter(filing=found)]
    return sorted(happened, key=lambda each: each.at, reverse=True)


def _decided(each: SignOff) -> Happening:
    title = str(each.get_decision_display())
    if each.level in LEVELS:
        title = _("%(decision)s（%(level)s）") % {"decision": title, "level": _(LEVELS[each.level].label)}
    bad = each.decision == Decision.RETURNED
    return Happening(
        title, each.recorded_at, each.recorded_by, each.reason, each.by_id is None, "bad" if bad else ""
    )


def _reminded(each: Reminder) -> Happening:
    after, _colon, _to = each.step.partition(":")
    days = int(after)
    if days < 0:
        when = ngettext("到期前 %(n)s 個工作日提醒", "到期前 %(n)s 個工作日提醒", -days) % {"n": -days}
    elif days == 0:
        when = _("到期當日提醒")
    else:
        when = ngettext("逾期 %(n)s 個工作日催報", "逾期 %(n)s 個工作日催報", days) % {"n": days}
    people = ngettext("對象 %(n)s 人", "對象 %(n)s 人", len(each.people)) % {"n": len(each.people)}
    to = _(LEVELS[each.to].label) if each.to in LEVELS else _("承辦人")
    text = _("%(to)s，%(people)s，到期日 %(due)s") % {
        "to": to,
        "people": people,
        "due": ui.day_text(each.due_on),
    }
    return Happening(when, each.recorded_at, "", text, True)


def is_late(found: Return, on: date | None = None) -> bool:
    """Whether a return is overdue: not filed, and its day is over. One that is filed is not late any more."""
    return found.state not in FILED and found.due_on < (on or clock.today())


def late(rows: QuerySet[Any], on: date | None = None) -> QuerySet[Any]:
    """Of these returns (with `due`), the overdue ones."""
    return rows.exclude(state__in=sorted(FILED)).filter(due__lt=on or clock.today())


def counts_of(rows: QuerySet[Any]) -> dict[str, int]:
    """How many of these returns there are, not filed, late, to sign, sent back (one query)."""
    open_now = ~Q(state__in=sorted(FILED))
    found: dict[str, int] = rows.order_by().aggregate(
        all=Count("id"),
        open=Count("id", filter=open_now),
        late=Count("id", filter=open_now & Q(due__lt=clock.today())),
        submitted=Count("id", filter=Q(state="submitted")),
        returned=Count("id", filter=Q(state="returned")),
    )
    return found
