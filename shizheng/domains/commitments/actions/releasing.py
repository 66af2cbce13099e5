"""解列: a unit asks, one level after another looks, the last one releases; each may send it back with the reason."""

from django.utils.translation import gettext as _

from shizheng.common import clock
from shizheng.common.errors import CannotDo
from shizheng.common.permissions import Actor
from shizheng.common.reasons import need_reason
from shizheng.domains.commitments.actions.notices import tell_sent_back
from shizheng.domains.commitments.actions.shared import (
    locked_owed,
    not_own,
    require_act,
    require_level,
    settle,
    step,
)
from shizheng.domains.commitments.models import Commitment, CommitmentUnit, Extension, Step
from shizheng.domains.commitments.queries.reading import reached
from shizheng.domains.commitments.rules.workflow import (
    NEEDED_LABELS,
    Act,
    Needed,
    Releaser,
    lacking,
    next_level,
)
from shizheng.kernel.history.actions import recorded

LACKING = {"told": Needed.TOLD, "done": Needed.DONE, "evidence": Needed.EVIDENCE}


def ask_release(actor: Actor, owed_id: int, *, reason: str, version: int | None = None) -> CommitmentUnit:
    """待處理 → 待解列, where the list's rule is met (told, done, with evidence). `reason`: what was done."""
    with recorded(by=actor, action="commitments.ask_release", reason=need_reason(reason)):
        row, owed = locked_owed(owed_id, version)
        require_act(actor, Act.ASKED, row, owed)
        step(actor, row, owed, Act.ASKED, reason.strip())
        missing = missing_for_release(row, owed)
        if missing:
            raise CannotDo(
                _("還不能申請解列：這份清單的解列條件是「%(needed)s」，還缺%(missing)s，沒有送出。")
                % {
                    "needed": _(NEEDED_LABELS[Needed(row.list.needed)]),
                    "missing": "、".join(_(NEEDED_LABELS[LACKING[each]]) for each in missing),
                },
                code="not_ready",
            )
        if Extension.objects.filter(owed=owed, decision=None).exists():
            raise CannotDo(_("展延申請還等著決定，沒有送出。請先撤回展延申請。"), code="extension_waits")
        owed.passed, owed.asked_on, owed.sent_back = 0, clock.today(), False
        owed.save()
        settle(row)
    return owed


def decide_release(
    actor: Actor, owed_id: int, *, accept: bool, reason: str, version: int | None = None
) -> CommitmentUnit:
    """Accept a request at the level that is next, or send it back with the reason. Nobody decides on an own request."""
    with recorded(by=actor, action="commitments.decide_release", reason=need_reason(reason)):
        row, owed = locked_owed(owed_id, version)
        level = next_level(Releaser(row.list.releaser), owed.passed) or "rdec"
        require_level(actor, level, owed.unit_id)
        asked = Step.objects.filter(owed=owed, act=Act.ASKED.value).order_by("-id").first()
        if asked is not None:
            not_own(asked.by_id, actor)
        if not accept:
            step(actor, row, owed, Act.SENT_BACK, reason.strip(), level=level)
            owed.passed, owed.asked_on, owed.sent_back = 0, None, True
            tell_sent_back(row, owed, reason.strip(), actor)
        elif next_level(Releaser(row.list.releaser), owed.passed + 1):
            step(actor, row, owed, Act.PASSED, reason.strip(), level=level)
            owed.passed += 1
        else:
            step(actor, row, owed, Act.RELEASED, reason.strip(), level=level)
            owed.passed += 1
            owed.released_on = clock.today()
        owed.save()
        settle(row)
    return owed


def take_back_release(
    actor: Actor, owed_id: int, *, reason: str, version: int | None = None
) -> CommitmentUnit:
    """The unit no longer asks for release."""
    with recorded(by=actor, action="commitments.take_back_release", reason=need_reason(reason)):
        row, owed = locked_owed(owed_id, version)
        require_act(actor, Act.TAKEN_BACK, row, owed)
        step(actor, row, owed, Act.TAKEN_BACK, reason.strip())
        owed.passed, owed.asked_on = 0, None
        owed.save()
        settle(row)
    return owed


def missing_for_release(row: Commitment, owed: CommitmentUnit) -> tuple[str, ...]:
    """What keeps a unit from asking for release: `told`, `done`, `evidence`; by the rule of the list."""
    told = list(owed.updates.values_list("files", flat=True))
    return lacking(Needed(row.list.needed), told=bool(told), done=reached(row, owed).done, evidence=any(told))
