"""Where a published figure comes from, for everybody: all that made it, and of people only role and unit (ADR 0017).

A figure is public where a published plan shows it: a KPI's measure, the agency or a unit below it, and a period of the
plan's year or of its results. Names of people are not given, and are taken out of what officers typed; rows of lists,
which may be about people or cases, are counted, except milestones, whose steps the definition itself names.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from shizheng.common.errors import NotFound
from shizheng.common.words import read, tell
from shizheng.domains.planning.models import Kpi, Plan
from shizheng.domains.planning.queries.plans import published_plan, results
from shizheng.domains.planning.queries.proposals import result_period
from shizheng.domains.planning.rules.definitions import ROC_OFFSET
from shizheng.kernel.measures import queries as measures
from shizheng.kernel.measures.rules.evaluate import Value
from shizheng.kernel.measures.rules.periods import Period, PeriodKind, PeriodNotUnderstood, parse_period
from shizheng.kernel.measures.rules.telling import value_words
from shizheng.kernel.measures.rules.trace_parts import TraceInput
from shizheng.kernel.measures.rules.traces import Trace
from shizheng.kernel.organisations import queries as organisations
from shizheng.kernel.people import queries as people

HIDDEN_NAME = "○○○"


@dataclass(frozen=True, slots=True)
class Post:
    """Who filed, without the name: a role in a unit."""

    role: str
    unit: str

    def __str__(self) -> str:
        return f"{read(self.unit)}{tell('　')}{read(self.role)}" if self.role else read(self.unit)


@dataclass(frozen=True, slots=True)
class PublicInput:
    """One input as it went in. `steps` are milestones: what, and the day on which it was done."""

    given: TraceInput
    words: str
    post: Post | None
    source: str
    reason: str
    steps: tuple[tuple[str, date | None], ...] = ()


@dataclass(frozen=True, slots=True)
class PublicCorrection:
    """What a correction changed."""

    name: str
    label: str
    before: str
    after: str
    reason: str
    post: Post | None
    at: datetime


@dataclass(frozen=True, slots=True)
class PublicTrace:
    """A trace with everything that everybody may read."""

    plan: Plan
    kpi: Kpi
    trace: Trace
    inputs: tuple[PublicInput, ...]
    corrections: tuple[PublicCorrection, ...]
    track: tuple[tuple[Any, str], ...]

    def as_json(self) -> dict[str, Any]:
        """For programs: the trace of the staff's page without names of people and without rows of lists."""
        found = self.trace.as_json()
        for each, made in zip(found["inputs"], self.inputs, strict=True):
            for name in ("fact", "filed_by", "source", "rows"):
                each.pop(name)
            rows = made.given.rows
            each |= {
                "row_count": None if rows is None else len(rows),
                "source": made.source or None,
                "reason": made.reason or None,
                "filed_by": _post_json(made.post),
            }
            each.pop("filed_as")
            for signature in each["signed"]:
                signature.pop("by")
        found["corrections"] = [
            {
                "name": each.name,
                "before": each.before,
                "after": each.after,
                "reason": each.reason or None,
                "by": _post_json(each.post),
                "at": each.at.isoformat(timespec="seconds"),
            }
            for each in self.corrections
        ]
        for segment, (_segment, reason) in zip(found["history"], self.track, strict=True):
            segment["reason"] = reason or None
        return {
            "plan": {"id": self.plan.pk, "agency": self.plan.agency.name, "roc_year": self.plan.roc_year},
            "kpi": self.kpi.name,
            **found,
        }


