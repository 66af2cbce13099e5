"""The API of supervision: the same actions and queries as the pages."""

from shizheng.domains.procurement.api import failed
from shizheng.domains.procurement.api.routing import router

__all__ = ["failed", "router"]
