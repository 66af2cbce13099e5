"""辦理情形 of a unit (C01, C05), with its evidence."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from shizheng.common import clock
from shizheng.common.checks import check_day, check_text, refuse
from shizheng.common.errors import CannotDo
from shizheng.common.permissions import Actor, require
from shizheng.domains.commitments import progress as sources
from shizheng.domains.commitments.actions.shared import check_quantity, locked_owed
from shizheng.domains.commitments.models import Commitment, CommitmentUnit, CommitmentUpdate
from shizheng.domains.commitments.queries.commitments import OPEN_STATES
from shizheng.domains.commitments.rules.workflow import FILE, UnitState
from shizheng.kernel.files import actions as files
from shizheng.kernel.history.actions import recorded

EVIDENCE = "commitments.update"
"""What evidence belongs to: a row of `CommitmentUpdate`."""
MOST_FILES = 10


def tell(
    actor: Actor,
    owed_id: int,
    *,
    text: str,
    on: date | None = None,
    progress: Decimal | None = None,
    quantity: Decimal | None = None,
    evidence: Sequence[Any] = (),
) -> CommitmentUpdate:
    """Tell how things stand as of a day (today when None): in words, in percent, as the quantity so far.

    `evidence`: numbers of held uploads. Where progress comes from a linked tender or KPI, it is not typed again.
    """
    with recorded(by=actor, action="commitments.tell"):
        row, owed = locked_owed(owed_id)
        require(actor, FILE, owed.unit_id)
        _check_open(row, owed)
        day = on or clock.today()
        refuse(_problems(row, owed, text, day, progress, quantity, evidence))
        made = CommitmentUpdate.objects.create(
            owed=owed, on=day, text=text.strip(), progress=progress, quantity=quantity, files=len(evidence)
        )
        files.keep_held(actor, list(evidence), subject=(EVIDENCE, made.pk), unit_id=owed.unit_id)
        owed.told_on = day
        if progress is not None:
            owed.progress = progress
        if quantity is not None:
            owed.quantity = quantity
        owed.save()
    return made


def _check_open(row: Commitment, owed: CommitmentUnit) -> None:
    if row.state not in OPEN_STATES or owed.state in (UnitState.RELEASED.value, UnitState.DROPPED.value):
        raise CannotDo(
            _("這個單位已經解列或不再負責，不用再填，沒有存。有新的情形請研考會先重新列管。"),
            code="wrong_state",
        )


def _problems(
    row: Commitment,
    owed: CommitmentUnit,
    text: str,
    day: date,
    progress: Decimal | None,
    quantity: Decimal | None,
    evidence: Sequence[Any],
) -> dict[str, list[str]]:
    wrong: dict[str, list[str]] = {}
    check_text(text, 5000, "text", wrong, needed=_("辦理情形要填：做了什麼、到哪裡、接下來做什麼。"))
    check_day(day, "on", wrong)
    if day > clock.today():
        wrong.setdefault("on", []).append(_("截至日不能在今天以後。"))
    elif day < row.agreed_on:
        wrong.setdefault("on", []).append(_("截至日不能早於決定日。"))
    elif owed.told_on is not None and day < owed.told_on:
        wrong.setdefault("on", []).append(_("截至日不能早於上次填報的截至日。"))
    linked = row.link_kind and sources.source(row.link_kind) is not None
    for name, value in (("progress", progress), ("quantity", quantity)):
        if value is not None and linked:
            wrong[name] = [_("進度由連結的項目帶入，這裡不用填。")]
    if progress is not None and not (progress.is_finite() and 0 <= progress <= 100):
        wrong.setdefault("progress", []).append(_("進度在 0 到 100 之間。"))
    check_quantity(quantity, "quantity", wrong, above=False)
    if quantity is not None and row.target_quantity is None:
        wrong.setdefault("quantity", []).append(_("這件沒有目標數量，請填進度。"))
    if len(evidence) > MOST_FILES:
        wrong["evidence"] = [_("一次最多 %(n)s 個檔案。") % {"n": MOST_FILES}]
    return wrong
