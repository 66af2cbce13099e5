"""Floods and guessing refused: how often one source does one thing, counted in the database for all processes."""

import hashlib
import hmac
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from shizheng.citizens.models import Allowance
from shizheng.citizens.rules.limits import LIMITS
from shizheng.common import clock
from shizheng.common.errors import CannotDo
from shizheng.kernel.people.actions.door import place_of

DAY = timedelta(days=1)


class TooOften(CannotDo):
    """One source did it too often; it may again after a while."""

    status = 429
    code = "too_often"


def take(what: str, address: str) -> None:
    """Count one more time of `what` (`rules.limits.LIMITS`) for a network address. Raises TooOften beyond the limit."""
    limit = LIMITS[what]
    if _counted(what, _source(place_of(address)), clock.now(), limit.within) > limit.times:
        raise TooOften(
            _("這個網路位址在短時間內用了太多次，沒有執行。請過 %(n)s 分鐘再試；急的事請打 1999。")
            % {"n": int(limit.within.total_seconds() // 60)}
        )


def within_limit(what: str, who: str) -> bool:
    """Count one more time of `what` for somebody who is no network address (a sender of mails); whether it is within the limit."""
    limit = LIMITS[what]
    return _counted(what, _source(f"{what}\0{who}"), clock.now(), limit.within) <= limit.times


def first_today(what: str, address: str, words: str) -> bool:
    """Whether this source does this for the first time within a day (so that one person is not counted as many)."""
    return _counted(what, _source(f"{place_of(address)}\0{words}"), clock.now(), DAY) == 1


def forget_old() -> int:
    """Take away counts older than a day. Returns how many."""
    gone, _by_model = Allowance.objects.filter(since__lt=clock.now() - DAY).delete()
    return gone


def _source(text: str) -> str:
    """A keyed hash: no address is kept."""
    return hmac.new(settings.SECRET_KEY.encode(), f"citizens\0{text}".encode(), hashlib.sha256).hexdigest()


def _counted(what: str, source: str, now: datetime, within: timedelta) -> int:
    """Count once more, in one statement: of two at once, both count."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO citizens_allowance AS a (what, source, since, used) VALUES (%s, %s, %s, 1)"
            " ON CONFLICT (what, source) DO UPDATE SET"
            " used = CASE WHEN a.since <= %s THEN 1 ELSE LEAST(a.used + 1, 1000000) END,"
            " since = CASE WHEN a.since <= %s THEN excluded.since ELSE a.since END RETURNING used",
            [what, source, now, now - within, now - within],
        )
        (used,) = cursor.fetchone()
    return int(used)
