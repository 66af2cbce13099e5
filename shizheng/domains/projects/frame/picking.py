"""What is chosen by typing in the forms of tenders: officers, promises, tenders; measures are offered by their own app."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Q

from shizheng.common.words import called
from shizheng.web import picking, search
from shizheng.web.picking import Choice


def register() -> None:
    """Called once when the app is ready."""
    picking.register(picking.Source("officers", "projects.edit", officers))
    picking.register(picking.Source("promises", "projects.view", promises))
    picking.register(picking.Source("tenders", "projects.view", tenders))


def officers(actor: Any, words: str, limit: int) -> Iterator[Choice]:
    """People of the units whose tenders the actor writes about, by name or account."""
    from shizheng.kernel.people import queries

    said = Q(display_name__icontains=words) | Q(username__icontains=words) | Q(name_en__icontains=words)
    rows = queries.colleagues(actor.units_where("projects.edit")).filter(said).order_by("display_name")
    for each in queries.with_current_assignments(rows)[:limit]:
        post = next(iter(each.current), None)  # type: ignore[attr-defined]
        yield Choice(
            each.username, each.display_name, f"{called(post.unit)} {called(post.role)}" if post else ""
        )


def tenders(actor: Any, words: str, limit: int) -> Iterator[Choice]:
    """Tenders by number, name or agency, the newest year first."""
    from shizheng.domains.projects.queries import projects

    rows = projects.found(actor, words).select_related("agency").order_by("-roc_year", "number")
    for each in rows[:limit]:
        yield Choice(each.number, each.name, called(each.agency))


def promises(actor: Any, words: str, limit: int) -> Iterator[Choice]:
    """Promises and action plans, through the one search, so that no other domain is known here."""
    from shizheng.domains.projects.queries.linked import SOURCE

    provider = next((each for each in search.providers() if each.code == SOURCE), None)
    for each in provider.find(actor, words, limit, None) if provider is not None else ():
        yield Choice(each.number, each.title, each.meta)
