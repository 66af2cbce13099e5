"""A plan's life: draft, accepted, published, superseded by a later edition (X-33)."""

from django.utils.translation import gettext as _

from shizheng.common import clock
from shizheng.common.errors import CannotDo
from shizheng.common.permissions import Actor, require
from shizheng.common.reasons import need_reason
from shizheng.domains.planning.actions.defining import define_plan
from shizheng.domains.planning.actions.shared import locked_plan, need_transition, touch
from shizheng.domains.planning.models import Plan, PlanState
from shizheng.kernel.history.actions import recorded
from shizheng.kernel.publication import actions as publication


def accept_plan(actor: Actor, plan_id: int, *, version: int | None, reason: str = "") -> Plan:
    """Bring a draft into force: its KPIs get definitions, and an earlier edition of the year is superseded.

    What the printed 衡量標準 leaves open stays 待確認 in the definition.
    """
    with recorded(by=actor, action="planning.accept_plan", reason=reason.strip()):
        plan = locked_plan(plan_id, version)
        require(actor, "planning.accept", plan.agency_id)
        need_transition(plan, "accept_plan")
        if not plan.goals.exists() and not plan.work_plans.exists():
            raise CannotDo(_("這份計畫沒有任何目標或工作計畫，不能採認。請先補上內容，或捨棄後重新匯入。"))
        for earlier in _in_force(plan):
            earlier.state = PlanState.SUPERSEDED
            touch(earlier, "state")
        plan.state = PlanState.ACCEPTED
        plan.accepted_at, plan.accepted_by = clock.now(), actor.display_name
        touch(plan, "state", "accepted_at", "accepted_by")
        define_plan(actor, plan)
    return plan


def publish_plan(actor: Actor, plan_id: int, *, version: int | None, reason: str = "") -> Plan:
    """Show an accepted plan to everybody, and issue it: content, figures and files are kept, or nothing is done."""
    with recorded(by=actor, action="planning.publish_plan", reason=reason.strip()):
        plan = locked_plan(plan_id, version)
        require(actor, "planning.publish", plan.agency_id)
        need_transition(plan, "publish_plan")
        plan.state, plan.published_at = PlanState.PUBLISHED, clock.now()
        touch(plan, "state", "published_at")
        publication.issue(actor, "planning.plan", plan.pk, reason=reason, by_domain=True)
    return plan


def withdraw_plan(actor: Actor, plan_id: int, *, version: int | None, reason: str) -> Plan:
    """Take a published plan back from the public site, with a reason; inside it stays in force.

    Its publication is marked withdrawn; what was issued stays on record.
    """
    with recorded(by=actor, action="planning.withdraw_plan", reason=need_reason(reason)):
        plan = locked_plan(plan_id, version)
        require(actor, "planning.publish", plan.agency_id)
        need_transition(plan, "withdraw_plan")
        plan.state, plan.published_at = PlanState.ACCEPTED, None
        touch(plan, "state", "published_at")
        publication.withdraw_of_subject(actor, "planning.plan", plan.pk, reason=reason)
    return plan


def _in_force(plan: Plan) -> list[Plan]:
    return list(
        Plan.objects.select_for_update(of=("self",)).filter(
            agency_id=plan.agency_id,
            roc_year=plan.roc_year,
            state__in=[PlanState.ACCEPTED, PlanState.PUBLISHED],
        )
    )
