"""The API of supervision and review: the same actions and queries as the pages."""

from shizheng.domains.procurement.api import failed, reviews
from shizheng.domains.procurement.api.routing import router

__all__ = ["failed", "reviews", "router"]
