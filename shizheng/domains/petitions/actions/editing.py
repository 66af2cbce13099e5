"""What is put right after receipt: category, place, and the class with its limit. The citizen's words stay as they came."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from shizheng.common.errors import BadInput, CannotDo
from shizheng.common.permissions import Actor, require
from shizheng.common.reasons import need_reason
from shizheng.domains.petitions.actions.shared import seen
from shizheng.domains.petitions.actions.wording import keep_wording
from shizheng.domains.petitions.models import Category, Petition
from shizheng.domains.petitions.rules.classes import LIMITS, PetitionClass
from shizheng.kernel.cases import actions as cases
from shizheng.kernel.history.actions import recorded

EDITED = ("category_id", "place")


def edit_petition(
    actor: Actor, case_id: int, *, version: int | None, changes: Mapping[str, Any], reason: str
) -> Petition:
    """Put category or place right, with the reason. `changes`: category_id (None: not sorted), place (at most 200 characters).

    Raises NotFound, NotPermitted, Conflict (changed since), BadInput.
    """
    text = need_reason(reason)
    row = seen(actor, case_id)
    with recorded(by=actor, action="petitions.edit", reason=text):
        case = cases.locked_case(case_id, version)
        require(actor, "petitions.handle", case.unit_id)
        row = Petition.objects.get(pk=row.pk)
        for name in EDITED:
            if name in changes:
                setattr(row, name, changes[name])
        row.place = row.place.strip()
        _check(row)
        row.save(update_fields=list(EDITED))
        keep_wording(row, case)
        case.version += 1
        case.save(update_fields=["version"])
    return row


def _check(row: Petition) -> None:
    wrong: dict[str, list[str]] = {}
    if row.category_id is not None and not Category.objects.filter(pk=row.category_id).exists():
        wrong["category_id"] = [_("沒有這個分類，請從清單選。")]
    if len(row.place) > 200:
        wrong["place"] = [_("最多 %(n)s 字。") % {"n": 200}]
    if wrong:
        raise BadInput(_("修改沒有存：請改正標示的欄位。"), fields=wrong)


def change_class(
    actor: Actor, case_id: int, *, version: int | None, petition_class: str, reason: str, told: str
) -> Petition:
    """Let a petition be of another class, whose limit then counts from receipt; with how the citizen was told (CP-01 to CP-05).

    Raises NotFound, NotPermitted, Conflict, BadInput, CannotDo (answered, late, of that class already).
    """
    text = need_reason(reason)
    row = seen(actor, case_id)
    if petition_class not in {each.value for each in PetitionClass}:
        message = _("沒有這個類別，請從清單選。")
        raise BadInput(message, fields={"petition_class": [message]})
    with recorded(by=actor, action="petitions.change_class", reason=text):
        cases.locked_case(case_id, version)
        require(actor, "petitions.assign", row.case.unit_id)
        row = Petition.objects.get(pk=row.pk)
        if row.petition_class == petition_class:
            raise CannotDo(_("這件已經是這個類別，沒有執行。"), code="same_class")
        if row.answered_at is not None:
            raise CannotDo(_("這件已經答復，不能再改類別，沒有執行。"), code="answered")
        row.petition_class = petition_class
        row.save(update_fields=["petition_class"])
        limit = LIMITS[PetitionClass(petition_class)]
        cases.change_limit(actor, case_id, version=None, limit=limit, reason=text, told=told)
    return row
