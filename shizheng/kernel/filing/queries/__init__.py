"""Reading rounds, returns, what is typed, who is late, and what waits for whom."""

from shizheng.kernel.filing.queries.corrections import correction, corrections
from shizheng.kernel.filing.queries.entries import (
    checked,
    content_of,
    entries_of,
    entries_of_all,
    shown_entries,
    values_of,
)
from shizheng.kernel.filing.queries.people import holders, next_signers, responsible
from shizheng.kernel.filing.queries.presence import present
from shizheng.kernel.filing.queries.returns import (
    filing,
    may_view,
    not_filed,
    overdue,
    returns_of,
    returns_visible_to,
    sign_offs,
    timeline,
)
from shizheng.kernel.filing.queries.rounds import (
    ladder_of,
    period_of_round,
    rate,
    rates,
    round_of,
    rounds_visible_to,
    terms_for,
)
from shizheng.kernel.filing.queries.work import Waiting, may_write, work_of

__all__ = [
    "Waiting",
    "checked",
    "content_of",
    "correction",
    "corrections",
    "entries_of",
    "entries_of_all",
    "filing",
    "holders",
    "ladder_of",
    "may_view",
    "may_write",
    "next_signers",
    "not_filed",
    "overdue",
    "period_of_round",
    "present",
    "rate",
    "rates",
    "responsible",
    "returns_of",
    "returns_visible_to",
    "round_of",
    "rounds_visible_to",
    "shown_entries",
    "sign_offs",
    "terms_for",
    "timeline",
    "values_of",
    "work_of",
]
