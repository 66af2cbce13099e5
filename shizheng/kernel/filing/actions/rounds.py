"""Rounds: planned by the rulebook, opened with what is owed in them, closed, and given more time."""

from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from shizheng.common import clock
from shizheng.common.errors import BadInput, CannotDo, Conflict
from shizheng.common.permissions import Actor, require
from shizheng.common.reasons import need_reason
from shizheng.common.roc import format_roc, in_words
from shizheng.common.words import written
from shizheng.kernel.filing import notices
from shizheng.kernel.filing.actions.shared import (
    locked_return,
    locked_round,
    need_round_act,
    note,
    notice_of,
    notice_of_round,
    tell,
    touch,
    touch_round,
)
from shizheng.kernel.filing.models import Decision, Return, ReturnState, Round, RoundState
from shizheng.kernel.filing.queries.people import officers_of, responsible
from shizheng.kernel.filing.queries.rounds import terms_for
from shizheng.kernel.filing.registry import FilingKind, kind_of
from shizheng.kernel.filing.rules.levels import OFFICER
from shizheng.kernel.history.actions import recorded
from shizheng.kernel.measures.rules.periods import ROC_OFFSET, Period, PeriodNotUnderstood, parse_period
from shizheng.web.speech import for_the_record


def plan_round(
    actor: Actor, kind: str, period: Period | str, *, title: str = "", opens_on: date | None = None,
    due_on: date | None = None, closes_on: date | None = None,
) -> Round:  # fmt: skip
    """Set a round: its days, levels and ladder are those of the rulebook, unless other days are given.

    The versions of the rules that said so stay with the round. Raises Conflict where the round exists already.
    """
    require(actor, "filing.open")
    made_for, about = kind_of(kind), _period(period)
    found = terms_for(made_for, about)
    made = Round(
        kind=kind,
        title=title.strip() or _title(made_for, about),
        roc_year=about.year - ROC_OFFSET,
        period=about.code,
        opens_on=opens_on or found.terms.opens_on,
        due_on=due_on or found.terms.due_on,
        closes_on=closes_on or max(found.terms.closes_on, due_on or found.terms.due_on),
        nominal_due=found.terms.nominal_due,
        levels=list(found.terms.levels),
        ladder=list(found.ladder),
        rule_versions=found.rule_versions,
    )
    _check_days(made)
    with recorded(by=actor, action="filing.plan_round"):
        try:
            with transaction.atomic():
                made.save()
        except IntegrityError as failure:
            raise Conflict(
                _("「%(round)s」已經排定或開放，沒有再建立一次。") % {"round": made.title}
            ) from failure
    return made


def open_round(
    actor: Actor, kind: str, period: Period | str, *, version: int | None = None, title: str = "",
    due_on: date | None = None, closes_on: date | None = None, reason: str = "",
) -> Round:  # fmt: skip
    """Open a round, planned or not: one return for each subject that the kind says is owed (the denominator).

    `due_on` and `closes_on` with a reason: other days than planned, for a round whose own days are over. Raises CannotDo
    where nothing is owed, Conflict where the round is open already, BadInput for days that are over.
    """
    require(actor, "filing.open")
    about = _period(period)
    with recorded(by=actor, action="filing.open_round", reason=need_reason(reason) if due_on else ""):
        known = Round.objects.filter(kind=kind, period=about.code).values_list("pk", flat=True).first()
        if known is None:
            known = plan_round(actor, kind, about, title=title).pk
        found = locked_round(known, version)
        need_round_act(found, "open_round")
        found.state, found.opened_at = RoundState.OPEN, clock.now()
        if due_on is not None:
            found.due_on, found.closes_on = due_on, max(due_on, closes_on or due_on)
            _check_days(found)
            _need_to_come(due_on)
        touch_round(found, "state", "opened_at", "due_on", "closes_on")
        made = _add_returns(actor, found, kind_of(kind))
        if not made:
            raise CannotDo(_("「%(round)s」目前沒有任何應填報的對象，所以沒有開放。") % {"round": found})
    return found


def add_missing_returns(actor: Actor, round_id: int) -> list[Return]:
    """Add what came to be owed after the round was opened, such as a plan that was published later."""
    require(actor, "filing.open")
    with recorded(by=actor, action="filing.add_missing_returns"):
        found = locked_round(round_id)
        if found.state != RoundState.OPEN:
            raise Conflict(_("只有填報中的期別可以補建填報表，沒有執行。"))
        return _add_returns(actor, found, kind_of(found.kind))


def _add_returns(actor: Actor, found: Round, kind: FilingKind) -> list[Return]:
    there = set(found.returns.values_list("unit_id", "subject_label", "subject_pk"))
    wanted = [
        Return(
            round=found, unit_id=each.unit_id, subject_label=each.label, subject_pk=each.pk, title=each.title
        )
        for each in kind.subjects(found)
        if (each.unit_id, each.label, each.pk) not in there
    ]
    Return.objects.bulk_create(wanted, batch_size=1000)
    made = list(
        Return.objects.filter(round=found, pk__in=[each.pk for each in wanted]).select_related(
            "unit", "round"
        )
    )
    rows = kind.rows_of_all(made)
    for each in made:
        each.row_count = len(rows.get(each.pk, ()))
    Return.objects.bulk_update(made, ["row_count"], batch_size=1000)
    _tell_opened(found, made)
    return made


