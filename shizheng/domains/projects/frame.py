"""What tenders add to the frame of every page: navigation, search."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy

from shizheng.common.words import called
from shizheng.web import nav, search
from shizheng.web.nav import NavEntry


def register() -> None:
    """Called once when the app is ready."""
    nav.register(
        NavEntry(
            gettext_lazy("標案"), "projects:list", "building-bridge", "projects.view", 14,
            prefix="/projects/register/",
        )
    )  # fmt: skip
    search.register(search.Provider("projects", gettext_lazy("標案"), find, 26))


def find(actor: Any, words: str, limit: int, as_of: date | None) -> Iterable[search.Hit]:
    """Tenders by number, name, tender number, contractor or agency."""
    from shizheng.domains.projects.queries import projects as queries

    for each in queries.found(actor, words)[:limit]:
        yield search.Hit(
            title=each.name,
            url=reverse("projects:project", args=[each.pk]),
            number=each.number,
            meta=f"{called(each.agency)}　{each.get_state_display()}",
            icon="building-bridge",
        )
