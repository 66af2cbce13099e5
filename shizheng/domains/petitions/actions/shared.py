"""What the actions on petitions share."""

from shizheng.common.errors import NotFound
from shizheng.common.permissions import Actor
from shizheng.common.words import tell
from shizheng.domains.petitions.models import Petition, Reply
from shizheng.domains.petitions.rules.workflow import KIND
from shizheng.kernel.cases import queries as cases


def seen(actor: Actor, case_id: int) -> Petition:
    """The petition of a case that the actor may see. Raises NotFound."""
    row = Petition.objects.select_related("case").filter(case=case_id, case__kind=KIND).first()
    if row is None or (actor.pk is not None and not cases.may_read(actor, case_id)):
        raise NotFound(tell("找不到這件陳情，或您不能看。請從陳情案件清單進入。"))
    return row


def standing_reply(row: Petition) -> Reply | None:
    """The draft or reply that stands: the last one, locked."""
    return row.replies.select_for_update().order_by("-serial").first()
