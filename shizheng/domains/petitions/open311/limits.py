"""How often the endpoint may be called: by address for what everybody may read, by key for what is sent in.

Counts stand in the database, so that every process of the server knows them; who it was is kept as a keyed hash alone.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from shizheng.common import clock
from shizheng.domains.petitions.models import RateCount
from shizheng.domains.petitions.open311.errors import TOO_MANY, Refused

KEPT = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Limit:
    """So many calls in so long a time; the time begins anew at its multiples since 1970."""

    code: str
    most: int
    span: timedelta


READING = Limit("read", 600, timedelta(minutes=5))
"""Per network address."""
SENDING = Limit("send", 120, timedelta(minutes=5))
"""Per key."""
WRONG_KEY = Limit("wrong_key", 20, timedelta(minutes=15))
"""Per network address."""


def count(limit: Limit, who: str) -> None:
    """Count one call (one query). Raises Refused with 429 once there are too many."""
    now = clock.now()
    seconds = int(limit.span.total_seconds())
    stamp = int(now.timestamp())
    begins = datetime.fromtimestamp(stamp - stamp % seconds, clock.TAIPEI)
    keyed = hmac.new(settings.SECRET_KEY.encode(), f"open311\0{who}".encode(), hashlib.sha256).hexdigest()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO petitions_ratecount (who, span, begins, calls) VALUES (%s, %s, %s, 1)"
            " ON CONFLICT (who, span, begins) DO UPDATE SET calls = petitions_ratecount.calls + 1 RETURNING calls",
            [keyed, limit.code, begins],
        )
        (calls,) = cursor.fetchone()
    if calls > limit.most:
        wait = seconds - stamp % seconds
        raise Refused(
            TOO_MANY,
            _("呼叫太多次：%(minutes)s 分鐘內最多 %(most)s 次。請 %(wait)s 秒後再試。")
            % {"minutes": seconds // 60, "most": limit.most, "wait": wait},
            wait=wait,
        )


def forget_old() -> int:
    """Take away counts whose time is over. Returns how many."""
    gone, _by_model = RateCount.objects.filter(begins__lt=clock.now() - KEPT).delete()
    return gone
