"""What everybody may read: published plans."""

from typing import Any

from django.http import HttpRequest

from shizheng.common.api_fields import Id, PageNumber, PageSize
from shizheng.common.words import N_
from shizheng.domains.planning import queries
from shizheng.domains.planning.api.fields import Year
from shizheng.domains.planning.api.plans import PlansOut, plan_out
from shizheng.domains.planning.api.routing import router
from shizheng.domains.planning.queries.documents import (
    public_document,
)


@router.get("/public/plans", permission=None, response=PlansOut, summary=N_("公布的計畫"))
def list_published(
    request: HttpRequest, roc_year: Year = None, page: PageNumber = 1, page_size: PageSize = 50
) -> Any:
    """Published plans, for everybody."""
    rows = queries.published().defer("source__text").order_by("-roc_year", "agency_id")
    if roc_year is not None:
        rows = rows.filter(roc_year=roc_year)
    start = (page - 1) * page_size
    return {
        "count": rows.count(),
        "page": page,
        "items": [plan_out(plan) for plan in rows[start : start + page_size]],
    }


@router.get("/public/plans/{plan_id}", permission=None, summary=N_("一份公布的計畫"))
def read_published(request: HttpRequest, plan_id: Id) -> Any:
    """A published plan with its KPIs, figures and results, for everybody."""
    return public_document(queries.published_plan(plan_id))
