"""The API of tenders: the same actions and queries as the pages."""

from shizheng.domains.projects.api import boards, external, field, lists, matters, open_data, projects, visits
from shizheng.domains.projects.api.routing import router

__all__ = ["boards", "external", "field", "lists", "matters", "open_data", "projects", "router", "visits"]
