"""What every action of planning needs: the locked plan and the version check."""

from django.db import connection
from django.utils.translation import gettext as _

from shizheng.common.errors import Conflict, NotFound
from shizheng.common.words import listed
from shizheng.domains.planning.models import Plan, PlanState
from shizheng.domains.planning.rules.workflow import TRANSITIONS


def lock_for_import(agency_id: int) -> None:
    """Imports for one agency go one after another, until the running transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('planning.import'), %s)", [agency_id])


def locked_plan(plan_id: int, version: int | None = None) -> Plan:
    """The plan, locked until the transaction ends. `version` is the one read; None skips the comparison."""
    plan = Plan.objects.select_for_update(of=("self",)).select_related("agency").filter(pk=plan_id).first()
    if plan is None:
        raise NotFound(_("找不到這份計畫，可能已被捨棄；沒有執行任何動作。請從計畫清單進入。"))
    if version is not None and plan.version != version:
        raise Conflict(
            _("您打開之後，這份計畫又改過了，您的動作沒有執行。請重新整理，看過最新的內容再做一次。")
        )
    return plan


def touch(plan: Plan, *fields: str) -> None:
    """Save the plan's changed fields with the next version."""
    plan.version += 1
    plan.save(update_fields=[*fields, "version"])


def need_state(plan: Plan, *states: PlanState, doing: str) -> None:
    """Refuse unless the plan is in one of the states."""
    if plan.state not in states:
        allowed = listed(str(state.label) for state in states)
        raise Conflict(
            _("這份計畫現在是「%(state)s」，不能%(doing)s（要是%(allowed)s才行）。沒有執行任何動作。")
            % {"state": plan.get_state_display(), "doing": doing, "allowed": allowed}
        )


def need_transition(plan: Plan, name: str) -> None:
    """Refuse unless the plan is in a state from which that act leads on (rules.workflow)."""
    act = TRANSITIONS[name]
    need_state(plan, *(PlanState(source) for source in act.sources), doing=_(act.label))
