"""What promises add to the frame of every page: navigation, my work, search, the public home."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shizheng.common.together import Asked
from shizheng.common.words import called
from shizheng.web import nav, published, search, work
from shizheng.web.nav import NavEntry


def register() -> None:
    """Called once when the app is ready."""
    nav.register(
        NavEntry(
            gettext_lazy("政見"),
            "planning:promises",
            "flag",
            "planning.view",
            13,
            prefix="/planning/promises/",
        )
    )
    nav.register(NavEntry(gettext_lazy("政見"), "planning:public_promises", "flag", None, 25, area="public"))
    work.register(work_items)
    search.register(search.Provider("promises", gettext_lazy("政見"), find, 25))
    published.register(published.Section("promises", gettext_lazy("政見與行動計畫"), published_items, 20))


def work_items(actor: Any, today: date) -> Iterable[work.WorkItem | Asked]:
    """Programmes to publish. What is to be filed each quarter comes from the filing of promises itself."""
    from shizheng.domains.planning.queries import promises as queries

    rows = queries.to_publish(actor)[:5]
    yield rows
    for each in rows:
        yield work.WorkItem(
            due=None,
            title=_("公布 %(title)s") % {"title": each.title},
            why=_("已有行動計畫，還沒有公布"),
            url=reverse("planning:programme", args=[each.pk]),
            button=_("看政見"),
            kind=_("政見"),
            icon="flag",
        )


def find(actor: Any, words: str, limit: int, as_of: date | None) -> Iterable[search.Hit]:
    """Promises by code, title or main agency."""
    from shizheng.domains.planning.queries import promises as queries

    for each in queries.promises_found(actor, words)[:limit]:
        agency = called(each.main_agency) if each.main_agency else ""
        yield search.Hit(
            title=each.title,
            url=reverse("planning:promise", args=[each.pk]),
            number=each.code,
            meta=f"{each.get_kind_display()}　{agency}",
            icon="flag",
        )


def published_items() -> Iterable[published.PublishedItem]:
    """Published programmes for the public home, the newest term first."""
    from shizheng.domains.planning.queries import promises as queries

    for each in queries.published_programmes()[:8]:
        yield published.PublishedItem(
            title=each.title, url=reverse("planning:public_programme", args=[each.pk]), owner="", note=""
        )
