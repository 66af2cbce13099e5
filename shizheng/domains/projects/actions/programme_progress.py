"""What a locked return about a programme says: kept for good, and the numbers of a measure that KPIs can be supplied from."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse

from shizheng.common.permissions import Actor
from shizheng.common.words import N_, written
from shizheng.domains.projects.actions.facts import Defined, put
from shizheng.domains.projects.actions.linked_facts import feed_linked_programme
from shizheng.domains.projects.models import Programme, ProgrammeProgress
from shizheng.domains.projects.queries import programmes as queries
from shizheng.kernel.filing import queries as filing_queries
from shizheng.kernel.filing.registry import Entries
from shizheng.kernel.filing.rules.typed import number_of
from shizheng.kernel.history.actions import recorded
from shizheng.kernel.measures.rules.filed import Filed
from shizheng.kernel.measures.rules.periods import parse_period

WHOLE = "programme"


def record_progress(actor: Actor, locked: Sequence[tuple[Any, Entries]]) -> None:
    """Signed returns of one round were locked; one that is late supersedes 未填報."""
    with recorded(by=actor, action="projects.record_progress"):
        signed = filing_queries.signed_by([filing for filing, _entries in locked])
        _write(actor, [(filing, entries) for filing, entries in locked], written("逾期補報"), signed)


def record_unfiled(actor: Actor, found: Any, returns: Sequence[Any]) -> None:
    """The round was locked without these: 未填報."""
    with recorded(by=actor, action="projects.record_unfiled"):
        there = _standing(returns)
        fresh = [each for each in returns if (each.subject_pk, each.round.period) not in there]
        _write(actor, [(each, None) for each in fresh], written("鎖定時未填報"), {})


def correct_progress(actor: Actor, request: Any) -> None:
    """A correction was approved: a new row beside the one that it supersedes, with the quantity planned then."""
    with recorded(by=actor, action="projects.correct_progress", reason=request.reason):
        filing = request.filing
        who = {filing.pk: filing_queries.corrected_by(request)}
        _write(actor, [(filing, filing_queries.entries_of(filing.pk))], request.reason, who)


def _standing(returns: Sequence[Any]) -> dict[tuple[int, str], ProgrammeProgress]:
    rows = queries.progress({each.subject_pk for each in returns})
    return {(each.programme_id, each.period): each for each in rows}


def _write(
    actor: Actor, given: Sequence[tuple[Any, Entries | None]], reason: str, signed: Mapping[int, Filed]
) -> None:
    """`signed`: return → who filed and signed it."""
    returns = [filing for filing, _entries in given]
    if not returns:
        return
    there = _standing(returns)
    known = Programme.objects.select_related("measure").in_bulk({each.subject_pk for each in returns})
    targets = queries.targets_of(known)
    for filing, entries in given:
        period = parse_period(filing.round.period)
        programme = known[filing.subject_pk]
        row = ProgrammeProgress(
            programme=programme, period=period.code, filing_id=filing.pk, filed=entries is not None
        )
        before = there.get((programme.pk, period.code))
        if before is not None:
            row.supersedes, row.reason, row.planned = before, reason, before.planned
        else:
            row.planned = queries.planned(programme, targets[programme.pk], period.last_day)
        if entries is not None:
            _fill(row, entries)
        row.save(force_insert=True)
        if row.planned is not None:
            _write_facts(actor, programme, filing.unit_id, row, reason)
            if row.filed and programme.measure_id is not None:
                who = {programme.lead_id or 0: signed[filing.pk]} if filing.pk in signed else {}
                feed_linked_programme(actor, programme, period, reason, who)


def _fill(row: ProgrammeProgress, entries: Entries) -> None:
    values = filing_queries.values_of(entries, WHOLE)
    row.quantity = number_of(values.get("quantity", "")) if row.planned is not None else None
    row.text, row.issues = values.get("text", "").strip(), values.get("issues", "").strip()
    row.evidence = values.get("evidence", "").strip()
    row.coordination = {
        key: entry.text.strip()
        for (key, name), entry in sorted(entries.items())
        if name == "coordination" and entry.text.strip()
    }


def _write_facts(
    actor: Actor, programme: Programme, unit_id: int, row: ProgrammeProgress, reason: str
) -> None:
    """Quantity reached and planned, as facts of the programme's own measure."""
    period = parse_period(row.period)
    code = queries.measure_code(programme)
    defined = Defined(
        code,
        f"{programme.name}：數量達成率",
        "累計數量",
        "預定累計數量",
        programme.unit,
        N_("專案計畫分期目標（C02）"),
    )
    source = {
        "kind": "reported",
        "text": written("%(programme)s，%(period)s填報", programme=programme.name, period=period.label),
        "url": reverse("projects:programme", args=[programme.pk]) + f"?period={period.code}",
    }
    put(
        actor,
        [defined],
        period,
        {(unit_id, code): (row.quantity, row.planned)},
        {unit_id: source},
        reason=reason,
        action="projects.record_progress",
        period_kind=period.kind.value,
    )
