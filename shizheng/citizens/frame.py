"""What the public side adds to the frame of every page, to the page of a petition, and what it listens to."""

from collections.abc import Iterable
from importlib import import_module
from typing import Any

from django.apps import apps
from django.utils.translation import gettext_lazy

from shizheng.common.words import N_
from shizheng.domains.petitions import channels
from shizheng.domains.petitions.rules.classes import Source
from shizheng.domains.petitions.rules.workflow import KIND
from shizheng.kernel.cases import registry
from shizheng.kernel.filing.notices import Template
from shizheng.web import nav, parts, published

NOTIFICATIONS = "shizheng.kernel.notifications"
TEMPLATE = Template(
    "citizens.comment", N_("民眾補充"), N_("{number} 民眾{what}"), N_("{title}（{number}）的民眾{what}，請到案件頁看內容並處理。"),
    ("number", "title", "unit", "what"),
    {"number": "115-P-000123", "title": "路燈不亮", "unit": "工務局", "what": "補充說明"},
)  # fmt: skip


def register() -> None:
    """Called once when the app is ready."""
    from shizheng.citizens.actions import hear

    channels.register(channels.Channel("web", gettext_lazy("網路"), Source.MAYOR_MAILBOX, counter=False))
    registry.listen(KIND, "citizens", hear)
    nav.register(
        nav.NavEntry(
            gettext_lazy("我要陳情"),
            "petition:start",
            "message",
            None,
            40,
            area="public",
            prefix="/petition/",
        )
    )
    nav.register(nav.NavEntry(gettext_lazy("常見問題"), "faq:list", "help", None, 42, area="public"))
    nav.register(
        nav.NavEntry(gettext_lazy("陳情滿意度"), "citizens:survey", "mood-smile", "citizens.view_survey", 18)
    )
    nav.register(
        nav.NavEntry(
            gettext_lazy("常見問題維護"), "faq:manage", "help", "citizens.manage_faq", 70, area="system"
        )
    )
    published.register(published.Section("faq", gettext_lazy("常見問題"), latest, 80))
    parts.register("petitions.petition", "citizens", said_by_citizen, 20)
    if apps.is_installed(NOTIFICATIONS):
        templates = import_module(f"{NOTIFICATIONS}.templates")
        templates.register(
            TEMPLATE.code,
            TEMPLATE.name,
            TEMPLATE.subject,
            TEMPLATE.body,
            TEMPLATE.variables,
            TEMPLATE.example,
        )


def latest() -> Iterable[published.PublishedItem]:
    """A few frequent questions for the public home."""
    from django.urls import reverse

    from shizheng.citizens.queries import faq

    for each in faq.published()[:6]:
        yield published.PublishedItem(title=faq.said(each)[0], url=reverse("faq:one", args=[each.pk]))


def said_by_citizen(actor: Any, row: Any) -> parts.Part | None:
    """On the page of a petition: what its citizen added, and how he or she marked the answer; for who works on the case."""
    from shizheng.citizens.queries import lookup
    from shizheng.citizens.rules.survey import MARKS, SHORT
    from shizheng.domains.petitions.queries.petitions import may_read_words

    if not may_read_words(actor, row.case):
        return None
    comments = lookup.comments_of(row.case_id)
    surveys = [
        (each, [(SHORT[name], MARKS[mark]) for name, mark in answer.marks.items() if name in SHORT])
        for each in lookup.invitations_of(row.case_id)
        if (answer := lookup.answer_of(each)) is not None
    ]
    if not comments and not surveys:
        return None
    return parts.Part("citizens/_on_petition.html", {"comments": comments, "surveys": surveys})
