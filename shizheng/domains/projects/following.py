"""Who is told when the standing of a tender has followed from what happened to it (journeys register themselves)."""

from collections.abc import Callable

from shizheng.domains.projects.models import Project

Follower = Callable[[Project], None]
_followers: dict[str, Follower] = {}


def register(code: str, follower: Follower) -> None:
    """Call `follower(project)` in the transaction of every happening; the same code twice replaces the first."""
    _followers[code] = follower


def tell(project: Project) -> None:
    """Something happened to this tender, or what was told about it was corrected."""
    for follower in _followers.values():
        follower(project)
