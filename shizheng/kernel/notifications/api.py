"""The API of notifications: one's own messages and preferences; templates; mails on their way."""

from datetime import time
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Query, Schema
from pydantic import AfterValidator

from shizheng.common.api import Router
from shizheng.common.api_fields import Given, actor_of
from shizheng.common.words import N_
from shizheng.kernel.notifications import actions, queries, trying
from shizheng.kernel.notifications.models import Delivery, Message, Template, TemplateVersion
from shizheng.kernel.notifications.queries import Wishes

router = Router()
BIGGEST = 2**31 - 1
READ, EDIT, MANAGE = "notifications.read", "notifications.edit_templates", "notifications.manage"


def _storable(text: str) -> str:
    """Text that the database can hold: no NUL, no lone surrogates."""
    if "\x00" in text:
        raise ValueError("不能含有空字元（NUL）")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise ValueError("含有不成對的代理字元") from error
    return text


Text = Annotated[str, Field(max_length=5000), AfterValidator(_storable)]
Reason = Annotated[str, Field(max_length=2000), AfterValidator(_storable)]
Version = Annotated[int, Field(ge=0, le=BIGGEST)]
Numbers = Annotated[list[Annotated[int, Field(ge=1, le=2**63 - 1)]], Field(min_length=1, max_length=1000)]


class Paging(Schema):
    limit: Annotated[int, Field(ge=1, le=200)] = 50
    offset: Annotated[int, Field(ge=0, le=BIGGEST)] = 0


class InboxQuery(Paging):
    unread: bool | None = None
    template: str | None = None


class MailQuery(Paging):
    state: str | None = None


class Chosen(Given):
    """`ids`: which ones; left out where all are meant."""

    ids: Numbers | None = None


class PreferencesIn(Given):
    by_mail: str
    kinds: dict[str, str] = {}
    quiet_from: time | None = None
    quiet_to: time | None = None
    digest_at: time
    version: Version


class WordsIn(Given):
    subject: Text
    body: Text
    subject_en: Text = ""
    body_en: Text = ""


class EditIn(WordsIn):
    version: Version
    reason: Reason


class AgainIn(Given):
    ids: Numbers
    reason: Reason = ""


def message_json(found: Message) -> dict[str, Any]:
    """One message as its receiver sees it."""
    return {
        "id": found.pk, "key": found.key, "template": found.template.code, "kind": found.template.shown,
        "subject": found.subject, "body": found.body, "url": found.url, "urgent": found.urgent,
        "about": [found.about_label, found.about_pk] if found.about_label else None,
        "at": found.recorded_at.isoformat(),
        "read_at": found.reading.recorded_at.isoformat() if found.is_read else None,
    }  # fmt: skip


def wishes_json(found: Wishes) -> dict[str, Any]:
    """Preferences, or what counts where nothing was chosen."""
    return {
        "by_mail": found.by_mail, "kinds": found.kinds, "quiet_from": found.quiet_from, "quiet_to": found.quiet_to,
        "digest_at": found.digest_at, "version": found.version,
    }  # fmt: skip


def template_json(found: Template) -> dict[str, Any]:
    """A template without its words."""
    return {
        "code": found.code, "name": found.shown, "variables": found.variables, "example": found.example,
        "urgent": found.urgent, "version": found.version,
    }  # fmt: skip


def words_json(found: TemplateVersion) -> dict[str, Any]:
    """The words of one version, who wrote them and why."""
    return trying.words_in(found) | {
        "number": found.number, "shipped": found.shipped, "reason": found.reason, "at": found.recorded_at.isoformat(),
        "written_by": found.written_by.display_name if found.written_by else None,
    }  # fmt: skip


def delivery_json(found: Delivery) -> dict[str, Any]:
    """One mail; nobody's address is in it."""
    return {
        "id": found.pk, "key": found.key, "to": found.user.display_name, "subject": str(found), "state": found.state,
        "attempts": found.attempts, "next_at": found.next_at.isoformat() if found.next_at else None,
        "sent_at": found.sent_at.isoformat() if found.sent_at else None, "message_id": found.mail_id,
        "note": found.note, "digest": found.digest_id,
    }  # fmt: skip


