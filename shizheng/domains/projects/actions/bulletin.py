"""The month's bulletin (B08): its foreword written, an edition published, heads told of it (TC-07)."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from shizheng.common.checks import check_text, compare, refuse
from shizheng.common.errors import CannotDo
from shizheng.common.permissions import Actor, require
from shizheng.common.words import N_
from shizheng.domains.projects.models import BulletinForeword
from shizheng.domains.projects.queries.locked import locked_month
from shizheng.kernel.history.actions import recorded
from shizheng.kernel.notifications import templates
from shizheng.kernel.notifications.actions import notify
from shizheng.kernel.organisations import queries as organisations
from shizheng.kernel.people.holders import holders_by_unit
from shizheng.kernel.publication import actions as publication

COMPILE, HEADS = "projects.compile", "filing.sign_head"
"""Who compiles it; and by which permission heads of agencies are known."""
KIND, TEMPLATE = "projects.bulletin", "projects.bulletin_out"
MOST = 4000
EXAMPLE = {"month": "114 年 3 月", "edition": "1", "severe": "12"}


def register() -> None:
    """Ship the words of the notice (called once when the app is ready)."""
    templates.register(
        TEMPLATE,
        N_("重大列管案件進度月報"),
        N_("{month}重大列管案件進度月報已公布"),
        N_("{month}重大列管案件進度月報第 {edition} 版已公布，嚴重落後 {severe} 件。"),
        ("month", "edition", "severe"),
        EXAMPLE,
    )


def write_foreword(actor: Actor, period_code: str, *, version: int | None, text: str) -> BulletinForeword:
    """Write what stands before the figures of a month; `version` is 0 where nothing was written yet."""
    require(actor, COMPILE)
    period = locked_month(period_code)
    with recorded(by=actor, action="projects.write_foreword"):
        row = BulletinForeword.objects.select_for_update().filter(period=period.code).first()
        row = row or BulletinForeword(period=period.code, version=0)
        compare(row.version, version)
        wrong: dict[str, list[str]] = {}
        check_text(text.strip(), MOST, "text", wrong)
        refuse(wrong)
        if row.text == text.strip():
            raise CannotDo(_("前言與原來的相同，沒有存。"))
        row.text, row.version = text.strip(), row.version + 1
        row.save()
    return row


def publish_bulletin(actor: Actor, period_code: str, *, reason: str = "") -> Any:
    """Publish the next edition of a month's bulletin; the head of every agency is told (TC-07)."""
    require(actor, COMPILE)
    period = locked_month(period_code)
    with recorded(by=actor, action="projects.publish_bulletin", reason=reason.strip()):
        made = publication.issue(
            actor, KIND, organisations.city().pk, period=period.code, reason=reason, by_domain=True
        )
        notify(
            key=f"projects.bulletin:{made.code}",
            template=TEMPLATE,
            to=frozenset().union(*holders_by_unit(HEADS).values()) - {actor.pk},
            context={
                "month": period.label,
                "edition": str(made.edition),
                "severe": str(made.facts["total"]["severe"]),
            },
            url=reverse("publication:publication", args=[made.code]),
            about=("publication.publication", made.pk),
        )
    return made
