"""Accounts: made by an administrator, never by oneself."""

import re
import secrets
from collections.abc import Mapping
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from shizheng.common import clock
from shizheng.common.errors import BadInput
from shizheng.common.permissions import Actor, require
from shizheng.common.reasons import need_reason
from shizheng.kernel.history.actions import recorded
from shizheng.kernel.people.actions.door import end_sessions_of, note_event
from shizheng.kernel.people.actions.keeping import (
    keeping_an_administrator,
    locked,
    need_management,
)
from shizheng.kernel.people.models import DateStyle, Language, SignInOutcome, Theme, User
from shizheng.kernel.people.queries import user_by_username

USERNAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{2,59}")
# Without letters and digits that are mistaken for one another when read from paper.
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


def temporary_password() -> str:
    """A password of about 79 random bits for the first sign-in, in four groups of four."""
    return "-".join("".join(secrets.choice(ALPHABET) for _place in range(4)) for _group in range(4))


def create_person(
    actor: Actor,
    *,
    username: str,
    display_name: str,
    name_en: str = "",
    job_title: str = "",
    email: str = "",
    password: str | None = None,
    reason: str = "",
) -> tuple[User, str]:
    """Make an account. Returns it with its password for the first sign-in, which is kept nowhere.

    With `password` (at least as strong as the rules ask) that one is set; the person still has to change it.
    """
    require(actor, "people.manage")
    given = {"display_name": display_name, "name_en": name_en, "job_title": job_title, "email": email}
    fields = _problems(given)
    username = username.strip()
    if not USERNAME.fullmatch(username):
        fields["username"] = [_("帳號用英文、數字、點、底線、連字號、@，3 到 60 字，以英文或數字開頭。")]
    elif user_by_username(username):
        fields["username"] = [_("這個帳號已經有人使用（大小寫視為相同）。請換一個。")]
    user = User(username=username, must_change_password=True)
    for name, value in given.items():
        setattr(user, name, value.strip())
    if password is not None:
        try:
            validate_password(password, user)
        except ValidationError as failure:
            fields["password"] = list(failure.messages)
    if fields:
        raise BadInput(_("帳號沒有建立，有欄位要改。"), fields=fields)
    chosen = password or temporary_password()
    user.set_password(chosen)
    with recorded(by=actor, action="people.create_person", reason=reason):
        user.save()
    return user, chosen


def _problems(given: Mapping[str, Any]) -> dict[str, list[str]]:
    fields: dict[str, list[str]] = {}
    if "display_name" in given and not given["display_name"].strip():
        fields["display_name"] = [_("請寫姓名。")]
    for name, limit in (("display_name", 60), ("name_en", 100), ("job_title", 60), ("email", 254)):
        if len(given.get(name, "")) > limit:
            fields[name] = [_("最多 %(limit)s 字。") % {"limit": limit}]
    if given.get("email"):
        try:
            validate_email(given["email"])
        except ValidationError:
            fields["email"] = [_("這不是電子郵件地址。")]
    return fields


def change_person(
    actor: Actor, user_id: int, *, version: int | None, changes: Mapping[str, Any], reason: str = ""
) -> User:
    """Change `display_name`, `name_en`, `job_title`, `email` or `is_active`. Closing an account ends its sessions."""
    require(actor, "people.manage")
    unknown = set(changes) - {"display_name", "name_en", "job_title", "email", "is_active"}
    fields = _problems(changes)
    if unknown or fields:
        raise BadInput(
            _("人員資料沒有儲存，有欄位要改。"), fields={**fields, **{n: [_("不能改。")] for n in unknown}}
        )
    closing = changes.get("is_active") is False
    with recorded(by=actor, action="people.change_person", reason=need_reason(reason) if closing else reason):
        with keeping_an_administrator():
            user = locked(User, user_id, version, _("這個人員"))
            need_management(actor, user.pk)
            for name, value in changes.items():
                setattr(user, name, value.strip() if isinstance(value, str) else value)
            user.version += 1
            user.save()
        if closing:
            end_sessions_of(user)
            user.api_tokens.filter(revoked_at=None).update(revoked_at=clock.now())
        return user


def reset_password(actor: Actor, user_id: int, *, reason: str) -> str:
    """Give somebody a new password for one sign-in and end his or her sessions. Returns it; it is kept nowhere."""
    require(actor, "people.manage")
    with recorded(by=actor, action="people.reset_password", reason=need_reason(reason)):
        user = locked(User, user_id, None, _("這個人員"))
        need_management(actor, user.pk)
        password = temporary_password()
        user.set_password(password)
        user.must_change_password = True
        user.version += 1
        user.save()
        end_sessions_of(user)
        # who had the old password may have made tokens with it
        user.api_tokens.filter(revoked_at=None).update(revoked_at=clock.now())
        return password


def reset_second_factor(actor: Actor, user_id: int, *, reason: str) -> None:
    """Forget somebody's authenticator (the phone was lost) and end his or her sessions; it has to be set up anew."""
    from allauth.mfa.models import Authenticator

    require(actor, "people.manage")
    with recorded(by=actor, action="people.reset_second_factor", reason=need_reason(reason)):
        user = locked(User, user_id, None, _("這個人員"))
        need_management(actor, user.pk)
        Authenticator.objects.filter(user_id=user.pk).delete()
        end_sessions_of(user)
        user.version += 1
        user.save()


def change_password_done(user: User, address: str = "") -> None:
    """Somebody set an own password: nothing more is asked, and the fact is written down."""
    with recorded(by=user, action="people.change_password"):
        User.objects.filter(pk=user.pk).update(must_change_password=False)
        note_event(user, SignInOutcome.PASSWORD_CHANGED, address)
    user.must_change_password = False


def set_preferences(
    user: User, *, language: str, date_style: str, theme: str, name_en: str | None = None
) -> None:
    """Keep how somebody wants to see things. Only for oneself, so no permission is asked."""
    wrong = {
        name: [_("請選清單裡的一項。")]
        for name, value, choices in (
            ("language", language, Language), ("date_style", date_style, DateStyle), ("theme", theme, Theme)
        )
        if value not in choices.values
    }  # fmt: skip
    if wrong:
        raise BadInput(_("設定沒有儲存，有欄位要改。"), fields=wrong)
    with recorded(by=user, action="people.set_preferences"):
        user.language, user.date_style, user.theme = language, date_style, theme
        fields = ["language", "date_style", "theme"]
        if name_en is not None:
            user.name_en = name_en.strip()[:100]
            fields.append("name_en")
        user.save(update_fields=fields)
