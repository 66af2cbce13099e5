"""How categories are offered over Open311, and what each of them asks: maintained by who maintains the categories."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from shizheng.common.errors import BadInput, Conflict, NotFound
from shizheng.common.permissions import Actor, require
from shizheng.common.reasons import need_reason
from shizheng.domains.petitions.models import Category, CategoryAttribute, Datatype, OpenService, Timing
from shizheng.domains.petitions.models.open311 import LISTS
from shizheng.kernel.history.actions import recorded

SERVICE = ("offered", "timing", "description", "description_en", "words_public", "others_listed")
ATTRIBUTE = (
    "datatype", "label", "label_en", "help", "help_en", "required", "variable", "values", "order", "in_use",
)  # fmt: skip
MOST_VALUES, MOST_ATTRIBUTES = 60, 30
CODE = re.compile(r"[A-Za-z0-9_-]{1,40}")


def save_service(
    actor: Actor, category_id: int, *, version: int | None, changes: Mapping[str, Any], reason: str
) -> OpenService:
    """Say how a category below a heading is offered. `changes`: SERVICE.

    Raises NotPermitted, NotFound, Conflict, BadInput.
    """
    with recorded(by=actor, action="petitions.save_service", reason=need_reason(reason)):
        require(actor, "petitions.manage")
        category = _category(category_id)
        row, _made = OpenService.objects.select_for_update().get_or_create(
            category=category, defaults={"version": 0}
        )
        if version is not None and row.version != version:
            raise Conflict(
                _("「%(name)s」的設定剛才已由別人修改，您的修改沒有存。") % {"name": category.name}
            )
        for name in SERVICE:
            if name in changes:
                setattr(row, name, changes[name])
        wrong: dict[str, list[str]] = {}
        for name in ("description", "description_en"):
            if len(getattr(row, name)) > 300:
                wrong[name] = [_("最多 %(n)s 字。") % {"n": 300}]
        if row.timing not in Timing.values:
            wrong["timing"] = [_("請從清單選。")]
        if wrong:
            raise BadInput(_("設定沒有存：請改正標示的欄位。"), fields=wrong)
        row.version += 1
        row.save()
    return row


def save_attribute(
    actor: Actor,
    category_id: int,
    attribute_id: int | None,
    *,
    version: int | None,
    changes: Mapping[str, Any],
    reason: str = "",
) -> CategoryAttribute:
    """Add a question to a category, or change one with the reason. `changes`: ATTRIBUTE, and `code` for a new one.

    A code stays as it is: programs know it. Raises NotPermitted, NotFound, Conflict, BadInput.
    """
    text = need_reason(reason) if attribute_id is not None else reason.strip()
    with recorded(by=actor, action="petitions.save_attribute", reason=text):
        require(actor, "petitions.manage")
        category = _category(category_id)
        row = CategoryAttribute(category=category, code=str(changes.get("code", "")).strip())
        if attribute_id is not None:
            row = _attribute(category, attribute_id, version)
        for name in ATTRIBUTE:
            if name in changes:
                setattr(row, name, changes[name])
        _check(row)
        row.save()
    return row


def _category(category_id: int) -> Category:
    row = Category.objects.select_for_update().filter(pk=category_id, parent__isnull=False).first()
    if row is None:
        raise NotFound(_("找不到這個分類，或它是上層分類。請從 Open311 服務清單進入。"))
    return row


def _attribute(category: Category, attribute_id: int, version: int | None) -> CategoryAttribute:
    row = CategoryAttribute.objects.select_for_update().filter(category=category, pk=attribute_id).first()
    if row is None:
        raise NotFound(_("找不到這個題目。請從 Open311 服務清單進入。"))
    if version is not None and row.version != version:
        raise Conflict(_("題目「%(name)s」剛才已由別人修改，您的修改沒有存。") % {"name": row.label})
    row.version += 1
    return row


def _check(row: CategoryAttribute) -> None:
    wrong: dict[str, list[str]] = {}
    others = CategoryAttribute.objects.filter(category=row.category).exclude(pk=row.pk)
    if not CODE.fullmatch(row.code):
        wrong["code"] = [_("代碼用英文字母、數字、- 或 _，最多 40 字。")]
    elif others.filter(code=row.code).exists():
        wrong["code"] = [_("這個分類已經有同代碼的題目。")]
    if row.pk is None and others.count() >= MOST_ATTRIBUTES:
        wrong["code"] = [_("一個分類最多 %(n)s 題。") % {"n": MOST_ATTRIBUTES}]
    if row.datatype not in Datatype.values:
        wrong["datatype"] = [_("請從清單選。")]
    for name in ("label", "label_en", "help", "help_en"):
        if len(getattr(row, name)) > 200:
            wrong[name] = [_("最多 %(n)s 字。") % {"n": 200}]
    if not row.label.strip():
        wrong["label"] = [_("問題要寫。")]
    if row.datatype in LISTS:
        row.values = _values(row.values, wrong)
    else:
        row.values = []
    if wrong:
        raise BadInput(_("題目沒有存：請改正標示的欄位。"), fields=wrong)


def _values(given: Sequence[Any], wrong: dict[str, list[str]]) -> list[dict[str, str]]:
    """Options as they are kept: a key that is there once, and a name."""
    found = [
        {name: str(each.get(name, "")).strip() for name in ("key", "name", "name_en")}
        for each in given
        if isinstance(each, Mapping)
    ]
    keys = [each["key"] for each in found]
    if not 1 <= len(found) <= MOST_VALUES or len(found) != len(given):
        wrong["values"] = [_("要有 1 到 %(n)s 個選項。") % {"n": MOST_VALUES}]
    elif not all(CODE.fullmatch(key) for key in keys) or len(set(keys)) != len(keys):
        wrong["values"] = [_("每個選項的代碼用英文字母、數字、- 或 _，不能重複。")]
    elif not all(each["name"] for each in found) or any(
        len(each[name]) > 120 for each in found for name in ("name", "name_en")
    ):
        wrong["values"] = [_("每個選項要有名稱，最多 %(n)s 字。") % {"n": 120}]
    return found
