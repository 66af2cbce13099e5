"""展延: asked for by a unit, decided by who controls; the first day stays on record beside the one that holds now."""

from datetime import date

from django.utils.translation import gettext as _

from shizheng.common.checks import LAST_DAY
from shizheng.common.errors import BadInput, CannotDo, Conflict, NotFound
from shizheng.common.permissions import Actor, require
from shizheng.common.reasons import need_reason
from shizheng.domains.commitments.actions.notices import tell_extension_decided
from shizheng.domains.commitments.actions.shared import (
    locked_commitment,
    locked_owed,
    not_own,
    require_control,
    settle,
)
from shizheng.domains.commitments.models import CommitmentUnit, Extension, ExtensionDecision, Outcome
from shizheng.domains.commitments.queries.commitments import OPEN_STATES
from shizheng.domains.commitments.rules.workflow import DECIDE, FILE, UnitState
from shizheng.kernel.history.actions import recorded


def ask_extension(
    actor: Actor, owed_id: int, *, until: date, reason: str, version: int | None = None
) -> Extension:
    """Ask for more time, until a later day than the one owed now; one request at a time for the whole commitment."""
    with recorded(by=actor, action="commitments.ask_extension", reason=need_reason(reason)):
        row, owed = locked_owed(owed_id, version)
        require(actor, FILE, owed.unit_id)
        if row.state not in OPEN_STATES or owed.state != UnitState.PENDING.value:
            raise CannotDo(_("只有待處理的單位能申請展延，沒有送出。請重新整理再看。"), code="wrong_state")
        if row.due_on is None:
            raise CannotDo(_("這件沒有期限，不用展延。"), code="no_due_day")
        if Extension.objects.filter(owed__commitment=row, decision=None).exists():
            raise CannotDo(
                _("已經有一件展延申請等著決定，沒有再送一件。請等決定，或先撤回。"), code="already_asked"
            )
        if not row.due_on < until <= LAST_DAY:
            text = _("展延後的期限要晚於現在的期限。")
            raise BadInput(text, fields={"until": [text]})
        return Extension.objects.create(
            owed=owed, due_then=row.due_on, until=until, reason=reason.strip(), asked_by_id=actor.pk
        )


def decide_extension(
    actor: Actor, extension_id: int, *, approve: bool, reason: str, version: int | None = None
) -> ExtensionDecision:
    """Approve or refuse, with the reason; approved, the day that is owed follows. Nobody decides on an own request."""
    outcome = Outcome.APPROVED if approve else Outcome.REFUSED
    with recorded(by=actor, action="commitments.decide_extension", reason=need_reason(reason)):
        found = _waiting(extension_id, version)
        row = found.owed.commitment
        require_control(actor, DECIDE, row)
        not_own(found.asked_by_id, actor)
        made = ExtensionDecision.objects.create(extension=found, outcome=outcome, reason=reason.strip())
        settle(row)
        tell_extension_decided(row, found.owed, found.pk, reason.strip(), actor)
    return made


def take_back_extension(actor: Actor, extension_id: int, *, reason: str) -> ExtensionDecision:
    """The unit no longer asks for more time."""
    with recorded(by=actor, action="commitments.take_back_extension", reason=need_reason(reason)):
        found = _waiting(extension_id, None)
        require(actor, FILE, found.owed.unit_id)
        return ExtensionDecision.objects.create(
            extension=found, outcome=Outcome.TAKEN_BACK, reason=reason.strip()
        )


def _waiting(extension_id: int, version: int | None) -> Extension:
    """A request on which nobody has decided, its commitment locked. Raises NotFound, Conflict, CannotDo."""
    known = Extension.objects.filter(pk=extension_id).values_list("owed_id", flat=True).first()
    owed = CommitmentUnit.objects.filter(pk=known or 0).first()
    if owed is None:
        raise NotFound(_("找不到這件展延申請，沒有執行任何動作。請從列管事項進入。"))
    row = locked_commitment(owed.commitment_id, version)
    if row.state not in OPEN_STATES:
        raise CannotDo(_("這件已經解列或撤銷，展延申請不用再決定。"), code="wrong_state")
    found = Extension.objects.select_related("owed__unit").get(pk=extension_id)
    found.owed.commitment = row
    if ExtensionDecision.objects.filter(extension=found).exists():
        raise Conflict(_("這件展延申請剛才已經決定，沒有再做一次。請重新整理再看。"))
    return found
