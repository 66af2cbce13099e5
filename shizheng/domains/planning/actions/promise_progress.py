"""What a locked return of promises says becomes their progress; an approved correction supersedes it, and all of it stays."""

from collections.abc import Mapping
from typing import Any

from shizheng.common.permissions import Actor
from shizheng.domains.planning.models.promises import Promise, PromiseKind, PromiseProgress
from shizheng.domains.planning.queries import promises as queries
from shizheng.kernel.filing import queries as filing_queries
from shizheng.kernel.filing.registry import Entries
from shizheng.kernel.filing.rules.typed import number_of
from shizheng.kernel.history.actions import recorded
from shizheng.kernel.measures.rules.figures import Figure
from shizheng.kernel.measures.rules.periods import Period, parse_period


def record_progress(actor: Actor, filing: Any, entries: Entries) -> None:
    """A return was locked: one row of progress for each action plan in it."""
    with recorded(by=actor, action="planning.record_progress"):
        for row in _rows(filing, entries).values():
            row.save(force_insert=True)


def correct_progress(actor: Actor, request: Any) -> None:
    """A correction was approved: a new row for each action plan that it changes, beside the one that it supersedes."""
    filing = request.filing
    touched = {change["row"] for change in request.changes}
    with recorded(by=actor, action="planning.correct_progress", reason=request.reason):
        made = _rows(filing, filing_queries.entries_of(filing.pk))
        period = filing.round.period
        for key in sorted(touched & made.keys()):
            row = made[key]
            row.supersedes = (
                PromiseProgress.objects.filter(promise_id=row.promise_id, period=period, superseded_by=None)
                .order_by("-id")
                .first()
            )
            row.save(force_insert=True)


def _rows(filing: Any, entries: Entries) -> dict[str, PromiseProgress]:
    """The rows that a return's entries make, by key."""
    period = parse_period(filing.round.period)
    texts: dict[str, dict[str, str]] = {}
    for (key, name), entry in entries.items():
        texts.setdefault(key, {})[name] = entry.text.strip()
    wanted = [int(key) for key in texts if key.isdigit()]
    found = Promise.objects.filter(
        pk__in=wanted, kind=PromiseKind.ACTION, programme_id=filing.subject_pk
    ).select_related("measure", "measure_unit")
    return {str(each.pk): _row(each, filing, period, texts[str(each.pk)]) for each in found}


def _row(each: Promise, filing: Any, period: Period, texts: Mapping[str, str]) -> PromiseProgress:
    figure = queries.figure_of(each, period) if each.measure_id is not None else None
    return PromiseProgress(
        promise=each,
        period=period.code,
        filing_id=filing.pk,
        quantity=number_of(texts.get("quantity", "")),
        percent=number_of(texts.get("percent", "")),
        target=each.target_quantity,
        unit=each.unit,
        missing=texts.get("missing", ""),
        text=texts.get("text", ""),
        obstacles=texts.get("obstacles", ""),
        figure=None if figure is None else _snapshot(figure),
    )


def _snapshot(figure: Figure) -> dict[str, Any]:
    """A KPI's figure as it was when the return was locked, with what identifies it."""
    return {
        "id": figure.id,
        "name": figure.name,
        "period": figure.period.code,
        "value": figure.value_text,
        "unit": figure.unit,
        "verdict": figure.verdict.code.value,
        "missing": figure.missing.kind.value if figure.missing else None,
        "facts": list(figure.fact_ids),
        "rule": figure.rule.name,
    }
