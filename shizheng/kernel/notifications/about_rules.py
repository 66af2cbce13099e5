"""A proposal about the rulebook: who may approve it is told, and its author when it is decided."""

from django.urls import reverse

from shizheng.common.permissions import Actor
from shizheng.common.roc import format_roc
from shizheng.common.words import N_
from shizheng.kernel.notifications import actions
from shizheng.kernel.people.holders import holders_by_unit
from shizheng.kernel.rulebook.events import Happening

DECISIONS = {"in_force": N_("核准"), "rejected": N_("退回"), "withdrawn": N_("撤回")}
"""In the language of the record; each receiver reads them in his or her own."""


def tell_about(happened: Happening) -> None:
    """Told by the rulebook inside the transaction of what happened."""
    if happened.what == "proposed":
        to = frozenset().union(*holders_by_unit("rulebook.approve").values()) - {happened.by.pk}
        template, decision = "rulebook.proposed", ""
    elif happened.author_id is not None and happened.author_id != happened.by.pk:
        to, template, decision = (
            frozenset({happened.author_id}),
            "rulebook.decided",
            DECISIONS[happened.decision],
        )
    else:
        return
    actions.notify(
        key=f"rulebook:{happened.version_id}:{happened.what}",
        template=template,
        to=[user for user in to if user is not None],
        context={
            "rule": happened.code, "name": happened.name, "who": _name(happened.by), "decision": decision,
            "day": format_roc(happened.valid_from), "reason": happened.reason,
        },
        url=reverse("rulebook:proposal", args=[happened.version_id]),
        about=("rulebook.ruleversion", happened.version_id),
    )  # fmt: skip


def _name(actor: Actor) -> str:
    return str(getattr(actor, "acting_name", actor.display_name))
