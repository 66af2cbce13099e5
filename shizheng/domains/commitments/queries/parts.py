"""One unit's part and one request, as far as the reader may see the commitment."""

from shizheng.common.errors import NotFound
from shizheng.common.permissions import Actor
from shizheng.common.words import tell
from shizheng.domains.commitments.models import CommitmentUnit, Extension
from shizheng.domains.commitments.queries.commitments import GONE, visible_to


def owed_part(actor: Actor, owed_id: int) -> CommitmentUnit:
    """A unit's part with its commitment and list. Raises NotFound."""
    found = (
        CommitmentUnit.objects.select_related("unit", "commitment__list")
        .filter(pk=owed_id, commitment__in=visible_to(actor))
        .first()
    )
    if found is None:
        raise NotFound(tell(GONE))
    return found


def extension(actor: Actor, extension_id: int) -> Extension:
    """A request for more time with its commitment. Raises NotFound."""
    found = (
        Extension.objects.select_related("owed__unit", "owed__commitment__list")
        .filter(pk=extension_id, owed__commitment__in=visible_to(actor))
        .first()
    )
    if found is None:
        raise NotFound(tell("找不到這件展延申請，或您不能看。請從列管事項進入。"))
    return found
