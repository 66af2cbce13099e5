"""Who filed and who signed what a return says, with their posts on the day: it stays with the facts (A04)."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from shizheng.common import clock
from shizheng.common.together import done
from shizheng.common.words import written
from shizheng.kernel.filing.queries.returns import sign_offs_steps
from shizheng.kernel.filing.rules.levels import LEVELS
from shizheng.kernel.measures.rules.filed import Filed, Signature
from shizheng.kernel.people import queries as people


def signed_by(filings: Sequence[Any]) -> dict[int, Filed]:
    """By return: who sent it in and when, and the signatures since."""
    notes = {
        each.pk: [
            note for note in notes if note.decision == "signed" and note.recorded_at >= each.submitted_at
        ]
        for each, notes in _with_notes(filings)
    }
    posts = _Posts(
        {each.submitted_by_id for each in filings}
        | {note.by_id for found in notes.values() for note in found}
    )
    return {each.pk: _filed(each, notes[each.pk], posts) for each in filings}


def _with_notes(filings: Sequence[Any]) -> list[tuple[Any, list[Any]]]:
    notes = done(sign_offs_steps(each.pk for each in filings))
    return [(each, notes[each.pk]) for each in filings]


def _filed(filing: Any, notes: Sequence[Any], posts: "_Posts") -> Filed:
    return Filed(
        filing.submitted_by_id,
        filing.submitted_by.display_name if filing.submitted_by else "",
        *posts.of(filing.submitted_by_id, filing.submitted_at),
        at=_taipei(filing.submitted_at),
        signed=tuple(
            Signature(
                LEVELS[each.level].label, each.recorded_by, *posts.of(each.by_id, each.recorded_at),
                _taipei(each.recorded_at),
            )
            for each in notes
        ),
    )  # fmt: skip


def corrected_by(request: Any) -> Filed:
    """Who asked for a correction, and who approved it."""
    posts = _Posts({request.asked_by_id, request.decided_by_id})
    approver = request.decided_by.display_name if request.decided_by else written("系統")
    approval = Signature(
        written("核可更正"), approver, *posts.of(request.decided_by_id, request.decided_at),
        _taipei(request.decided_at),
    )  # fmt: skip
    return Filed(
        request.asked_by_id,
        request.asked_by.display_name if request.asked_by else "",
        *posts.of(request.asked_by_id, request.asked_at),
        at=_taipei(request.asked_at),
        signed=(approval,),
    )


class _Posts:
    """Role and unit of people on a day, each day read once."""

    def __init__(self, ids: Collection[int | None]) -> None:
        self.ids = {each for each in ids if each is not None}
        self.by_day: dict[date, dict[int, Any]] = {}

    def of(self, user_id: int | None, at: datetime) -> tuple[str, str]:
        day = timezone.localdate(at)
        if day not in self.by_day:
            self.by_day[day] = people.posts_on(self.ids, day)
        post = self.by_day[day].get(user_id or 0)
        return (post.role.name, post.unit.name) if post else ("", "")


def _taipei(at: datetime) -> datetime:
    return at.astimezone(clock.TAIPEI)
