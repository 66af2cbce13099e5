"""What other systems say is taken in, and what officers decide about it. Nothing of ours is overwritten but by a decision."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from shizheng.common.bulk import copy_in
from shizheng.common.errors import BadInput, CannotDo, Conflict
from shizheng.common.permissions import Actor, require
from shizheng.common.reasons import need_reason
from shizheng.common.words import for_the_record, written
from shizheng.domains.projects.actions.happenings import correct_happening, record_happening
from shizheng.domains.projects.actions.projects import create_project, edit_project
from shizheng.domains.projects.actions.shared import EDIT, locked_project, one_at_a_time, unit_of
from shizheng.domains.projects.models import (
    Choice,
    DifferenceDecision,
    ExternalMatch,
    ExternalRecord,
    Happening,
    Project,
)
from shizheng.domains.projects.queries import external as queries
from shizheng.domains.projects.queries.external import Difference
from shizheng.domains.projects.queries.external_in import Incoming, Item, incoming
from shizheng.domains.projects.queries.happenings import standing_of
from shizheng.domains.projects.queries.projects import unit_in_charge
from shizheng.domains.projects.rules.life import Kind, State
from shizheng.domains.projects.rules.reconciling import (
    SHOWN_ONLY,
    SOURCE_LABELS,
    Part,
    Source,
    amount_of,
    day_of,
)
from shizheng.kernel.history.actions import recorded
from shizheng.kernel.intake.registry import Plan
from shizheng.kernel.intake.rules.mapping import Problem

RECONCILE = "projects.reconcile"
GONE = "這個差異已經不在了：其中一邊剛才改過，或已經決定。沒有執行，請重新看。"


def receive_records(
    actor: Actor, source: Source, items: Sequence[Item], problems: Sequence[Problem] = (), *, reason: str
) -> Plan:
    """Keep what a source tells, as it tells it; the same again is not kept twice."""
    require(actor, RECONCILE)
    with recorded(by=actor, action="projects.receive_external", reason=reason):
        one_at_a_time()
        told: Incoming = incoming(source, items, problems)
        copy_in(told.rows)
    return told.plan


def take_difference(
    actor: Actor, project_id: int, record_id: int, part: str, *, version: int | None, reason: str
) -> DifferenceDecision:
    """採用對方: write what the other side says through the register's own actions, and who decided so and why."""
    text = need_reason(reason)
    require(actor, EDIT, unit_of(project_id))
    with recorded(by=actor, action="projects.take_difference", reason=text):
        project = locked_project(project_id, version)
        found = _difference(actor, project, record_id, part)
        if found.part in SHOWN_ONLY:
            raise CannotDo(
                _("這一項只列出來對照，不能直接採用。請從標案登錄事件，或到那個月的填報表申請更正。")
            )
        _write(actor, project, found, text)
        return _decided(found, Choice.TAKEN, text)


def keep_ours(
    actor: Actor, project_id: int, record_id: int, part: str, *, version: int | None, reason: str
) -> DifferenceDecision:
    """保留我方: nothing changes; it is not asked again until the other side says something else."""
    text = need_reason(reason)
    require(actor, EDIT, unit_of(project_id))
    with recorded(by=actor, action="projects.keep_ours", reason=text):
        found = _difference(actor, locked_project(project_id, version), record_id, part)
        return _decided(found, Choice.KEPT, text)


def _decided(found: Difference, choice: Choice, text: str) -> DifferenceDecision:
    return DifferenceDecision.objects.create(
        project_id=found.project_id,
        source=found.source.value,
        field=found.part.value,
        record_id=found.record_id,
        ours=found.ours,
        theirs=found.theirs,
        choice=choice,
        reason=text,
    )


def _difference(actor: Actor, project: Project, record_id: int, part: str) -> Difference:
    for each in queries.differences_of(actor, project.pk):
        if each.record_id == record_id and each.part == part and each.decided is None:
            return each
    raise Conflict(_(GONE))


def _write(actor: Actor, project: Project, found: Difference, reason: str) -> None:
    payload = ExternalRecord.objects.get(pk=found.record_id).payload
    with for_the_record():
        why = written("依%(source)s：%(reason)s", source=SOURCE_LABELS[found.source], reason=reason)
    part = found.part
    if part is Part.NAME:
        edit_project(actor, project.pk, version=None, changes={"name": found.theirs}, reason=why)
    elif part is Part.BUDGET:
        edit_project(actor, project.pk, version=None, changes={"budget": amount_of(found.theirs)}, reason=why)
    elif part is Part.ANNOUNCED:
        told = {"kind": Kind.ANNOUNCED.value, "on": day_of(found.theirs), "text": why}
        record_happening(actor, project.pk, version=None, values=told)
    elif part is Part.AWARD:
        record_happening(actor, project.pk, version=None, values=_award(payload) | {"text": why})
    else:
        award = _standing_award(project)
        changes: dict[Part, dict[str, Any]] = {
            Part.CONTRACTOR: {"contractor": found.theirs},
            Part.AWARD_ON: {"on": day_of(found.theirs)},
            Part.AWARD_AMOUNT: {"amount": amount_of(found.theirs)},
        }
        correct_happening(actor, award.pk, version=None, changes=changes[part], reason=why)


