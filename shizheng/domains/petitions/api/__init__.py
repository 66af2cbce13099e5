"""The API of petitions: the same actions and queries as the pages."""

from shizheng.domains.petitions.api import acting, assigning, categories, petitions, reports, services, themes
from shizheng.domains.petitions.api.routing import router

__all__ = ["acting", "assigning", "categories", "petitions", "reports", "router", "services", "themes"]
