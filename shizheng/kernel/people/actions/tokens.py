"""Keys for programs."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from shizheng.common import clock
from shizheng.common.errors import BadInput, CannotDo, NotFound, NotPermitted
from shizheng.common.permissions import Actor
from shizheng.common.reasons import need_reason
from shizheng.common.words import listed
from shizheng.kernel.history.actions import recorded
from shizheng.kernel.people.actions.keeping import need_management
from shizheng.kernel.people.authority import TokenActor
from shizheng.kernel.people.models import ApiToken, TokenUse, User
from shizheng.kernel.people.queries import digest_of

PREFIX = {TokenUse.API: "szt_", TokenUse.CALENDAR: "szc_"}
LONGEST = timedelta(days=366)
MOST = 20


def create_token(
    user: User | TokenActor,
    *,
    name: str,
    scopes: Sequence[str],
    expires_at: datetime,
    use: TokenUse = TokenUse.API,
) -> tuple[ApiToken, str]:
    """Make a token for oneself. Returns it with its text, which is shown once and kept nowhere.

    `scopes` are permission codes that the person holds now; a scope lost later stops working with it.
    """
    if not isinstance(user, User):
        raise NotPermitted(_("權杖不能用來建立權杖。請登入後在「我的帳號」建立。"))
    fields: dict[str, list[str]] = {}
    if not name.strip() or len(name) > 80:
        fields["name"] = [_("請寫用途，最多 80 字，例如「每月匯出到資料倉儲」。")]
    beyond = sorted(set(scopes) - user.authority.permissions)
    if not scopes:
        fields["scopes"] = [_("至少選一項權限。")]
    elif beyond:
        fields["scopes"] = [_("您自己沒有這些權限：%(codes)s。") % {"codes": listed(beyond)}]
    now = clock.now()
    if not now < expires_at <= now + LONGEST:
        fields["expires_at"] = [_("到期日要在一年之內、今天之後。")]
    if fields:
        raise BadInput(_("權杖沒有建立，有欄位要改。"), fields=fields)
    if user.api_tokens.filter(revoked_at=None, expires_at__gt=now).count() >= MOST:
        raise CannotDo(_("有效的權杖最多 %(n)s 個，沒有建立。請先撤銷不用的。") % {"n": MOST})
    text = PREFIX[use] + secrets.token_urlsafe(32)
    with recorded(by=user, action="people.create_token"):
        token = ApiToken.objects.create(
            user=user,
            use=use,
            name=name.strip(),
            digest=digest_of(text),
            hint=text[:8],
            scopes=sorted(set(scopes)),
            created_at=now,
            expires_at=expires_at,
        )
    return token, text


def revoke_token(actor: Actor, token_id: int, *, reason: str = "") -> ApiToken:
    """Make a token worthless: one's own, or with `people.manage` and a reason another's."""
    token = ApiToken.objects.filter(pk=token_id).first()
    if token is None or (token.user_id != actor.pk and not actor.may("people.manage")):
        raise NotFound(_("找不到這個權杖，或您不能看。"))
    if token.user_id != actor.pk:
        need_management(actor, token.user_id)
        need_reason(reason)
    with recorded(by=actor, action="people.revoke_token", reason=reason):
        token = ApiToken.objects.select_for_update().get(pk=token_id)
        if token.revoked_at is None:
            token.revoked_at = clock.now()
            token.save(update_fields=["revoked_at"])
    return token
