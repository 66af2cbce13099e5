"""The API of tenders: the same actions and queries as the pages."""

from shizheng.domains.projects.api import (
    applications,
    assessments,
    boards,
    bulletins,
    external,
    field,
    grants,
    lists,
    matters,
    open_data,
    programmes,
    projects,
    unplanned,
    visits,
    warnings,
)
from shizheng.domains.projects.api.routing import router

__all__ = [
    "applications",
    "assessments",
    "boards",
    "bulletins",
    "external",
    "field",
    "grants",
    "lists",
    "matters",
    "open_data",
    "programmes",
    "projects",
    "router",
    "unplanned",
    "visits",
    "warnings",
]