def public_trace(plan_id: int, measure_id: int, unit: str = "", period: str = "") -> PublicTrace:
    """The trace of a figure that a published plan shows. Raises NotFound for any other figure."""
    plan = published_plan(plan_id)
    kpi = Kpi.objects.filter(goal__plan_id=plan.pk, measure_id=measure_id).order_by("pk").first()
    span = _period(plan, measure_id, period) if kpi is not None else None
    unit_id = plan.agency_id if not unit else int(unit) if unit.isdecimal() and len(unit) < 10 else 0
    if kpi is None or span is None or not _is_below(plan.agency_id, unit_id, span):
        raise NotFound(_("這份公布的計畫沒有這個數字。請從計畫頁點數字進入。"))
    found = measures.trace(measure_id, unit_id, span)
    posts = _posts(measure_id, found)
    names = people.display_names()
    steps = _steps(measure_id, found)
    return PublicTrace(
        plan,
        kpi,
        found,
        tuple(_input(each, posts, names, steps.get(each.name, {})) for each in found.inputs),
        tuple(
            PublicCorrection(
                each.name,
                each.label,
                _words(each.before),
                _words(each.after),
                without_names(each.reason, names),
                posts.get(each.fact_id),
                each.at,
            )
            for each in found.corrections
        ),
        tuple((each, without_names(each.reason, names)) for each in found.track),
    )


def _period(plan: Plan, measure_id: int, text: str) -> Period | None:
    """The period asked for, where the plan shows it: in its year, or in one that its results report."""
    year = Period(PeriodKind.YEAR, plan.roc_year + ROC_OFFSET)
    if not text:
        return year
    try:
        asked = parse_period(text)
    except PeriodNotUnderstood:
        return None
    reported = [
        span
        for row in results(plan.pk)
        if row.kpi and row.kpi.measure_id == measure_id and (span := result_period(row))
    ]
    return asked if any(each.contains(asked) for each in (year, *reported)) else None


def _is_below(agency_id: int, unit_id: int, period: Period) -> bool:
    return unit_id == agency_id or unit_id in organisations.subtree_ids(agency_id, period.last_day)


def _posts(measure_id: int, found: Trace) -> dict[int, Post]:
    """Who filed each fact, as role and unit on that day; only the unit where the filer has no account any more."""
    wanted = {each.fact_id for each in found.inputs if each.fact_id} | {
        each.fact_id for each in found.corrections
    }
    rows = list(
        measures.facts_of(measure_id)
        .filter(pk__in=wanted)
        .values_list("pk", "filed_by_id", "recorded_at", "unit__name", "source__filed")
    )
    by_day: dict[date, set[int]] = {}
    for _pk, filer, recorded_at, _unit, kept in rows:
        if filer is not None and not kept:
            by_day.setdefault(timezone.localdate(recorded_at), set()).add(filer)
    held = {day: people.posts_on(filers, day) for day, filers in by_day.items()}
    posts = {}
    for pk, filer, recorded_at, unit_name, kept in rows:
        if kept:
            posts[pk] = Post(kept["role"], kept["unit"] or unit_name)
            continue
        post = held.get(timezone.localdate(recorded_at), {}).get(filer)
        posts[pk] = Post(str(post.role.shown), post.unit.name) if post else Post("", unit_name)
    return posts


def _steps(measure_id: int, found: Trace) -> dict[str, dict[str, str]]:
    """Milestones that the definition names: input → key → label."""
    made = found.figure.definition
    stored = measures.versions_of(measure_id).filter(pk=made.id).first() if made else None
    return {
        each["name"]: {step["key"]: step["label"] for step in each["steps"]}
        for each in (stored.inputs if stored else ())
        if each.get("steps")
    }


def _input(
    given: TraceInput, posts: Mapping[int, Post], names: Iterable[str], steps: Mapping[str, str]
) -> PublicInput:
    text = str((given.source or {}).get("text", ""))
    return PublicInput(
        given,
        _words(given.value),
        posts.get(given.fact_id) if given.fact_id else None,
        without_names(text, names),
        without_names(given.reason, names),
        tuple((steps[row.key], row.done_on) for row in given.rows or () if row.key in steps),
    )


def _words(value: Value) -> str:
    return value_words(value)


def without_names(text: str, names: Iterable[str]) -> str:
    """A text in which no account's name stands."""
    for name in sorted(names, key=len, reverse=True):
        text = text.replace(name, HIDDEN_NAME)
    return text


def _post_json(post: Post | None) -> dict[str, str | None] | None:
    return None if post is None else {"role": post.role or None, "unit": post.unit}
