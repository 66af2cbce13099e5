"""Erasing what is in files whose time is over: personal data in photographs go with those whom they concern."""

from shizheng.common.permissions import Actor
from shizheng.common.reasons import need_reason
from shizheng.kernel.files import queries
from shizheng.kernel.files.models import Erasure
from shizheng.kernel.history.actions import recorded


def erase_all(actor: Actor, label: str, pk: int, *, reason: str) -> int:
    """Erase what is in every file of something (helper: the caller has asked for its own permission). Returns how many.

    From the end of the transaction on nobody can open them. Their bytes are cleared away by the hourly job, unless another
    file has the same ones; rows, hashes and who kept them stay. Done before: nothing more is done. Raises BadInput.
    """
    text = need_reason(reason)
    with recorded(by=actor, action="files.erase", reason=text):
        found = [each for each in queries.stored(label, pk) if not queries.is_erased(each)]
        for each in found:
            Erasure.objects.create(file=each, reason=text)
    return len(found)
