"""Photographs of a petition that is still being written: checked, what the camera wrote read and taken out, the pixels kept for a day."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from shizheng.common.errors import BadInput, CannotDo
from shizheng.kernel.files import actions as files
from shizheng.kernel.files.store import FILES

MOST = 5


def add_photographs(
    kept: list[dict[str, Any]], uploads: Iterable[Any]
) -> tuple[list[dict[str, Any]], list[str]]:
    """What was kept with what passed of the new ones, and why others were refused.

    Bytes are those of the bare picture; no row names them until the petition is sent, so the hourly job clears them away
    after a day.
    """
    found, refused = list(kept), []
    for each in uploads:
        if len(found) >= MOST:
            refused.append(_("照片最多 %(n)s 張，「%(name)s」沒有收下。") % {"n": MOST, "name": each.name})
            continue
        try:
            looked = files.look_at_photograph(each, each.name)
        except CannotDo as failure:
            refused.append(failure.message)
            continue
        sha256 = FILES.keep(looked.whole.data)
        if any(one["sha256"] == sha256 for one in found):
            continue
        place = [looked.facts.longitude, looked.facts.latitude]
        found.append(
            {
                "sha256": sha256,
                "name": looked.whole.checked.name,
                "point": place if None not in place else None,
                "taken": looked.facts.taken,
            }
        )
    return found, refused


def photographs_again(kept: Iterable[dict[str, Any]]) -> list[Any]:
    """The kept ones as `receive_petition` takes them. Raises BadInput where bytes are gone."""
    looked = []
    for each in kept:
        try:
            looked.append(files.look_at_photograph(FILES.read(each["sha256"]), each["name"]))
        except CannotDo as failure:
            text = _("照片「%(name)s」已經清除，沒有送出。請重新選擇照片。") % {"name": each["name"]}
            raise BadInput(text, fields={"photographs": [text]}) from failure
    return looked
