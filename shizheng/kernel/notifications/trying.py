"""How the words of a template look with its example, for nobody in particular or for one person."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext, override

from shizheng.common import clock
from shizheng.common.words import called, read
from shizheng.kernel.notifications.models import Template, TemplateVersion
from shizheng.kernel.notifications.rules import fill, one_line
from shizheng.kernel.people import queries as people


@dataclass(frozen=True, slots=True)
class Shown:
    """One language of a preview."""

    language: str
    name: str
    subject: str
    body: str


def words_in(version: TemplateVersion) -> dict[str, str]:
    """The words of a version."""
    return {name: getattr(version, name) for name in ("subject", "body", "subject_en", "body_en")}


def shown(template: Template, words: Mapping[str, str], actor: Any, person_id: int | None) -> list[Shown]:
    """The checked words with the example's values, in each language that has words.

    For a person whom the actor may see the name and the unit are his or hers; for nobody, the example's.
    """
    user = people.visible_to(actor).filter(pk=person_id).first() if person_id else None
    posts = people.posts_on([user.pk], clock.today()) if user is not None else {}
    found = []
    for language, name, subject, body in (
        ("zh-hant", "繁體中文", words["subject"], words["body"]),
        ("en", "English", words["subject_en"], words["body_en"]),
    ):
        if not subject:
            continue
        with override(language):
            values: dict[str, Any] = {
                key: read(value) if isinstance(value, str) else value
                for key, value in template.example.items()
            }
            english_name = user.name_en if user is not None and language == "en" else ""
            values["recipient_name"] = (
                english_name or (user.display_name if user is not None else "") or gettext("收件人")
            )
            values["unit_name"] = (
                called(posts[user.pk].unit) if user is not None and user.pk in posts else gettext("所屬單位")
            )
        found.append(Shown(language, name, one_line(fill(subject, values)), fill(body, values)))
    return found