def _tell_opened(found: Round, made: list[Return]) -> None:
    """Tell those who fill them in, once for all the returns of the same people; everybody in one go."""
    mine: dict[frozenset[int], list[Return]] = {}
    for each, people in zip(made, officers_of(made), strict=True):
        mine.setdefault(people, []).append(each)
    notices.send_all("filing.opened", (_opened(found, people, returns) for people, returns in mine.items()))


def _opened(found: Round, people: frozenset[int], returns: list[Return]) -> notices.Notice:
    first, more = returns[0], len(returns) - 1
    key = f"filing:{first.pk}:opened"
    if not more:
        return notice_of(key, people, first)
    title = written("%(title)s等 %(n)s 份", title=first.title, n=more + 1)
    count = sum(each.row_count for each in returns)
    return notice_of_round(key, people, found, title=title, unit=first.unit.name, count=count)


def change_round(
    actor: Actor, round_id: int, *, version: int | None, due_on: date, closes_on: date, reason: str,
    opens_on: date | None = None,
) -> Round:  # fmt: skip
    """Move the days of a round that is not locked: more time for everybody, with a reason."""
    require(actor, "filing.open")
    with recorded(by=actor, action="filing.change_round", reason=need_reason(reason)):
        found = locked_round(round_id, version)
        if found.state == RoundState.LOCKED:
            raise Conflict(_("這個期別已鎖定，日期不能再改；個別補報請展延那一份的期限。"))
        if opens_on is not None and opens_on != found.opens_on and found.state != RoundState.PLANNED:
            raise BadInput(_("已經開放，開放日不能再改。"), fields={"opens_on": [_("已經開放。")]})
        found.opens_on = opens_on or found.opens_on
        found.due_on, found.closes_on = due_on, closes_on
        _check_days(found)
        touch_round(found, "opens_on", "due_on", "closes_on")
    return found


def close_round(actor: Actor, round_id: int, *, version: int | None = None, reason: str = "") -> Round:
    """Take no more returns, but those that were given more time."""
    require(actor, "filing.open")
    return _move(actor, round_id, "close_round", RoundState.CLOSED, version, reason.strip())


def reopen_round(actor: Actor, round_id: int, *, version: int | None, reason: str) -> Round:
    """Take returns again, with a reason."""
    require(actor, "filing.open")
    return _move(actor, round_id, "reopen_round", RoundState.OPEN, version, need_reason(reason))


def cancel_round(actor: Actor, round_id: int, *, version: int | None, reason: str) -> None:
    """Take a planned round away: nothing has been filed in it."""
    require(actor, "filing.open")
    with recorded(by=actor, action="filing.cancel_round", reason=need_reason(reason)):
        found = locked_round(round_id, version)
        need_round_act(found, "cancel_round")
        found.delete()


def _move(
    actor: Actor, round_id: int, name: str, state: RoundState, version: int | None, reason: str
) -> Round:
    with recorded(by=actor, action=f"filing.{name}", reason=reason):
        found = locked_round(round_id, version)
        need_round_act(found, name)
        found.state = state
        touch_round(found, "state")
    return found


def extend_due(actor: Actor, return_id: int, *, version: int | None, until: date, reason: str) -> Return:
    """Give one return more time, also after its round was closed or locked (a late return is then still filed)."""
    require(actor, "filing.open")
    text = need_reason(reason)
    with recorded(by=actor, action="filing.extend_due", reason=text):
        filing = locked_return(return_id, version)
        if filing.state == ReturnState.LOCKED:
            raise Conflict(_("這份填報表已鎖定，不用展延；要改內容請申請更正。"))
        if until < clock.today() or until <= filing.due_on:
            message = _("展延的日子要在今天以後，也要晚於現在的到期日 %(due)s。") % {
                "due": in_words(filing.due_on)
            }
            raise BadInput(message, fields={"until": [message]})
        filing.extended_due = until
        touch(filing, "extended_due")
        said = written("展延到 %(day)s：%(reason)s", day=format_roc(until), reason=text)
        note(actor, filing, Decision.EXTENDED, reason=said)
        tell(
            f"filing:{filing.pk}:extended:{until.isoformat()}",
            "filing.extended",
            responsible(filing, OFFICER),
            filing,
            reason=text,
        )
    return filing


def _title(kind: FilingKind, period: Period) -> str:
    """Titles are kept, so they are Chinese whoever opens the round."""
    with for_the_record():
        return f"{period.label}{kind.name}"


def _period(period: Period | str) -> Period:
    if isinstance(period, Period):
        return period
    try:
        return parse_period(period)
    except PeriodNotUnderstood as failure:
        raise BadInput(str(failure), fields={"period": [str(failure)]}) from failure


def _need_to_come(due_on: date) -> None:
    if due_on < clock.today():
        text = _("到期日已經過了；請訂今天或以後的日子，機關才來得及填報。")
        raise BadInput(text, fields={"due_on": [text]})


def _check_days(found: Round) -> None:
    fields: dict[str, list[str]] = {}
    if found.due_on < found.opens_on:
        fields["due_on"] = [_("到期日不能早於開放日。")]
    if found.closes_on < found.due_on:
        fields["closes_on"] = [_("截止日不能早於到期日。")]
    if fields:
        raise BadInput(_("日期的先後不對，沒有存。"), fields=fields)
