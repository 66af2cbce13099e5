"""What a locked return of promises says becomes their progress; an approved correction supersedes it, and all of it stays."""

from collections.abc import Mapping, Sequence
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

BATCH = 1000


def record_progress(actor: Actor, locked: Sequence[tuple[Any, Entries]]) -> None:
    """Returns of one round were locked: one row of progress for each action plan in them.

    How many returns there are does not change the number of queries.
    """
    with recorded(by=actor, action="planning.record_progress"):
        made = [row for rows in _rows_of(locked) for row in rows.values()]
        PromiseProgress.objects.bulk_create(made, batch_size=BATCH)


def correct_progress(actor: Actor, request: Any) -> None:
    """A correction was approved: a new row for each action plan that it changes, beside the one that it supersedes."""
    filing = request.filing
    touched = {change["row"] for change in request.changes}
    with recorded(by=actor, action="planning.correct_progress", reason=request.reason):
        (made,) = _rows_of([(filing, filing_queries.entries_of(filing.pk))])
        period = filing.round.period
        for key in sorted(touched & made.keys()):
            row = made[key]
            row.supersedes = (
                PromiseProgress.objects.filter(promise_id=row.promise_id, period=period, superseded_by=None)
                .order_by("-id")
                .first()
            )
            row.save(force_insert=True)


def _rows_of(given: Sequence[tuple[Any, Entries]]) -> list[dict[str, PromiseProgress]]:
    """The rows that the entries of each return make, by key: a return says something about its own programme alone."""
    if not given:
        return []
    period = parse_period(given[0][0].round.period)
    texts = [_texts(entries) for _filing, entries in given]
    promises = Promise.objects.filter(
        pk__in={int(key) for each in texts for key in each if key.isdigit()},
        kind=PromiseKind.ACTION,
        programme_id__in={filing.subject_pk for filing, _entries in given},
    ).select_related("measure", "measure_unit")
    known = {str(each.pk): each for each in promises}
    linked = [each for each in known.values() if each.measure_id is not None]
    figures = queries.figures_of_promises(linked, period) if linked else {}
    return [
        {
            key: _row(known[key], filing, period, said, figures.get(known[key].pk))
            for key, said in each.items()
            if key in known and known[key].programme_id == filing.subject_pk
        }
        for (filing, _entries), each in zip(given, texts, strict=True)
    ]


def _texts(entries: Entries) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for (key, name), entry in sorted(entries.items()):
        found.setdefault(key, {})[name] = entry.text.strip()
    return found


def _row(
    each: Promise, filing: Any, period: Period, texts: Mapping[str, str], figure: Figure | None
) -> PromiseProgress:
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
