"""Reading requests for correction."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from shizheng.common.errors import NotFound
from shizheng.common.permissions import Actor
from shizheng.kernel.filing.models import CorrectionRequest
from shizheng.kernel.filing.queries.scope import visible


def corrections(actor: Actor) -> QuerySet[CorrectionRequest]:
    """Requests about returns that the actor may see, newest first."""
    rows = CorrectionRequest.objects.select_related(
        "filing__round", "filing__unit", "asked_by", "decided_by"
    ).order_by("-id")
    return rows.filter(visible(actor, "filing__"))


def correction(actor: Actor, request_id: int) -> CorrectionRequest:
    """One request. Raises NotFound."""
    found = corrections(actor).filter(pk=request_id).first()
    if found is None:
        raise NotFound(_("找不到這筆更正申請，或您不能看。請從更正清單進入。"))
    return found
