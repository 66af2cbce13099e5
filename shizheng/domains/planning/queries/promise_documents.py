"""A programme as JSON: for the API and for everybody."""

from typing import Any

from shizheng.domains.planning.models.promises import Promise, PromiseProgress
from shizheng.domains.planning.queries.documents import text_of
from shizheng.domains.planning.queries.promises import Board, Filed, Item


def programme_document(board: Board) -> dict[str, Any]:
    """The programme at the end of a quarter, with every item in the order of the codes."""
    made, counted = board.programme, board.tally
    return {
        "id": made.pk,
        "title": made.title,
        "term_from": made.term_from.isoformat(),
        "term_to": made.term_to.isoformat(),
        "published": made.published_at is not None,
        "quarter": board.period.code,
        "rule": {
            "code": board.rule.code,
            "number": board.rule.number,
            "value": board.rule.raw,
            "source": board.rule.source,
            "unconfirmed": board.rule.unconfirmed,
            "reading": board.rule.reading or None,
        },
        "tally": {
            "action_plans": counted.all,
            "done": counted.done,
            "settled": counted.settled,
            "share": text_of(None if counted.share is None else round(counted.share, 2)),
            "counts": {state.value: count for state, count in counted.counts.items()},
        },
        "items": [item_document(each) for each in board.items],
    }


def item_document(item: Item) -> dict[str, Any]:
    """One promise, part or action plan at the end of a quarter."""
    figure = item.figure
    return {
        **promise_document(item.promise),
        "state": item.state.value if item.state else None,
        "progress": text_of(None if item.progress is None else round(item.progress, 2)),
        "filed": progress_document(item.filed) if item.filed else None,
        "figure": None
        if figure is None
        else {
            "id": figure.id,
            "period": figure.period.code,
            "value": figure.value_text,
            "unit": figure.unit,
            "verdict": figure.verdict.code.value,
        },
    }


def promise_document(row: Promise) -> dict[str, Any]:
    """A promise as it is set down."""
    return {
        "id": row.pk,
        "code": row.code,
        "kind": row.kind,
        "title": row.title,
        "description": row.description,
        "happiness": row.happiness,
        "main_agency": row.main_agency.name if row.main_agency else None,
        "joint_agencies": [each.agency.name for each in row.joint.all()],
        "starts_on": row.starts_on.isoformat() if row.starts_on else None,
        "ends_on": row.ends_on.isoformat() if row.ends_on else None,
        "target_quantity": text_of(row.target_quantity),
        "unit": row.unit or None,
        "measure": row.measure.code if row.measure else None,
        "retired_on": row.retired_on.isoformat() if row.retired_on else None,
        "version": row.version,
    }


def progress_document(row: PromiseProgress) -> dict[str, Any]:
    """What was filed for one quarter."""
    return {
        "period": row.period,
        "quantity": text_of(row.quantity),
        "percent": text_of(row.percent),
        "target": text_of(row.target),
        "unit": row.unit or None,
        "missing": row.missing or None,
        "text": row.text,
        "obstacles": row.obstacles or None,
        "figure": row.figure,
        "recorded_at": row.recorded_at.isoformat(),
    }


def filed_document(each: Filed) -> dict[str, Any]:
    """A quarter with what was corrected since."""
    return {
        **progress_document(each.row),
        "progress": text_of(None if each.progress is None else round(each.progress, 2)),
        "earlier": [progress_document(row) for row in each.earlier],
    }
