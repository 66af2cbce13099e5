"""What grants add to the frame of every page: navigation, what RDEC has to do, the public home."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shizheng.common.roc import year_number
from shizheng.common.together import Asked
from shizheng.common.words import called
from shizheng.web import nav, published, work
from shizheng.web.nav import NavEntry


def register() -> None:
    """Called once when the app is ready."""
    nav.register(
        NavEntry(
            gettext_lazy("補助款"),
            "projects:grants",
            "coins",
            "projects.view",
            15,
            prefix="/projects/grants/",
        )
    )
    work.register(work_items)
    published.register(published.Section("grants", gettext_lazy("補助款成效"), published_items, 45))


def work_items(actor: Any, today: date) -> Iterable[work.WorkItem | Asked]:
    """Selection, publication and report, soon due or let pass (the agencies' part is a filing, with its own ladder)."""
    from shizheng.domains.projects.queries.grant_calendar import to_do_steps

    for year, each in (yield from to_do_steps(actor, today)):
        yield work.WorkItem(
            due=each.due,
            title=each.title,
            why=_("%(year)s 年%(programme)s")
            % {"year": year_number(year.roc_year), "programme": called(year.programme)},
            url=each.url,
            button=_("去辦"),
            kind=_("補助款"),
            icon="coins",
        )


def published_items() -> Iterable[published.PublishedItem]:
    """Quarters that were published, the newest first."""
    from shizheng.domains.projects.publications import GRANT_QUARTER
    from shizheng.kernel.publication import queries as publication

    for each in publication.public_rows().filter(kind=GRANT_QUARTER).order_by("-issued_at")[:8]:
        yield published.PublishedItem(
            title=each.title,
            url=reverse("published:publication", args=[each.code]),
            day=each.issued_at.date(),
        )
