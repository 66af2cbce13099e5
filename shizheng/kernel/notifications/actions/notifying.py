"""Telling people something: once per event and person, with the words in use, in their language."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import override

from shizheng.common import clock
from shizheng.common.permissions import SYSTEM
from shizheng.common.words import called, read
from shizheng.kernel.history.actions import recorded
from shizheng.kernel.history.models import CurrentTransaction
from shizheng.kernel.notifications.actions.templating import load_shipped_templates
from shizheng.kernel.notifications.models import (
    Delivery,
    DeliveryState,
    Message,
    Template,
    TemplateVersion,
)
from shizheng.kernel.notifications.queries.preferences import Wishes, wishes_among
from shizheng.kernel.notifications.rules import fill, gives_up, one_line, plan
from shizheng.kernel.people import queries as people

LONGEST_SUBJECT = 500


def notify(
    *,
    key: str,
    template: str,
    to: Iterable[int],
    context: Mapping[str, str | int],
    url: str,
    about: tuple[str, int] | None = None,
    urgent: bool = False,
) -> int:
    """Tell people something, in the caller's transaction; returns how many were told by this call.

    `key` names the event: whoever was told under it already is not told again. `to`: numbers of people; who is not
    active is left out. `context`: the template's variables. `url`: a page of this site, `/…`. `about`: what it concerns,
    as label and number. A mail goes out by a job, as each person wishes. Raises LookupError for a template that nobody
    registered, ValueError for a missing variable or an address outside of this site.
    """
    wanted = set(to)
    if not wanted:
        return 0
    if not url.startswith("/") or url.startswith("//"):
        raise ValueError(f"a notification leads to a page of this site, not to {url!r}")
    with recorded(by=SYSTEM, action="notifications.notify"):
        worded = _words_in_use(template)
        wanted -= set(Message.objects.filter(key=key, user_id__in=wanted).values_list("user_id", flat=True))
        receivers = list(people.active_among(wanted))
        if not receivers:
            return 0
        values = _values(worded, receivers, context)
        label, pk = about or ("", None)
        rows = []
        for user in receivers:
            subject, body = worded.words(user.language)
            with override(user.language):
                said = {name: read(v) if isinstance(v, str) else v for name, v in values[user.pk].items()}
            rows.append(
                Message(
                    key=key, user=user, template_id=worded.template_id, worded_by=worded, url=url, about_label=label,
                    about_pk=pk, urgent=urgent or worded.template.urgent,
                    subject=one_line(fill(subject, said))[:LONGEST_SUBJECT], body=fill(body, said),
                )
            )  # fmt: skip
        # somebody else may tell the same event at this moment: the database lets one of us through
        Message.objects.bulk_create(rows, ignore_conflicts=True)
        mine = Message.objects.filter(
            key=key, user__in=[user.pk for user in receivers], transaction_id=CurrentTransaction()
        )
        told = list(mine.select_related("user"))
        _put_mails_on_their_way(told, worded.template)
        return len(told)


def _words_in_use(code: str) -> TemplateVersion:
    found = _version(code)
    if found is None:
        load_shipped_templates()  # registered by an app that came after the installation was set up
        found = _version(code)
    if found is None:
        raise LookupError(f"no template {code!r} is registered")
    return found


def _version(code: str) -> TemplateVersion | None:
    row = Template.objects.filter(code=code).first()
    if row is None:
        return None
    return TemplateVersion.objects.select_related("template").get(template=row, number=row.version)


def _values(
    worded: TemplateVersion, receivers: Iterable[Any], context: Mapping[str, str | int]
) -> dict[int, dict[str, str | int]]:
    """The values for each person."""
    missing = [name for name in worded.template.variables if name not in context]
    if missing:
        raise ValueError(f"{worded.template.code}: no value for {missing}")
    text = worded.subject + worded.body + worded.subject_en + worded.body_en
    posts = people.posts_on([user.pk for user in receivers], clock.today()) if "{unit_name}" in text else {}
    found = {}
    for user in receivers:
        with override(user.language):
            unit = called(posts[user.pk].unit) if user.pk in posts else ""
            name = (user.name_en if user.language.startswith("en") else "") or user.display_name
        found[user.pk] = {**context, "recipient_name": name, "unit_name": unit}
    return found


def _put_mails_on_their_way(messages: list[Message], template: Template) -> None:
    """A mail for everybody who has an address and wants one."""
    reached = [each for each in messages if each.user.email]
    wishes = wishes_among([each.user_id for each in reached]) if reached else {}
    now = clock.now()
    rows = [
        made for each in reached if (made := _mail(each, wishes.get(each.user_id, Wishes()), template, now))
    ]
    Delivery.objects.bulk_create(rows)


def _mail(message: Message, wishes: Wishes, template: Template, now: datetime) -> Delivery | None:
    planned = plan(
        now,
        wishes.for_kind(template.code),
        urgent=message.urgent,
        quiet=wishes.quiet,
        digest_at=wishes.digest_at,
    )
    if planned is None:
        return None
    state = DeliveryState.HELD if planned.held else DeliveryState.WAITING
    return new_delivery(message.key, message.user_id, state, planned.at, now, message)


def new_delivery(
    key: str, user_id: int, state: DeliveryState, at: datetime, now: datetime, message: Message | None = None
) -> Delivery:
    """A mail, not yet saved; its Message-ID follows from the event, the person and the installation."""
    digest = sha256(f"{settings.BASE_URL}\n{key}\n{user_id}\nemail".encode()).hexdigest()[:40]
    host = urlsplit(settings.BASE_URL).hostname or "localhost"
    return Delivery(
        key=key, user_id=user_id, message=message, state=state, next_at=at, created_at=now, give_up_at=gives_up(at),
        mail_id=f"<{digest}@{host}>",
    )  # fmt: skip
