"""Telling people about cases, in the transaction of what happened."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from shizheng.common.permissions import Actor
from shizheng.common.roc import format_roc
from shizheng.common.words import for_the_record
from shizheng.kernel.cases.models import Case, How
from shizheng.kernel.cases.registry import CaseKind
from shizheng.kernel.filing import notices
from shizheng.kernel.filing.notices import Notice
from shizheng.kernel.people.holders import Finder

LABEL = "cases.case"


def notice(
    case: Case, kind: CaseKind, key: str, to: Iterable[int], *, urgent: bool = False, **more: str
) -> Notice:
    """What is said to people about a case."""
    with for_the_record():
        due = format_roc(case.due_on) if case.due_on else _("未定")
    context = {"number": case.number, "title": case.title, "unit": case.unit.name, "due": due, **more}
    return Notice(f"cases:{case.pk}:{key}", to, context, kind.url(case.pk), (LABEL, case.pk), urgent)


def tell(
    actor: Actor, case: Case, kind: CaseKind, how: How, unit_id: int, officer_id: int | None, reason: str
) -> int:
    """Tell who gets a case: the officer, or who handles (what was handed back: who assigns) nearest to the unit."""
    template = {How.RETURNED: "cases.returned", How.RULED: "cases.ruled"}.get(how, "cases.assigned")
    verb = "assign" if how == How.RETURNED else "handle"
    to = (
        frozenset({officer_id})
        if officer_id is not None
        else Finder().people(unit_id, kind.permission(verb)) - {actor.pk or 0}
    )
    said = notice(case, kind, f"{how}:{case.version}", to, who=actor.display_name, reason=reason)
    return notices.send_all(template, [said])