@router.get("/messages", permission=READ, summary=N_("我的通知"))
def messages(request: HttpRequest, wanted: Query[InboxQuery]) -> dict[str, Any]:
    rows = queries.messages_of(actor_of(request))
    if wanted.unread is not None:
        rows = rows.filter(reading__isnull=wanted.unread)
    if wanted.template is not None:
        rows = rows.filter(template__code=wanted.template)
    page = rows[wanted.offset : wanted.offset + wanted.limit]
    return {
        "count": rows.count(), "unread": queries.unread_count(actor_of(request)), "items": [message_json(m) for m in page]
    }  # fmt: skip


@router.get("/messages/{int:pk}", permission=READ, summary=N_("一則通知"))
def message(request: HttpRequest, pk: int) -> dict[str, Any]:
    return message_json(queries.message(actor_of(request), pk))


@router.post("/messages/read", permission=READ, summary=N_("標為已讀（沒有給 ids 就是全部）"))
def mark_read(request: HttpRequest, given: Chosen) -> dict[str, int]:
    actor = actor_of(request)
    n = actions.mark_all_read(actor) if given.ids is None else actions.mark_read(actor, given.ids)
    return {"marked": n, "unread": queries.unread_count(actor)}


@router.get("/preferences", permission=READ, summary=N_("我的通知設定"))
def preferences(request: HttpRequest) -> dict[str, Any]:
    return wishes_json(queries.wishes_of(actor_of(request).pk))


@router.put("/preferences", permission=READ, summary=N_("改我的通知設定"))
def set_preferences(request: HttpRequest, given: PreferencesIn) -> dict[str, Any]:
    return wishes_json(actions.set_preferences(actor_of(request), **given.dict()))


@router.get("/templates", permission=EDIT, summary=N_("通知範本"))
def templates(request: HttpRequest) -> list[dict[str, Any]]:
    return [template_json(each) for each in queries.templates()]


@router.get("/templates/{code}", permission=EDIT, summary=N_("一個通知範本的文字與各版本"))
def template(request: HttpRequest, code: str) -> dict[str, Any]:
    found = queries.template(code)
    return template_json(found) | {"versions": [words_json(each) for each in queries.versions_of(found)]}


@router.post("/templates/{code}/preview", permission=EDIT, summary=N_("用範例預覽文字（不寫入）"))
def preview(request: HttpRequest, code: str, given: WordsIn) -> list[dict[str, str]]:
    found = queries.template(code)
    checked = actions.checked_words(found, **given.dict())
    return [
        {"language": each.language, "subject": each.subject, "body": each.body}
        for each in trying.shown(found, checked, actor_of(request), None)
    ]


@router.post("/templates/{code}/versions", permission=EDIT, summary=N_("修改通知範本"))
def edit(request: HttpRequest, code: str, given: EditIn) -> dict[str, Any]:
    return words_json(actions.edit_template(actor_of(request), code, **given.dict()))


@router.get("/deliveries", permission=MANAGE, summary=N_("信件寄送情形"))
def deliveries(request: HttpRequest, wanted: Query[MailQuery]) -> dict[str, Any]:
    rows = queries.deliveries(actor_of(request))
    if wanted.state is not None:
        rows = rows.filter(state=wanted.state)
    page = rows[wanted.offset : wanted.offset + wanted.limit]
    return {"count": rows.count(), "items": [delivery_json(each) for each in page]}


@router.get("/deliveries/{int:pk}", permission=MANAGE, summary=N_("一封信與每次嘗試"))
def delivery(request: HttpRequest, pk: int) -> dict[str, Any]:
    found = queries.delivery(actor_of(request), pk)
    tries = [
        {"number": each.number, "outcome": each.outcome, "code": each.code, "text": each.text,
         "at": each.recorded_at.isoformat()}
        for each in queries.attempts_of(found)
    ]  # fmt: skip
    return delivery_json(found) | {"tries": tries}


@router.post("/deliveries/again", permission=MANAGE, summary=N_("重新寄送"))
def again(request: HttpRequest, given: AgainIn) -> dict[str, int]:
    return {"queued": actions.send_again(actor_of(request), given.ids, reason=given.reason)}
