"""Categories of petitions: added, changed, retired; never deleted, because petitions are counted by them."""

import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from shizheng.common.errors import BadInput, Conflict, NotFound
from shizheng.common.permissions import Actor, require
from shizheng.common.reasons import need_reason
from shizheng.domains.petitions.models import Category
from shizheng.domains.petitions.rules.classes import PetitionClass
from shizheng.kernel.history.actions import recorded

FIELDS = ("name", "name_en", "parent_id", "usual_class", "order", "in_use")
"""What can be changed; the code stays what it was, because files and programs name categories by it."""
LARGEST_ORDER = 32767
CODE = re.compile(r"[a-z][a-z0-9_-]{0,39}")


def save_category(
    actor: Actor,
    category_id: int | None,
    *,
    version: int | None,
    changes: Mapping[str, Any],
    reason: str = "",
) -> Category:
    """Add a category (`changes` with its `code`), or change one with the reason; `in_use` False retires it.

    Two levels: a heading stands below none, and one with categories below it does not move. Raises NotPermitted, NotFound,
    Conflict, BadInput.
    """
    text = need_reason(reason) if category_id is not None else reason.strip()
    with recorded(by=actor, action="petitions.save_category", reason=text):
        require(actor, "petitions.manage")
        if category_id is None:
            row = Category(code=str(changes.get("code", "")).strip())
        else:
            found = Category.objects.select_for_update().filter(pk=category_id).first()
            if found is None:
                raise NotFound(_("找不到這個分類。請從陳情分類清單進入。"))
            if version is not None and found.version != version:
                raise Conflict(_("分類「%(name)s」剛才已由別人修改，您的修改沒有存。") % {"name": found.name})
            row, found.version = found, found.version + 1
        for name in FIELDS:
            if name in changes:
                setattr(row, name, changes[name])
        row.name, row.name_en = row.name.strip(), row.name_en.strip()
        _check(row)
        row.save()
    return row


def _check(row: Category) -> None:
    wrong = {**_named_wrong(row), **_placed_wrong(row)}
    if row.pk is None and not CODE.fullmatch(row.code):
        wrong["code"] = _("代碼要用小寫英文字母開頭，只有英文字母、數字、- 和 _，最多 40 字。")
    elif row.pk is None and Category.objects.filter(code=row.code).exists():
        wrong["code"] = _("這個代碼已經用過。")
    if row.usual_class and row.usual_class not in {each.value for each in PetitionClass}:
        wrong["usual_class"] = _("沒有這個類別，請從清單選。")
    if not 0 <= row.order <= LARGEST_ORDER:
        wrong["order"] = _("順序要在 0 到 %(n)s 之間。") % {"n": LARGEST_ORDER}
    if wrong:
        fields = {name: [message] for name, message in wrong.items()}
        raise BadInput(_("分類沒有存：請改正標示的欄位。"), fields=fields)


def _named_wrong(row: Category) -> dict[str, str]:
    beside = Category.objects.exclude(pk=row.pk).filter(name=row.name, parent=row.parent_id)
    if not row.name or len(row.name) > 60:
        return {"name": _("名稱要寫，最多 %(n)s 字。") % {"n": 60}}
    if beside.exists():
        return {"name": _("同一個上層分類裡已經有這個名稱。")}
    return {"name_en": _("最多 %(n)s 字。") % {"n": 120}} if len(row.name_en) > 120 else {}


def _placed_wrong(row: Category) -> dict[str, str]:
    """Two levels, and nothing in use below what is not."""
    below = Category.objects.filter(parent=row.pk) if row.pk is not None else Category.objects.none()
    if row.parent_id is None:
        if not row.in_use and below.filter(in_use=True).exists():
            return {"in_use": _("下面還有使用中的分類，請先停用它們。")}
        return {}
    top = Category.objects.exclude(pk=row.pk).filter(pk=row.parent_id, parent=None).first()
    if top is None:
        return {"parent_id": _("分類只有兩層：請選一個最上層的分類。")}
    if below.exists():
        return {"parent_id": _("這個分類下面還有分類，不能移到別的分類下面。")}
    if row.in_use and not top.in_use:
        return {"in_use": _("上層分類已停用，請先恢復使用上層。")}
    return {}
