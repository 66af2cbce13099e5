"""Result rows: what is printed, what it may be, and the officer's decision."""

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Field

from shizheng.common.api_fields import NO_NUL, Amount, Given, Id, Match, actor_of, tag
from shizheng.common.words import N_
from shizheng.domains.planning import actions, queries
from shizheng.domains.planning.api.fields import Word, optional_version
from shizheng.domains.planning.api.routing import router
from shizheng.domains.planning.queries.documents import (
    text_of,
)


class ConfirmIn(Given):
    """`chosen`: input → position of a printed figure; `typed`: input → number (with the reason: where it is from)."""

    chosen: dict[Word, Annotated[int, Field(ge=1, le=10_000)]] = {}
    typed: dict[Word, Amount] = {}
    reason: Annotated[str, Field(pattern=NO_NUL, max_length=2000)] = ""


@router.get("/results/{row_id}", permission="planning.view", summary=N_("一列成果"))
def read_result(request: HttpRequest, response: HttpResponse, row_id: Id) -> Any:
    """A result row, its printed figures, and what they may be."""
    actor = actor_of(request)
    row = queries.result(actor, row_id)
    tag(response, row.version)
    return {
        "id": row.pk,
        "plan_id": row.plan_id,
        "kpi_id": row.kpi_id,
        "kpi": row.kpi_name,
        "narrative": row.narrative,
        "status": row.status,
        "status_note": row.status_note,
        "version": row.version,
        "figures": [
            {
                "position": each.position,
                "text": each.text,
                "value": text_of(each.value),
                "unit": each.unit,
                "role": each.role,
            }
            for each in row.figures.all()
        ],
        "proposals": [
            {
                "inputs": dict(each.inputs),
                "computed": text_of(each.computed),
                "confidence": str(each.confidence),
                "exact": each.exact,
                "reason": each.reason,
            }
            for each in queries.proposals_for(row)
        ],
    }


@router.post("/results/{row_id}/confirm", permission="planning.edit", summary=N_("確認成果的數字"))
def confirm_result(
    request: HttpRequest, response: HttpResponse, row_id: Id, given: ConfirmIn, if_match: Match = None
) -> Any:
    """Record the inputs of a row as facts: a person says which number is which."""
    actor = actor_of(request)
    row = queries.result(actor, row_id)
    version = optional_version(if_match, row.version)
    row = actions.confirm_figures(
        actor, row_id, version=version, chosen=given.chosen, typed=given.typed, reason=given.reason
    )
    tag(response, row.version)
    return {"id": row.pk, "status": row.status, "status_note": row.status_note, "version": row.version}
