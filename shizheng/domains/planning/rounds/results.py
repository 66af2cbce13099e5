"""成果: what is owed in a round, what is asked, what is wrong with it, and what follows from the lock."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shizheng.common.words import tell, written
from shizheng.domains.planning.actions.filed_results import correct_results, record_results
from shizheng.domains.planning.models import Plan, PlanState
from shizheng.domains.planning.publications import narratives
from shizheng.domains.planning.queries.outcomes import evidence_of_figure, narratives_of
from shizheng.domains.planning.queries.result_forms import (
    ResultLine,
    lines_of,
    lines_of_all,
    narrative,
    plans_of,
)
from shizheng.domains.planning.rules import result_forms as forms
from shizheng.kernel.filing import queries as filing_queries
from shizheng.kernel.filing import registry
from shizheng.kernel.filing.registry import Entries, FilingKind, Problem, Schedule, Subject
from shizheng.kernel.measures import uses
from shizheng.kernel.measures.rules.evaluate import evaluate
from shizheng.kernel.measures.rules.missing import Missing
from shizheng.kernel.measures.rules.periods import PeriodKind, parse_period

CODE = "planning.results"


def register() -> None:
    """Called once when the app is ready."""
    registry.register(
        FilingKind(
            code=CODE,
            name=gettext_lazy("成果"),
            mark=forms.MARK,
            schedules=(
                Schedule("filing.half_year", PeriodKind.HALF, (1,)),
                Schedule("filing.year_end", PeriodKind.YEAR),
            ),
            subjects=subjects,
            rows=lines_of,
            rows_of=lines_of_all,
            check=check,
            on_lock_all=record_results,
            on_correct=correct_results,
            narrative=narrative,
            subject_url=address,
            icon="target-arrow",
        )
    )
    narratives.register(narratives_of)
    uses.proved_by(evidence_of_figure)


def subjects(found: Any) -> Iterator[Subject]:
    """One return for each published plan of the year; the first edition's goes on when another takes its place."""
    there = dict(found.returns.filter(subject_label="planning.plan").values_list("unit_id", "subject_pk"))
    label = parse_period(found.period).label
    rows = Plan.objects.filter(roc_year=found.roc_year, state=PlanState.PUBLISHED).select_related("agency")
    for plan in rows.defer("source").order_by("agency__order", "agency_id"):
        name = plan.agency.short_name or plan.agency.name
        title = written("%(agency)s %(period)s成果", agency=name, period=label)
        yield Subject(plan.agency_id, "planning.plan", there.get(plan.agency_id, plan.pk), title)


def address(filing: Any) -> str:
    """Where the results of the return's plan are shown."""
    return reverse("planning:plan_outcomes", args=[plans_of([filing])[filing.pk], filing.round.period])


def check(filing: Any, entries: Entries) -> Iterable[Problem]:
    """What keeps the results from being sent in beyond empty fields: values that make no figure, a gap without a
    reason, a typed number without evidence, a narrative from which the figure was taken out."""
    for line in lines_of(filing):
        texts = filing_queries.values_of(entries, line.key)
        kind = texts.get(forms.MISSING, "").strip()
        if kind:
            yield from _missing(line, texts)
        elif line.made is not None and not line.computed:
            yield from _numbers(line, texts, entries)
        text = texts.get(forms.NARRATIVE, "").strip()
        if text and forms.MARK not in text:
            message = _(
                "敘述裡要留著「%(mark)s」，數字由系統寫在那裡，才會跟著更正走。請在要放數字的地方加上。"
            )
            yield Problem(message % {"mark": forms.MARK}, line.key, forms.NARRATIVE)


def _missing(line: ResultLine, texts: dict[str, str]) -> Iterator[Problem]:
    given = [name for name, text in texts.items() if name.startswith("in_") and text.strip()]
    if given:
        message = _("已經填了數字，就不能再選缺值；請清掉數字，或把這一格改回「—」。")
        yield Problem(message, line.key, forms.MISSING)
    if not texts.get(forms.WHY, "").strip():
        message = _("沒有數字要寫為什麼，以及何時會有，例如「十月評估後才有」。")
        yield Problem(message, line.key, forms.WHY)


def _numbers(line: ResultLine, texts: dict[str, str], entries: Entries) -> Iterator[Problem]:
    assert line.made is not None and line.made.tree is not None
    try:
        result = evaluate(line.made.tree, forms.read_inputs(line.made, texts))
    except forms.NotReadable as failure:
        yield Problem(str(failure), line.key, failure.field)
        return
    if isinstance(result, Missing):
        why = tell(result.reason) if result.reason else tell(result.label)
        message = _("這些數算不出指標值：%(why)s。請改數字；沒有數字請選缺值並寫理由。") % {"why": why}
        yield Problem(message, line.key, forms.asked_of(line.made)[0].field)
    typed = [
        each
        for each in forms.asked_of(line.made)
        if (entry := entries.get((line.key, each.field))) and entry.source.get("kind") != "supplied"
    ]
    shown = texts.get(forms.EVIDENCE, "").strip() or texts.get(forms.FILES, "").strip()
    if typed and not shown:
        message = _("「%(label)s」是自行填的，請寫依據（哪份清冊、哪一天）或附佐證，別人才找得到。") % {
            "label": typed[0].label
        }
        yield Problem(message, line.key, forms.EVIDENCE)
