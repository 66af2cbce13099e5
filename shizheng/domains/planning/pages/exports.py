"""A plan taken away: JSON in the importer's own shape, CSV for spreadsheets."""

import csv
import io
import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from shizheng.common.permissions import SYSTEM
from shizheng.common.routes import public, requires
from shizheng.domains.planning import queries
from shizheng.domains.planning.models import Plan
from shizheng.domains.planning.publications import PLAN
from shizheng.domains.planning.queries.documents import plan_document, public_document
from shizheng.kernel.measures.queries import as_of_day
from shizheng.kernel.publication import queries as publication
from shizheng.web.exports import guarded, plain
from shizheng.web.serving import file_answer


@requires("planning.view")
@require_safe
def plan_json(request: HttpRequest, plan_id: int) -> HttpResponse:
    """The whole plan as JSON, as of the day looked at."""
    user: Any = request.user
    day = getattr(request, "as_of", None)
    found = queries.plan_then(user, plan_id, day)
    return as_json(found, plan_document(found, as_of_day(day)))


@requires("planning.view")
@require_safe
def plan_csv(request: HttpRequest, plan_id: int) -> HttpResponse:
    """The KPIs as CSV, as of the day looked at."""
    user: Any = request.user
    day = getattr(request, "as_of", None)
    return as_csv(queries.plan_then(user, plan_id, day), as_of_day(day))


@requires("planning.view")
@require_safe
def plan_file(request: HttpRequest, plan_id: int, format: str) -> HttpResponse:
    """The plan as it stands as ODT, PDF, TXT, ODS or XLSX, marked as not published."""
    user: Any = request.user
    found = queries.plan(user, plan_id)
    # Who may see the plan has been asked: an accepted one is open beyond its agency, its JSON and CSV as well.
    made = publication.preview(SYSTEM, PLAN, found.pk, format, unit_permission="planning.view")
    return file_answer(made.data, made.media_type, f"plan-{found.roc_year}-{found.pk}.{made.format}")


@public
@require_safe
def public_json(request: HttpRequest, plan_id: int) -> HttpResponse:
    """A published plan as JSON."""
    found = queries.published_plan(plan_id)
    return as_json(found, public_document(found))


@public
@require_safe
def public_csv(request: HttpRequest, plan_id: int) -> HttpResponse:
    """The KPIs of a published plan as CSV."""
    return as_csv(queries.published_plan(plan_id), None)


def as_json(plan: Plan, document: dict[str, Any]) -> HttpResponse:
    body = json.dumps(document, ensure_ascii=False, indent=2)
    return _file(body, "application/json", f"plan-{plan.roc_year}-{plan.pk}.json")


def as_csv(plan: Plan, as_of: Any) -> HttpResponse:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(
        [_("機關"), _("年度"), _("目標編號"), _("策略績效目標"), _("目標權重"), _("指標編號"), _("衡量指標"), _("指標權重"),
         _("評估體制"), _("評估方式"), _("衡量標準"), _("年度目標值"), _("目標值"), _("單位"), _("方向"), _("值")]
    )  # fmt: skip
    document = plan_document(plan, as_of)
    for goal in document["goals"]:
        for kpi in goal["kpis"]:
            row = [
                document["agency"], document["roc_year"], goal["number"], goal["name"], goal["weight"], kpi["number"],
                kpi["name"], kpi["weight"], kpi["system"], kpi["method"], kpi["formula_text"], kpi["target_text"],
                kpi["target_value"], kpi["unit"], kpi["direction"], (kpi["figure"] or {}).get("value"),
            ]  # fmt: skip
            writer.writerow([guarded(plain(cell)) for cell in row])
    return _file("\ufeff" + out.getvalue(), "text/csv", f"plan-{plan.roc_year}-{plan.pk}.csv")


def _file(body: str, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(body, content_type=f"{kind}; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