def _award(payload: Mapping[str, Any]) -> dict[str, Any]:
    """The award as told; what it does not tell stays missing, and the register refuses to guess it."""
    return {
        "kind": Kind.AWARDED.value,
        "on": day_of(payload.get("award_on")),
        "amount": amount_of(payload.get("award_amount")),
        "contractor": str(payload.get("contractor", "")),
    }


def _standing_award(project: Project) -> Happening:
    rows = standing_of([project.pk]).get(project.pk, [])
    awards = [each for each in rows if each.kind == Kind.AWARDED.value]
    if not awards:
        raise Conflict(_(GONE))
    return awards[-1]


def link_record(actor: Actor, record_id: int, project_number: str, *, reason: str) -> ExternalMatch:
    """這筆就是那個標案: say which tender a source's tender is, where its number does not."""
    text = need_reason(reason)
    found = queries.record(actor, record_id)
    project = Project.objects.filter(number=project_number.strip()).first()
    if project is None:
        message = _("沒有這個列管編號。")
        raise BadInput(message, fields={"number": [message]})
    require(actor, EDIT, unit_in_charge(project))
    with recorded(by=actor, action="projects.link_external", reason=text):
        return _match(found, project, False, text)


def dismiss_record(actor: Actor, record_id: int, *, reason: str) -> ExternalMatch:
    """不列管: it is none of our tenders, with the reason; it can be taken up again."""
    text = need_reason(reason)
    found = queries.record(actor, record_id)
    _require_for(actor, found)
    with recorded(by=actor, action="projects.dismiss_external", reason=text):
        return _match(found, None, True, text)


def reopen_record(actor: Actor, record_id: int, *, reason: str) -> ExternalMatch:
    """重新認定: forget what was said about it; its number decides again."""
    text = need_reason(reason)
    found = queries.record(actor, record_id)
    _require_for(actor, found)
    with recorded(by=actor, action="projects.reopen_external", reason=text):
        return _match(found, None, False, text)


def register_record(
    actor: Actor, record_id: int, values: Mapping[str, Any], *, with_happenings: bool = True
) -> Project:
    """建檔: a tender out of what a source tells, with what it says has happened; all of it or nothing."""
    found = queries.record(actor, record_id)
    if queries.project_of(found) is not None:
        raise Conflict(_("這一筆剛才已經建檔或認定為某個標案，沒有再建一次。"))
    source = SOURCE_LABELS[Source(found.source)]
    with recorded(
        by=actor, action="projects.register_external", reason=written("依%(source)s建檔", source=source)
    ):
        project = create_project(actor, values)
        _match(found, project, False, written("依%(source)s建檔", source=source))
        if with_happenings:
            _tell_what_happened(actor, project, found)
    project.refresh_from_db()
    return project


def _tell_what_happened(actor: Actor, project: Project, found: ExternalRecord) -> None:
    payload, source = found.payload, SOURCE_LABELS[Source(found.source)]
    why = written("依%(source)s建檔", source=source)
    published = day_of(payload.get("announced_on")) or (
        day_of(payload.get("published_on")) if payload.get("status") == "announced" else None
    )
    award = _award(payload)
    whole = award["on"] and award["contractor"] and award["amount"] is not None
    if published and not (whole and award["on"] < published):
        values = {"kind": Kind.ANNOUNCED.value, "on": published, "text": why}
        record_happening(actor, project.pk, version=None, values=values)
        project.refresh_from_db()
        if whole and project.state == State.TENDERING.value:
            record_happening(actor, project.pk, version=None, values=award | {"text": why})


def _match(found: ExternalRecord, project: Project | None, dismissed: bool, text: str) -> ExternalMatch:
    return ExternalMatch.objects.create(
        source=found.source, key=found.key, project=project, dismissed=dismissed, reason=text
    )


def _require_for(actor: Actor, found: ExternalRecord) -> None:
    """Who may say that it is none of ours: the agency that it names, else who reconciles for the whole city."""
    if found.unit_id is not None and actor.may(EDIT, found.unit_id):
        return
    require(actor, RECONCILE)
