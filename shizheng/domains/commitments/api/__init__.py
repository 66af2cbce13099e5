"""The API of commitments: the same actions and queries as the pages."""

from shizheng.domains.commitments.api import acting, commitments, lists
from shizheng.domains.commitments.api.routing import router

__all__ = ["acting", "commitments", "lists", "router"]
