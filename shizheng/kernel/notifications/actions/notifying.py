"""Telling people something: once per event and person, with the words in use, in their language."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Protocol
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
BATCH = 1000


class Notice(Protocol):
    """One thing to tell, as an app hands it over."""

    @property
    def key(self) -> str: ...

    @property
    def to(self) -> Iterable[int]: ...

    @property
    def context(self) -> Mapping[str, str | int]: ...

    @property
    def url(self) -> str: ...

    @property
    def about(self) -> tuple[str, int] | None: ...

    @property
    def urgent(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Note:
    """One thing to tell."""

    key: str
    to: Iterable[int]
    context: Mapping[str, str | int]
    url: str
    about: tuple[str, int] | None = None
    urgent: bool = False


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
    note = Note(key, to, context, url, about, urgent)
    return notify_all(template=template, notices=[note])


def notify_all(*, template: str, notices: Iterable[Notice]) -> int:
    """Tell several things of one kind, as `notify` would each: how many they are does not change the number of queries."""
    asked = {each.key: (each, frozenset(each.to)) for each in notices}
    for each, _people in asked.values():
        if not each.url.startswith("/") or each.url.startswith("//"):
            raise ValueError(f"a notification leads to a page of this site, not to {each.url!r}")
    everybody = frozenset().union(*(to for _each, to in asked.values()))
    if not everybody:
        return 0
    with recorded(by=SYSTEM, action="notifications.notify"):
        worded = _words_in_use(template)
        told = set(
            Message.objects.filter(key__in=list(asked), user_id__in=everybody).values_list("key", "user_id")
        )
        receivers = {user.pk: user for user in people.active_among(everybody)}
        mine = _about_people(worded, receivers.values())
        rows = [
            _message(each, receivers[pk], worded, mine[pk])
            for key, (each, to) in asked.items()
            for pk in sorted(to)
            if pk in receivers and (key, pk) not in told
        ]
        if not rows:
            return 0
        # somebody else may tell the same event at this moment: the database lets one of us through
        Message.objects.bulk_create(rows, ignore_conflicts=True, batch_size=BATCH)
        made = {(each.key, each.user_id) for each in rows}
        written = Message.objects.filter(
            key__in=list(asked), user_id__in=everybody, transaction_id=CurrentTransaction()
        )
        sent = [each for each in written.select_related("user") if (each.key, each.user_id) in made]
        _put_mails_on_their_way(sent, worded.template)
        return len(sent)


def _message(notice: Notice, user: Any, worded: TemplateVersion, mine: Mapping[str, str | int]) -> Message:
    """What one person is told, in his or her language."""
    missing = [name for name in worded.template.variables if name not in notice.context]
    if missing:
        raise ValueError(f"{worded.template.code}: no value for {missing}")
    label, pk = notice.about or ("", None)
    subject, body = worded.words(user.language)
    with override(user.language):
        values = {**notice.context, **mine}
        said = {name: read(value) if isinstance(value, str) else value for name, value in values.items()}
    return Message(
        key=notice.key, user=user, template_id=worded.template_id, worded_by=worded, url=notice.url, about_label=label,
        about_pk=pk, urgent=notice.urgent or worded.template.urgent,
        subject=one_line(fill(subject, said))[:LONGEST_SUBJECT], body=fill(body, said),
    )  # fmt: skip


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


def _about_people(worded: TemplateVersion, receivers: Collection[Any]) -> dict[int, dict[str, str | int]]:
    """The values that every template has, for each person."""
    text = worded.subject + worded.body + worded.subject_en + worded.body_en
    posts = people.posts_on([user.pk for user in receivers], clock.today()) if "{unit_name}" in text else {}
    found: dict[int, dict[str, str | int]] = {}
    for user in receivers:
        with override(user.language):
            unit = called(posts[user.pk].unit) if user.pk in posts else ""
            name = (user.name_en if user.language.startswith("en") else "") or user.display_name
        found[user.pk] = {"recipient_name": name, "unit_name": unit}
    return found


def _put_mails_on_their_way(messages: list[Message], template: Template) -> None:
    """A mail for everybody who has an address and wants one."""
    reached = [each for each in messages if each.user.email]
    wishes = wishes_among([each.user_id for each in reached]) if reached else {}
    now = clock.now()
    rows = [
        made for each in reached if (made := _mail(each, wishes.get(each.user_id, Wishes()), template, now))
    ]
    Delivery.objects.bulk_create(rows, batch_size=BATCH)


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
