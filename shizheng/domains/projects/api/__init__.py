"""The API of tenders: the same actions and queries as the pages."""

from shizheng.domains.projects.api import boards, lists, matters, projects
from shizheng.domains.projects.api.routing import router

__all__ = ["boards", "lists", "matters", "projects", "router"]
from shizheng.domains.projects.api import field

__all__ = ["boards", "field", "lists", "projects", "router"]
