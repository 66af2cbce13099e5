"""What the rulebook adds to the frame of every page: navigation, my work, search."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from shizheng.common.roc import in_words
from shizheng.common.together import Asked
from shizheng.web import nav, search, speech, work


def register() -> None:
    """Called once when the app is ready."""
    from shizheng.kernel.rulebook import queries

    nav.register(
        nav.NavEntry(
            pgettext_lazy("nav", "規則"), "rulebook:list", "scale", "rulebook.view", 45, area="system"
        )
    )
    work.register(work_items)
    search.register(search.Provider("rules", gettext_lazy("規則"), find, 60))
    speech.register_names(queries.english_names)


def work_items(actor: Any, today: date) -> Iterable[work.WorkItem | Asked]:
    """Proposals of others that the actor may decide on."""
    from shizheng.kernel.rulebook import queries

    rows = queries.waiting_for(actor)[:20]
    yield rows
    for row in rows:
        who = row.proposed_by.display_name if row.proposed_by else _("系統")
        yield work.WorkItem(
            due=row.valid_from if row.valid_from > today else None,
            title=_("核准規則 %(rule)s 的修改") % {"rule": row.rule},
            why=_("%(who)s提案，自%(day)s起適用；需要提案人以外的人決定")
            % {"who": who, "day": in_words(row.valid_from)},
            url=reverse("rulebook:proposal", args=[row.pk]),
            button=_("看影響並決定"),
            kind=_("規則"),
            icon="scale",
        )


def find(actor: Any, words: str, limit: int, as_of: date | None) -> Iterable[search.Hit]:
    """Rules by code, row of the plans, name or meaning."""
    from shizheng.kernel.rulebook import queries

    for rule in queries.searched(actor, words)[:limit]:
        yield search.Hit(
            title=rule.name,
            url=reverse("rulebook:rule", args=[rule.code]),
            number=rule.code,
            meta=rule.get_topic_display(),
            icon="scale",
        )
