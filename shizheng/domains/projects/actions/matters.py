"""跨機關協調事項 raised, changed, settled, taken up again, by who writes about the tender."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from shizheng.common import clock
from shizheng.common.checks import bad, check_text, compare, refuse
from shizheng.common.errors import CannotDo, NotFound
from shizheng.common.permissions import Actor, require
from shizheng.common.reasons import need_reason
from shizheng.domains.projects.actions.shared import EDIT, locked_project
from shizheng.domains.projects.models import CrossAgencyMatter
from shizheng.domains.projects.queries.projects import unit_in_charge
from shizheng.domains.projects.rules.life import CONTINUING, State
from shizheng.kernel.history.actions import recorded
from shizheng.kernel.organisations import queries as organisations

MOST = 1000


def raise_matter(actor: Actor, project_id: int, values: Mapping[str, Any]) -> CrossAgencyMatter:
    """Ask another unit for what a tender needs. `values`: `unit_id`, `text`."""
    with recorded(by=actor, action="projects.raise_matter"):
        project = locked_project(project_id)
        require(actor, EDIT, unit_in_charge(project))
        if State(project.state) not in CONTINUING:
            raise CannotDo(_("這件標案已經不再列管，不能提請協調。請先恢復列管。"))
        made = CrossAgencyMatter(project=project, raised_on=clock.today())
        _set(made, values)
        made.save()
    return made


def edit_matter(
    actor: Actor, matter_id: int, *, version: int | None, changes: Mapping[str, Any], reason: str
) -> CrossAgencyMatter:
    """Ask another unit, or in other words, with a reason. Not after it was settled."""
    text = need_reason(reason)
    with recorded(by=actor, action="projects.edit_matter", reason=text):
        row = _locked(actor, matter_id, version)
        if row.settled_on is not None:
            raise CannotDo(_("這件事已經解決，不能再改。還沒有解決的，請先重新提出。"))
        _set(row, {"unit_id": row.unit_id, "text": row.text, **changes})
        _save(row)
    return row


def settle_matter(
    actor: Actor, matter_id: int, *, version: int | None, outcome: str, on: date | None = None
) -> CrossAgencyMatter:
    """It is settled: what came of it, and on which day."""
    with recorded(by=actor, action="projects.settle_matter"):
        row = _locked(actor, matter_id, version)
        if row.settled_on is not None:
            raise CannotDo(_("這件事已經解決，沒有再做一次。"))
        day, text = on or clock.today(), outcome.strip()
        if not row.raised_on <= day <= clock.today():
            raise bad("on", _("解決日要在提出日以後、今天以前。"))
        if not text:
            raise bad("outcome", _("請寫結果：對方做了什麼。"))
        wrong: dict[str, list[str]] = {}
        check_text(text, MOST, "outcome", wrong)
        refuse(wrong)
        row.settled_on, row.outcome = day, text
        _save(row)
    return row


def reopen_matter(actor: Actor, matter_id: int, *, version: int | None, reason: str) -> CrossAgencyMatter:
    """It is not settled after all, with a reason; what was written as outcome stays in the history."""
    text = need_reason(reason)
    with recorded(by=actor, action="projects.reopen_matter", reason=text):
        row = _locked(actor, matter_id, version)
        if row.settled_on is None:
            raise CannotDo(_("這件事還沒有解決，不必重新提出。"))
        row.settled_on, row.outcome = None, ""
        _save(row)
    return row


def _set(row: CrossAgencyMatter, values: Mapping[str, Any]) -> None:
    wrong: dict[str, list[str]] = {}
    row.unit_id, row.text = values.get("unit_id") or 0, str(values.get("text") or "").strip()
    if row.unit_id not in organisations.tree():
        wrong["unit_id"] = [_("沒有這個機關，或已裁撤。請從清單選一個。")]
    elif row.unit_id in (row.project.agency_id, row.project.unit_id):
        wrong["unit_id"] = [_("請選別的機關：這是標案自己的機關。")]
    if not row.text:
        wrong["text"] = [_("請寫要對方協助什麼。")]
    check_text(row.text, MOST, "text", wrong)
    refuse(wrong)


def _locked(actor: Actor, matter_id: int, version: int | None) -> CrossAgencyMatter:
    rows = CrossAgencyMatter.objects.select_for_update(of=("self",)).select_related("project")
    found = rows.filter(pk=matter_id).first()
    if found is None:
        raise NotFound(_("找不到這件協調事項。請從標案的頁面進入。"))
    require(actor, EDIT, unit_in_charge(found.project))
    compare(found.version, version)
    return found


def _save(row: CrossAgencyMatter) -> None:
    row.version += 1
    row.save()
