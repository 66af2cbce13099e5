"""Categories, templates of replies and themes: shipped, changed in the browser."""

import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from django.utils.translation import gettext as _

from shizheng.common.errors import BadInput, Conflict, NotFound
from shizheng.common.permissions import SYSTEM, Actor, require
from shizheng.common.reasons import need_reason
from shizheng.domains.petitions.models import AnswerTemplate, Category, Theme
from shizheng.domains.petitions.rules.templates import MOST_ASKED, asked
from shizheng.kernel.history.actions import recorded


def load_shipped_reference() -> int:
    """Add shipped categories, templates and themes that are not there yet; what an installation changed stays. Returns how many were added."""
    with recorded(by=SYSTEM, action="petitions.load_shipped"):
        return _load_categories() + _load_templates() + _load_themes()


def _read(name: str) -> dict[str, Any]:
    text = files("shizheng.domains.petitions").joinpath("data", name).read_text(encoding="utf-8")
    return tomllib.loads(text)


def _load_categories() -> int:
    added = 0
    for place, (code, said) in enumerate(_read("categories.toml").items()):
        top, made = Category.objects.get_or_create(
            code=code, defaults={"name": said["name"], "name_en": said["name_en"], "order": place * 100}
        )
        added += made
        for number, (child, (name, name_en, usual)) in enumerate(said["children"].items(), start=1):
            _row, made = Category.objects.get_or_create(
                code=child,
                defaults={
                    "name": name, "name_en": name_en, "usual_class": usual, "parent": top,
                    "order": place * 100 + number,
                },
            )  # fmt: skip
            added += made
    return added


def _load_templates() -> int:
    by_code = {each.code: each for each in Category.objects.all()}
    added = 0
    for each in _read("templates.toml")["template"]:
        _row, made = AnswerTemplate.objects.get_or_create(
            name=each["name"],
            defaults={"text": each["text"], "category": by_code.get(each.get("category", ""))},
        )
        added += made
    return added


def _load_themes() -> int:
    added = 0
    for each in _read("themes.toml")["theme"]:
        said = {"name_en": each["name_en"], "words": "\n".join(each["words"]), "note": each["note"]}
        added += Theme.objects.get_or_create(name=each["name"], defaults=said)[1]
    return added


def save_template(
    actor: Actor,
    template_id: int | None,
    *,
    version: int | None,
    changes: Mapping[str, Any],
    reason: str = "",
) -> AnswerTemplate:
    """Write a template of replies, or change one with the reason. `changes`: name, category_id, text, in_use.

    Raises NotPermitted, NotFound, Conflict, BadInput.
    """
    text = need_reason(reason) if template_id is not None else reason.strip()
    with recorded(by=actor, action="petitions.save_template", reason=text):
        require(actor, "petitions.manage")
        row = AnswerTemplate()
        if template_id is not None:
            found = AnswerTemplate.objects.select_for_update().filter(pk=template_id).first()
            if found is None:
                raise NotFound(_("找不到這份範本。請從答復範本清單進入。"))
            if version is not None and found.version != version:
                raise Conflict(_("範本「%(name)s」剛才已由別人修改，您的修改沒有存。") % {"name": found.name})
            row, found.version = found, found.version + 1
        for name in ("name", "category_id", "text", "in_use"):
            if name in changes:
                setattr(row, name, changes[name])
        _check(row)
        row.save()
    return row


def _check(row: AnswerTemplate) -> None:
    wrong: dict[str, list[str]] = {}
    if not row.name.strip() or len(row.name) > 80:
        wrong["name"] = [_("名稱要寫，最多 %(n)s 字。") % {"n": 80}]
    elif AnswerTemplate.objects.exclude(pk=row.pk).filter(name=row.name).exists():
        wrong["name"] = [_("已經有同名的範本。")]
    if not row.text.strip() or len(row.text) > 5000:
        wrong["text"] = [_("範本要寫，最多 %(n)s 字。") % {"n": 5000}]
    elif len(asked(row.text)) > MOST_ASKED:
        wrong["text"] = [_("一份範本最多問 %(n)s 件事。") % {"n": MOST_ASKED}]
    if row.category_id and not Category.objects.filter(pk=row.category_id).exists():
        wrong["category_id"] = [_("沒有這個分類，請從清單選。")]
    if wrong:
        raise BadInput(_("範本沒有存：請改正標示的欄位。"), fields=wrong)
