"""How somebody wants to be told."""

from collections.abc import Mapping
from datetime import time

from django.db import IntegrityError, transaction

from shizheng.common.errors import BadInput, Conflict, NotPermitted
from shizheng.common.permissions import Actor
from shizheng.common.words import tell
from shizheng.kernel.history.actions import recorded
from shizheng.kernel.notifications.models import ByMail, Preferences, Template
from shizheng.kernel.notifications.queries.preferences import Wishes, wishes_in


def set_preferences(
    actor: Actor,
    *,
    by_mail: str,
    kinds: Mapping[str, str],
    quiet_from: time | None,
    quiet_to: time | None,
    digest_at: time,
    version: int,
) -> Wishes:
    """Keep how the actor wants to be told from now on. Mails that already wait go out as they were planned.

    `kinds`: template's code → now, digest or off; what is left out follows `by_mail`. `version` as it was read (0: never
    set). Raises BadInput, Conflict.
    """
    if actor.pk is None:
        raise NotPermitted(tell("通知設定是個人的，系統沒有設定。"))
    _check(by_mail, kinds, quiet_from, quiet_to)
    with recorded(by=actor, action="notifications.set_preferences"):
        row = Preferences.objects.select_for_update().filter(user_id=actor.pk).first()
        if row is None:
            row = Preferences(user_id=actor.pk)
        if row.version != version:
            raise _changed()
        row.by_mail, row.kinds, row.version = by_mail, dict(kinds), version + 1
        row.quiet_from, row.quiet_to, row.digest_at = quiet_from, quiet_to, digest_at
        try:
            with transaction.atomic():
                row.save()
        except IntegrityError as failure:  # the first one, made twice at one moment
            raise _changed() from failure
    return wishes_in(row)


def _changed() -> Conflict:
    return Conflict(tell("通知設定剛剛在別的視窗改過，這次沒有儲存。請重新整理，再改一次。"))


def _check(by_mail: str, kinds: Mapping[str, str], quiet_from: time | None, quiet_to: time | None) -> None:
    fields: dict[str, list[str]] = {}
    if by_mail not in ByMail.values:
        fields["by_mail"] = [tell("請選一種寄法。")]
    known = set(Template.objects.filter(code__in=list(kinds)).values_list("code", flat=True))
    for code, choice in kinds.items():
        if code not in known:
            fields["kinds"] = [tell("沒有代碼是「%(code)s」的通知範本。", code=code[:60])]
        elif choice not in ByMail.values:
            fields["kinds"] = [tell("請選一種寄法。")]
    if (quiet_from is None) != (quiet_to is None):
        fields["quiet_to"] = [tell("勿擾時段的開始和結束要一起填；不要勿擾就都留白。")]
    if fields:
        raise BadInput(tell("有欄位要改，通知設定沒有儲存。"), fields=fields)
