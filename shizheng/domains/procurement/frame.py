"""What supervision adds to the frame of every page: navigation, my work, search."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shizheng.common.roc import in_words
from shizheng.common.together import Asked
from shizheng.common.words import called, read
from shizheng.domains.procurement.rules.failed import KIND_LABELS, Kind
from shizheng.kernel.files import access
from shizheng.web import nav, search, work
from shizheng.web.nav import NavEntry


def register() -> None:
    """Called once when the app is ready."""
    nav.register(
        NavEntry(
            gettext_lazy("流廢標督導"), "procurement:cases", "gavel", "procurement.view", 15,
            prefix="/procurement/failed/",
        )
    )  # fmt: skip
    nav.register(
        NavEntry(
            gettext_lazy("基本設計審議"), "procurement:reviews", "clipboard-check", "procurement.view", 15,
            prefix="/procurement/reviews/",
        )
    )  # fmt: skip
    search.register(search.Provider("reviews", gettext_lazy("基本設計審議"), find_reviews, 28))
    access.register(
        "procurement.review",
        lambda actor, _pk: actor.may("procurement.view"),
        name=gettext_lazy("基本設計審議"),
        address=lambda pk: reverse("procurement:review", args=[pk]),
    )
    work.register(reviews_waiting)
    search.register(search.Provider("procurement", gettext_lazy("流廢標督導案"), find, 27))
    work.register(work_items)


def find(actor: Any, words: str, limit: int, as_of: date | None) -> Iterable[search.Hit]:
    """Cases by tender number, name or agency."""
    from shizheng.domains.procurement.queries import failed as queries

    for each in queries.found(actor, words)[:limit]:
        yield search.Hit(
            title=each.name,
            url=reverse("procurement:case", args=[each.pk]),
            number=each.tender_no,
            meta=f"{called(each.agency)}　{each.get_outcome_display()}",
            icon="gavel",
        )


def work_items(actor: Any, today: date) -> Iterable[work.WorkItem | Asked]:
    """Failures of one's cases of which nobody has said why: a pattern needs the cause."""
    from shizheng.domains.procurement.queries.unexplained import unexplained

    if not actor.may("procurement.edit"):
        return
    rows = unexplained(actor)[:20]
    yield rows
    for each in rows:
        kind = read(KIND_LABELS[Kind(each.kind)])
        words = {"agency": called(each.case.agency), "day": in_words(each.on, "short"), "kind": kind}
        yield work.WorkItem(
            due=None,
            title=_("補流廢標原因：%(name)s") % {"name": each.case.name},
            why=_("%(agency)s，%(day)s%(kind)s，還沒有選原因") % words,
            url=reverse("procurement:correct_event", args=[each.pk]),
            button=_("補原因"),
            kind=_("流廢標督導"),
            icon="gavel",
        )


def find_reviews(actor: Any, words: str, limit: int, as_of: date | None) -> Iterable[search.Hit]:
    """Design reviews by number, name, control number or agency."""
    from shizheng.domains.procurement.queries import reviews as queries

    for each in queries.found(actor, words)[:limit]:
        yield search.Hit(
            title=each.name,
            url=reverse("procurement:review", args=[each.pk]),
            number=each.number,
            meta=f"{called(each.agency)}　{each.get_state_display()}",
            icon="clipboard-check",
        )


def reviews_waiting(actor: Any, today: date) -> Iterable[work.WorkItem | Asked]:
    """Reviews in which the reader is to act, by their day."""
    from shizheng.domains.procurement.queries import reviews as queries
    from shizheng.domains.procurement.rules.workflow import PERMISSIONS

    if not any(actor.may(code) for code in PERMISSIONS):
        return
    rows = queries.waiting_for(actor)[:20]
    yield rows
    revised = [each.pk for each in rows if each.state == "revised"]
    told = queries.opinions_of_all(revised) if revised else {}
    for each in rows:
        act = queries.next_act(actor, each, told.get(each.pk, []))
        if not act:
            continue
        yield work.WorkItem(
            due=each.due_on,
            title=each.name,
            why=_("%(number)s，%(state)s") % {"number": each.number, "state": each.get_state_display()},
            url=reverse("procurement:review", args=[each.pk]),
            button=_(act),
            kind=_("基本設計審議"),
            icon="clipboard-check",
            returned=each.state in ("incomplete", "answering"),
        )
