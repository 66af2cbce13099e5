"""The API of supervision and review: the same actions and queries as the pages."""

from shizheng.domains.procurement.api import failed, review_corrections, reviews
from shizheng.domains.procurement.api.routing import router

__all__ = ["failed", "review_corrections", "reviews", "router"]
