"""What every action of filing needs: rows locked in one order (round, then return), the version check, and notices."""

from collections.abc import Sequence

from django.db import connection
from django.utils.translation import gettext as _

from shizheng.common import clock
from shizheng.common.errors import CannotDo, Conflict, NotFound, NotPermitted
from shizheng.common.permissions import Actor, require
from shizheng.common.roc import format_roc
from shizheng.kernel.filing import notices
from shizheng.kernel.filing.models import Decision, Return, ReturnState, Round, RoundState, SignOff
from shizheng.kernel.filing.notices import Notice
from shizheng.kernel.filing.queries.entries import content_of
from shizheng.kernel.filing.queries.scope import is_named
from shizheng.kernel.filing.registry import Entries
from shizheng.kernel.filing.rules.levels import Level
from shizheng.kernel.filing.rules.workflow import RETURN, ROUND, takes_entries


def locked_round(round_id: int, version: int | None = None) -> Round:
    """The round, locked for this transaction against everything that files in it."""
    found = Round.objects.select_for_update().filter(pk=round_id).first()
    if found is None:
        raise NotFound(_("找不到這個填報期別，沒有執行任何動作。請從填報清單進入。"))
    if version is not None and found.version != version:
        raise Conflict(
            _("您打開之後，「%(round)s」又改過了，您的動作沒有執行。請重新整理再做一次。") % {"round": found}
        )
    return found


def share_round(round_id: int) -> Round:
    """The round as it stands, kept from being locked, closed or opened until this transaction ends; others may share it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM filing_round WHERE id = %s FOR SHARE", [round_id])
    found = Round.objects.filter(pk=round_id).first()
    if found is None:
        raise NotFound(_("找不到這個填報期別，沒有執行任何動作。請從填報清單進入。"))
    return found


def locked_return(return_id: int, version: int | None = None) -> Return:
    """The return, locked, with its round shared: an act on one return never waits for those on others.

    Raises Conflict when it is no longer the version that was read.
    """
    round_id = Return.objects.filter(pk=return_id).values_list("round_id", flat=True).first()
    if round_id is None:
        raise NotFound(_("找不到這份填報表，沒有執行任何動作。請從我的工作或填報清單進入。"))
    shared = share_round(round_id)
    found = Return.objects.select_for_update(of=("self",)).select_related("unit").get(pk=return_id)
    found.round = shared
    if version is not None and found.version != version:
        raise Conflict(
            _(
                "「%(filing)s」剛才已經處理過（現在是「%(state)s」），您的動作沒有執行。請重新整理，看過再決定。"
            )
            % {"filing": found, "state": found.get_state_display()}
        )
    return found


def need_round_act(found: Round, name: str) -> None:
    """Refuse unless the round is in a state from which that act leads on."""
    act = ROUND[name]
    if found.state not in act.sources:
        allowed = "、".join(str(RoundState(source).label) for source in act.sources if source)
        raise Conflict(
            _("這個期別現在是「%(state)s」，不能%(doing)s（要是「%(allowed)s」才行）。沒有執行任何動作。")
            % {"state": found.get_state_display(), "doing": _(act.label), "allowed": allowed}
        )


def need_return_act(found: Return, name: str) -> None:
    """Refuse unless the return is in a state from which that act leads on."""
    act = RETURN[name]
    if found.state not in act.sources:
        allowed = "、".join(str(ReturnState(source).label) for source in act.sources if source)
        raise Conflict(
            _("這份填報表現在是「%(state)s」，不能%(doing)s（要是「%(allowed)s」才行）。沒有執行任何動作。")
            % {"state": found.get_state_display(), "doing": _(act.label), "allowed": allowed}
        )


def need_open(found: Return) -> None:
    """Refuse where the round takes nothing any more and the return was given no more time."""
    if not takes_entries(found.round.state, found.extended_due, clock.today()):
        raise CannotDo(
            _(
                "「%(round)s」現在是「%(state)s」，不再收填報，您的內容沒有存進去。需要補報時，請研考會展延這一份的期限。"
            )
            % {"round": found.round, "state": found.round.get_state_display()},
            code="round_closed",
        )


def need_level(actor: Actor, level: Level, filing: Return) -> None:
    """Only who holds the level's permission for the unit signs, and never what he or she sent in."""
    if not actor.may(level.permission, filing.unit_id):
        raise NotPermitted(
            _("這一層由「%(level)s」簽核，您的角色不能代簽，沒有執行。") % {"level": _(level.label)}
        )
    if actor.pk is not None and actor.pk == filing.submitted_by_id:
        raise NotPermitted(_("這份是您自己送出的，不能由您簽核；要由另一個人看過。沒有執行。"))
    require(actor, level.permission, filing.unit_id)


def need_filer(actor: Actor, filing: Return) -> None:
    """Only who files for the return's unit, or was named for this return from a unit below. Raises NotPermitted."""
    by_name = not actor.may("filing.file", filing.unit_id) and is_named(actor, filing)
    require(actor, "filing.file", None if by_name else filing.unit_id)


def name_of(actor: Actor) -> str:
    """The actor's name as it is kept: with the person for whom he or she stands in (代理)."""
    return str(getattr(actor, "acting_name", actor.display_name))[:120]


def touch(filing: Return, *fields: str) -> None:
    """Save changed fields of a return with the next version."""
    filing.version += 1
    filing.save(update_fields=[*fields, "version"])


def touch_round(found: Round, *fields: str) -> None:
    """Save changed fields of a round with the next version."""
    found.version += 1
    found.save(update_fields=[*fields, "version"])


def note(
    actor: Actor,
    filing: Return,
    decision: Decision,
    *,
    level: str = "",
    reason: str = "",
    entries: Entries | None = None,
) -> SignOff:
    """Write a decision down for good, with the content that it was about."""
    return SignOff.objects.create(
        filing=filing,
        level=level,
        decision=decision,
        by_id=actor.pk,
        reason=reason,
        content=None if entries is None else content_of(entries),
    )


def note_all(actor: Actor, decided: Sequence[tuple[Return, Entries]], decision: Decision) -> None:
    """The same decision on several returns, each with the content that it was about (a query for each thousand)."""
    rows = [
        SignOff(filing=filing, decision=decision, by_id=actor.pk, content=content_of(entries))
        for filing, entries in decided
    ]
    SignOff.objects.bulk_create(rows, batch_size=1000)


def url_of(filing: Return) -> str:
    """The return's page."""
    return f"/filing/returns/{filing.pk}/"


def notice_of_round(
    key: str, to: frozenset[int], found: Round, *, title: str, unit: str, count: int
) -> Notice:
    """What is said to people about several returns of a round."""
    context = {
        "title": title,
        "round": found.title,
        "unit": unit,
        "due": format_roc(found.due_on),
        "count": str(count),
    }
    return Notice(key, to, context, f"/filing/rounds/{found.pk}/", ("filing.round", found.pk))


def notice_of(key: str, to: frozenset[int], filing: Return, *, urgent: bool = False, **more: str) -> Notice:
    """What is said to people about a return."""
    context = {
        "title": filing.title,
        "round": filing.round.title,
        "unit": filing.unit.name,
        "due": format_roc(filing.due_on),
        "count": str(filing.row_count),
        **more,
    }
    return Notice(key, to, context, url_of(filing), ("filing.return", filing.pk), urgent)


def tell(
    key: str, template: str, to: frozenset[int], filing: Return, *, urgent: bool = False, **more: str
) -> int:
    """Say something about a return to people."""
    return notices.send_all(template, [notice_of(key, to, filing, urgent=urgent, **more)])
