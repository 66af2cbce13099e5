"""What the public side adds to the frame of every page, to the page of a petition, and what it listens to."""

from collections.abc import Iterable, Iterator
from datetime import date
from importlib import import_module
from typing import Any

from django.apps import apps
from django.utils.translation import gettext, gettext_lazy

from shizheng.common.together import Asked
from shizheng.common.words import N_
from shizheng.domains.petitions import channels
from shizheng.domains.petitions.rules.classes import Source
from shizheng.domains.petitions.rules.workflow import KIND
from shizheng.kernel.cases import registry
from shizheng.kernel.filing.notices import Template
from shizheng.web import nav, parts, published, work

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
    channels.register(
        channels.Channel("email", gettext_lazy("電子郵件"), Source.MAYOR_MAILBOX, counter=False)
    )
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
    nav.register(nav.NavEntry(gettext_lazy("陳情來信"), "citizens:mails", "mail", "citizens.handle_mail", 18))
    work.register(work_items)
    parts.register("petitions.petition", "citizens.mails", came_by_mail, 21)
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


def work_items(actor: Any, today: date) -> Iterator[work.WorkItem | Asked]:
    """Mails that were not taken and that nobody has looked at: nothing that a citizen sent is lost silently."""
    from django.urls import reverse

    from shizheng.citizens.queries import mails

    if not actor.may("citizens.handle_mail"):
        return
    waiting = mails.refused()[:20]
    yield [waiting]
    for each in waiting:
        yield work.WorkItem(
            due=None,
            title=gettext("一封沒有收下的陳情來信"),
            why=f"#{each.pk}　{each.get_why_display()}",
            url=reverse("citizens:mail", args=[each.pk]),
            button=gettext("看這封信"),
            kind=gettext("陳情來信"),
            icon="mail",
        )


def came_by_mail(actor: Any, row: Any) -> parts.Part | None:
    """On the page of a petition: the mails that belong to it, for who looks after mails."""
    from shizheng.citizens.queries import mails

    if not actor.may("citizens.handle_mail"):
        return None
    found = list(mails.mails_of(row.case_id))
    return parts.Part("citizens/_mails_of.html", {"mails": found}) if found else None


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
