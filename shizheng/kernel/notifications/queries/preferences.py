"""How people want to be told."""

from dataclasses import dataclass, field
from datetime import time
from typing import Any

from shizheng.kernel.notifications.models import ByMail, Preferences
from shizheng.kernel.notifications.rules import DEFAULT_DIGEST


@dataclass(frozen=True, slots=True)
class Wishes:
    """One person's preferences, or what counts where nobody has chosen (`version` 0)."""

    by_mail: str = ByMail.DIGEST
    kinds: dict[str, str] = field(default_factory=dict)
    quiet_from: time | None = None
    quiet_to: time | None = None
    digest_at: time = DEFAULT_DIGEST
    version: int = 0

    def for_kind(self, code: str) -> str:
        """Whether and when a mail goes out for a kind of message."""
        return self.kinds.get(code, self.by_mail)

    @property
    def quiet(self) -> tuple[time, time] | None:
        """The quiet hours, if any."""
        if self.quiet_from is None or self.quiet_to is None:
            return None
        return self.quiet_from, self.quiet_to


def wishes_in(row: Preferences | None) -> Wishes:
    """The wishes that a row holds."""
    if row is None:
        return Wishes()
    return Wishes(row.by_mail, dict(row.kinds), row.quiet_from, row.quiet_to, row.digest_at, row.version)


def wishes_of(user_id: int) -> Wishes:
    """One person's wishes (one query)."""
    return wishes_in(Preferences.objects.filter(user_id=user_id).first())


def wishes_among(user_ids: Any) -> dict[int, Wishes]:
    """Wishes of those who have chosen something, by person (one query)."""
    return {row.user_id: wishes_in(row) for row in Preferences.objects.filter(user_id__in=user_ids)}
