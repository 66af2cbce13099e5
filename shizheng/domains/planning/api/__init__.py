"""The API of plans, KPIs, boards and results: the same actions and queries as the pages."""

from shizheng.domains.planning.api import boards, kpis, outcomes, plans, promises, public, results, scores
from shizheng.domains.planning.api.routing import router

__all__ = ["boards", "kpis", "outcomes", "plans", "promises", "public", "results", "router", "scores"]
