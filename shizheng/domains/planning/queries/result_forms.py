"""The rows of a return of results: every KPI of the plan, what is asked for it, and what is there already (A04)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from shizheng.common.numbers import plain, with_unit
from shizheng.common.roc import format_roc
from shizheng.common.together import Steps, done, side_by_side
from shizheng.common.words import tell, written
from shizheng.domains.planning.models import Kpi, Plan
from shizheng.domains.planning.queries.board_figures import fresh_figures
from shizheng.domains.planning.queries.plans import IN_FORCE
from shizheng.domains.planning.rules import result_forms as forms
from shizheng.kernel.filing.inputs import asked_together, supplied
from shizheng.kernel.filing.registry import Field, Row, Supplied
from shizheng.kernel.measures import counting, view
from shizheng.kernel.measures.queries import Key
from shizheng.kernel.measures.queries.figures import Names
from shizheng.kernel.measures.queries.knowledge import facts_within
from shizheng.kernel.measures.rules.figures import Definition, Figure
from shizheng.kernel.measures.rules.missing import LABELS
from shizheng.kernel.measures.rules.periods import MONTHS, Period, parse_period
from shizheng.kernel.organisations import queries as organisations
from shizheng.kernel.organisations.rules import Tree

COMPUTED = ("periods", "units")
STEP_HELP = gettext_lazy("完成日，例如 106-06-30；還沒完成寫「未完成」")
ROWS_HELP = gettext_lazy("一行一筆：編號, 值, 名稱")


@dataclass(frozen=True, slots=True)
class ResultLine(Row):
    """A row for one KPI: its definition for the period, and the figure that what was filed before makes.

    `computed`: that figure comes from shorter periods or from units below; nothing is asked for again.
    """

    kpi_id: int = 0
    measure_id: int = 0
    owner_id: int = 0
    name: str = ""
    made: Definition | None = None
    figure: Figure | None = None
    computed: bool = False


def lines_of(filing: Any) -> Sequence[ResultLine]:
    """The rows of one return."""
    return lines_of_all([filing])[filing.pk]


def lines_of_all(returns: Sequence[Any]) -> dict[int, Sequence[ResultLine]]:
    """The rows of many returns of the same round or of several, in a fixed number of queries for each period."""
    plans, tree = side_by_side([plans_steps(returns), organisations.tree_steps()])
    kpis: dict[int, list[Kpi]] = {}
    rows = Kpi.objects.filter(goal__plan_id__in=set(plans.values()), measure__isnull=False)
    for kpi in rows.select_related("goal", "measure").order_by("goal__position", "position"):
        kpis.setdefault(kpi.goal.plan_id, []).append(kpi)
    wanted = {
        (each.pk, kpi.measure_id): Key(kpi.measure_id, each.unit_id, parse_period(each.round.period))
        for each in returns
        for kpi in kpis.get(plans[each.pk], ())
        if kpi.measure_id is not None
    }
    names = {
        kpi.measure_id: Names(kpi.measure.code, kpi.measure.name)
        for some in kpis.values() for kpi in some if kpi.measure_id is not None and kpi.measure is not None
    }  # fmt: skip
    figures = fresh_figures(wanted.values(), tree, names) if wanted else {}
    computed = _computed(figures, tree)
    with asked_together():
        return _lines(returns, plans, kpis, wanted, figures, computed)


def _lines(
    returns: Sequence[Any], plans: Mapping[int, int], kpis: Mapping[int, Sequence[Kpi]],
    wanted: Mapping[tuple[int, int], Key], figures: Mapping[Key, Figure], computed: set[Key],
) -> dict[int, Sequence[ResultLine]]:  # fmt: skip
    found: dict[int, Sequence[ResultLine]] = {}
    for each in returns:
        once = {kpi.measure_id: kpi for kpi in reversed(kpis.get(plans[each.pk], ()))}
        keys = {kpi: wanted[each.pk, kpi.measure_id] for kpi in once.values() if kpi.measure_id is not None}
        found[each.pk] = [
            _line(kpi, each, figures[keys[kpi]], keys[kpi] in computed)
            for kpi in kpis.get(plans[each.pk], ())
            if kpi in keys
        ]
    return found


def _computed(figures: Mapping[Key, Figure], tree: Tree) -> set[Key]:
    """Those whose figure is made of shorter periods, or of units below, that cover the whole period, and those whose numbers
    the system counted from what a domain keeps (two queries).

    Half a year alone makes no year: then the year is asked for.
    """
    return _counted(figures) | _of_parts(figures, tree)


def _counted(figures: Mapping[Key, Figure]) -> set[Key]:
    own = {
        key: set(figure.fact_ids)
        for key, figure in figures.items()
        if figure.made_from == "facts" and figure.value is not None and figure.fact_ids
    }
    counted = counting.counted({pk for ids in own.values() for pk in ids})
    return {key for key, ids in own.items() if ids <= counted}


def _of_parts(figures: Mapping[Key, Figure], tree: Tree) -> set[Key]:
    made = {
        key: figure
        for key, figure in figures.items()
        if figure.made_from in COMPUTED and figure.value is not None and figure.fact_ids
    }
    if not made:
        return set()
    units = {below for key in made for below in tree.subtree_ids(key.unit_id)} | {key.unit_id for key in made}
    facts = facts_within(
        {key.measure_id for key in made},
        units,
        min(key.period.start for key in made),
        max(key.period.end for key in made),
    )
    parts = {each.id: (each.unit_id, parse_period(each.period)) for each in facts}
    return {key for key, figure in made.items() if _covers(key.period, [parts[pk] for pk in figure.fact_ids])}


def _covers(whole: Period, parts: Iterable[tuple[int, Period]]) -> bool:
    months: dict[int, int] = {}
    for unit, part in set(parts):
        months[unit] = months.get(unit, 0) + MONTHS[part.kind]
    return all(count >= MONTHS[whole.kind] for count in months.values())


def plans_of(returns: Sequence[Any]) -> dict[int, int]:
    """Return → the plan in force of its agency and year: an edition that came later takes the place of the first."""
    return done(plans_steps(returns))


def plans_steps(returns: Sequence[Any]) -> Steps[dict[int, int]]:
    """The same beside what else is read."""
    rows = Plan.objects.filter(
        agency_id__in={each.unit_id for each in returns},
        roc_year__in={each.round.roc_year for each in returns},
        state__in=IN_FORCE,
    ).values_list("pk", "agency_id", "roc_year")
    yield rows
    now = {(agency, year): pk for pk, agency, year in rows}
    return {each.pk: now.get((each.unit_id, each.round.roc_year), each.subject_pk) for each in returns}


def _line(kpi: Kpi, filing: Any, figure: Figure, computed: bool) -> ResultLine:
    made = figure.definition if figure.definition and figure.definition.tree else None
    asked = forms.asked_of(made) if made and not computed else ()
    fields = [_field(each) for each in asked]
    if asked:
        fields.append(
            Field(
                forms.MISSING, _("沒有數字時"), "choice", required=False,
                choices=[(kind.value, tell(LABELS[kind])) for kind in forms.KINDS],
            )
        )  # fmt: skip
        help_text = _("例如：十月評估後才有")
        fields.append(Field(forms.WHY, _("為什麼沒有，何時會有"), "text", required=False, help=help_text))
    mark_help = _("%(mark)s的位置，由系統寫入數字") % {"mark": forms.MARK}
    fields.append(Field(forms.NARRATIVE, _("說明"), "long_text", required=False, help=mark_help))
    evidence_help = _("自行填的數要寫：哪份清冊、哪一天")
    fields.append(Field(forms.EVIDENCE, _("依據"), "text", required=False, help=evidence_help))
    files_help = _("公布時列出檔名；能看這份填報表的人才能開啟")
    fields.append(Field(forms.FILES, _("佐證"), "file", required=False, help=files_help))
    return ResultLine(
        key=str(kpi.measure_id),
        title=f"{label_of(kpi)} {kpi.name}",
        fields=fields,
        prefill=_prefill(kpi, filing, figure, asked),
        note=_note(figure, computed),
        url=reverse("planning:kpi", args=[kpi.pk]),
        kpi_id=kpi.pk,
        measure_id=kpi.measure_id or 0,
        owner_id=kpi.measure.owner_id if kpi.measure else 0,
        name=kpi.name,
        made=made,
        figure=figure,
        computed=computed,
    )


def label_of(kpi: Kpi) -> str:
    """`3-1`: goal and KPI by their printed numbers, else by position."""
    return f"{kpi.goal.number or kpi.goal.position}-{kpi.number or kpi.position}"


def _field(asked: forms.Asked) -> Field:
    if asked.kind == "number":
        return Field(asked.field, asked.label, "number", required_unless=forms.MISSING)
    if asked.kind == "step":
        return Field(asked.field, asked.label, "text", help=STEP_HELP, required_unless=forms.MISSING)
    return Field(asked.field, asked.label, "long_text", help=ROWS_HELP, required_unless=forms.MISSING)


def _note(figure: Figure, computed: bool) -> str:
    parts = []
    if figure.target is not None and figure.definition is not None:
        target = f"{figure.definition.direction.sign} {with_unit(figure.target, figure.unit)}"
        parts.append(_("目標 %(target)s") % {"target": target})
    if figure.definition is None or figure.definition.tree is None:
        parts.append(_("公式還沒有人確認，這一期不能填數字；請先到指標頁選定讀法"))
    elif computed and figure.made_from == "units":
        parts.append(
            ngettext("數字由 %(n)s 個所屬單位的填報算得", "數字由 %(n)s 個所屬單位的填報算得", figure.taken)
            % {"n": figure.taken}
        )
        if figure.gaps:
            parts.append(
                ngettext("%(n)s 個單位應填未填，沒有計入", "%(n)s 個單位應填未填，沒有計入", figure.gaps)
                % {"n": figure.gaps}
            )
    elif computed and figure.made_from == "facts":
        parts.append(_("數字由系統從別的填報帶入，不用再填；按指標的數字看來歷"))
    elif computed:
        parts.append(
            ngettext("數字由 %(n)s 個較短期間的填報算得", "數字由 %(n)s 個較短期間的填報算得", figure.taken)
            % {"n": figure.taken}
        )
    return _("；").join(parts)


def _prefill(kpi: Kpi, filing: Any, figure: Figure, asked: Sequence[forms.Asked]) -> dict[str, Supplied]:
    """Inputs from whoever supplies them, else from what was filed for the period; and the sentence to begin with."""
    period = parse_period(filing.round.period)
    found = {forms.NARRATIVE: Supplied(forms.lead_of(kpi.name), written("系統起的句子，可以接著寫"))}
    for each in asked:
        given = None
        if each.kind == "number":
            given = supplied(kpi.measure, each.input, filing.unit_id, period, period.last_day)
        given = given or _standing(each, figure, filing.unit_id, period)
        if given is not None:
            found[each.field] = given
    missing = figure.missing
    if asked and missing and missing.kind in forms.KINDS and figure.fact_ids and figure.made_from == "facts":
        found[forms.MISSING] = Supplied(missing.kind.value, written("先前已填報"), view.figure_url(figure))
    return found


def _standing(asked: forms.Asked, figure: Figure, unit_id: int, period: Period) -> Supplied | None:
    """What was filed for exactly this period before (through the measure's own page, or in an earlier return)."""
    if figure.made_from != "facts" or not figure.fact_ids:
        return None
    value = figure.inputs.get(asked.input)
    url = view.trace_url(figure.measure_id, unit_id, period.code)
    if isinstance(value, Decimal):
        return Supplied(plain(value), written("先前已填報"), url)
    if isinstance(value, tuple) and asked.kind == "rows":
        return Supplied(forms.row_text(value), written("先前已填報"), url)
    if isinstance(value, tuple):
        row = next((each for each in value if each.key == asked.step), None)
        if row is not None:
            return Supplied(
                day_of(row.done_on) if row.done_on else forms.NOT_DONE, written("先前已填報"), url
            )
    return None


def day_of(day: date) -> str:
    """A day as it is typed and kept: 106-06-30."""
    return format_roc(day, "short").replace(".", "-")


def sentence(row: Row, values: Mapping[str, str]) -> str:
    """What the system says for a row: the figure with the values that make it, or what is missing and why."""
    if not isinstance(row, ResultLine):
        return ""
    if values.get(forms.MISSING, "").strip():
        return forms.missing_sentence(values[forms.MISSING], values.get(forms.WHY, ""))
    if row.computed and row.made is not None and row.figure is not None:
        return forms.sentence_of(row.made, row.figure.inputs, row.figure.exact)
    if row.made is None:
        return ""
    try:
        return forms.sentence_of(row.made, forms.read_inputs(row.made, values))
    except forms.NotReadable:
        return ""


def narrative(row: Row, values: Mapping[str, str]) -> str:
    """The narrative of a row with the figure written in at the mark; it follows the values as they are typed."""
    return forms.told(values.get(forms.NARRATIVE, ""), sentence(row, values))
