"""How often one source may do what without signing in; above it the answer is 429."""

from datetime import timedelta
from typing import NamedTuple


class Limit(NamedTuple):
    """So many times within so long."""

    times: int
    within: timedelta


LIMITS = {
    "read": Limit(1200, timedelta(minutes=10)),
    "type": Limit(600, timedelta(minutes=10)),
    "save": Limit(120, timedelta(minutes=10)),
    "photo": Limit(40, timedelta(minutes=10)),
    "send": Limit(10, timedelta(hours=1)),
    "look_up": Limit(20, timedelta(minutes=10)),
    "tell": Limit(20, timedelta(hours=1)),
    "link": Limit(30, timedelta(minutes=10)),
    "verify": Limit(60, timedelta(minutes=10)),
    "mail": Limit(10, timedelta(days=1)),
}
"""An office or a library shares one address: reading is wide, sending and guessing are narrow.
`mail`: of one sender, each of which is answered once."""
