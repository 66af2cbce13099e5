"""What publications add to the frame of every page: navigation, search, the public home."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shizheng.web import nav, published, search
from shizheng.web.templatetags.ui import day_text


def register() -> None:
    """Called once when the app is ready."""
    nav.register(
        nav.NavEntry(gettext_lazy("公布紀錄"), "publication:list", "certificate", "publication.view", 60)
    )
    nav.register(nav.NavEntry(gettext_lazy("公布的文件"), "published:list", "files", None, 30, area="public"))
    search.register(search.Provider("publications", gettext_lazy("公布"), find, 60))
    published.register(published.Section("publications", gettext_lazy("最近公布"), latest, 20))


def find(actor: Any, words: str, limit: int, as_of: date | None) -> Iterable[search.Hit]:
    """Publications by title, code or the id of a figure in them."""
    from shizheng.kernel.publication import queries

    rows = queries.visible_to(actor)
    for word in words.split()[:6]:
        rows = rows.filter(
            Q(title__icontains=word) | Q(code__iexact=word) | Q(figures__figure_id__iexact=word)
        )
    for each in rows.distinct()[:limit]:
        yield search.Hit(
            title=each.title,
            url=reverse("publication:publication", args=[each.code]),
            number=_("第 %(n)s 版") % {"n": each.edition},
            meta=day_text(localdate(each.issued_at)),
            icon="certificate",
        )


def latest() -> Iterable[published.PublishedItem]:
    """Standing publications for the public home, the newest first."""
    from shizheng.kernel.publication import queries

    for each in queries.standing()[:12]:
        yield published.PublishedItem(
            title=each.title,
            url=reverse("published:publication", args=[each.code]),
            day=localdate(each.issued_at),
        )
