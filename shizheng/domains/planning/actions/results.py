"""Result rows: an officer says which printed number is which input, and the facts go to the measures (A04)."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from shizheng.common.errors import BadInput, Conflict, NotFound
from shizheng.common.numbers import round_half_up
from shizheng.common.permissions import Actor, Carrying, require
from shizheng.common.words import written
from shizheng.domains.planning.actions.shared import need_state
from shizheng.domains.planning.models import (
    FigureRole,
    Kpi,
    Plan,
    PlanState,
    ResultFigure,
    ResultRow,
    ResultStatus,
)
from shizheng.domains.planning.queries.proposals import decimals_of, proposals_for, result_period
from shizheng.domains.planning.rules.reading_figures import FigureProposal
from shizheng.kernel.history.actions import recorded
from shizheng.kernel.measures import actions as measures
from shizheng.kernel.measures import queries as measure_queries
from shizheng.kernel.measures.rules.judging import VerdictCode
from shizheng.kernel.measures.rules.missing import MissingKind
from shizheng.kernel.measures.rules.periods import Period
from shizheng.kernel.measures.rules.tree import inputs_of

CARRIED = frozenset({"measures.file", "measures.view"})
STATUS = {
    VerdictCode.MET: ResultStatus.MET,
    VerdictCode.ON_TRACK: ResultStatus.ON_TRACK,
    VerdictCode.NOT_MET: ResultStatus.NOT_MET,
    VerdictCode.AT_RISK: ResultStatus.AT_RISK,
    VerdictCode.NOT_YET_MEASURABLE: ResultStatus.NOT_YET_MEASURABLE,
}


@dataclass(frozen=True, slots=True)
class Recording:
    """What became of one result row when exact figures were recorded."""

    row: ResultRow
    recorded: bool
    proposal: FigureProposal | None
    why: str


def confirm_figures(
    actor: Actor,
    row_id: int,
    *,
    version: int | None,
    chosen: Mapping[str, int] | None = None,
    typed: Mapping[str, Decimal] | None = None,
    reason: str = "",
) -> ResultRow:
    """Record the inputs of a result row as facts: `chosen` names printed figures by position, `typed` gives numbers.

    A typed number that the narrative does not print needs a reason: where it comes from (X-02).
    """
    with recorded(by=actor, action="planning.confirm_figures", reason=reason.strip()):
        row, plan = _locked_row(row_id, version)
        require(actor, "planning.edit", plan.agency_id)
        kpi, period = _ready(row, plan)
        _refuse_if_filed(kpi, plan, period)
        figures = {figure.position: figure for figure in row.figures.all()}
        values = _values(kpi, period, figures, chosen or {}, typed or {}, reason)
        _file(actor, row, plan, kpi, period, values, figures, chosen or {}, reason)
        _assign_roles(figures, chosen or {})
        _judge(row, plan, kpi, period, chosen or {}, figures)
    return row


def confirm_from_figure(actor: Actor, row_id: int, *, version: int | None, reason: str = "") -> ResultRow:
    """Settle a row by what has been filed for its period already; nothing new is filed."""
    with recorded(by=actor, action="planning.confirm_from_figure", reason=reason.strip()):
        row, plan = _locked_row(row_id, version)
        require(actor, "planning.edit", plan.agency_id)
        kpi, period = _ready(row, plan)
        assert kpi.measure_id is not None
        if measure_queries.figure(kpi.measure_id, plan.agency_id, period).value is None:
            raise Conflict(_("這段期間還沒有填報的數，不能據以確認。請先填報，或從敘述裡的數字登錄。"))
        _judge(row, plan, kpi, period, {}, {figure.position: figure for figure in row.figures.all()})
    return row


def mark_not_yet_measurable(actor: Actor, row_id: int, *, version: int | None, reason: str) -> ResultRow:
    """Say that the KPI cannot be measured yet at the end of the period (X-36): a kind of missing, never 0."""
    with recorded(by=actor, action="planning.mark_not_yet_measurable", reason=reason.strip()):
        row, plan = _locked_row(row_id, version)
        require(actor, "planning.edit", plan.agency_id)
        kpi, period = _ready(row, plan)
        assert kpi.measure_id is not None
        measures.record_facts(
            Carrying(actor, CARRIED, frozenset({plan.agency_id})),
            [
                measures.Filing(
                    kpi.measure_id, name, plan.agency_id, period, missing=MissingKind.NOT_YET_MEASURABLE,
                    source=_source(row, plan, ""), reason=reason.strip(),
                )
                for name in _input_names(kpi.measure_id, period)
            ],
        )  # fmt: skip
        row.status, row.status_note = ResultStatus.NOT_YET_MEASURABLE, reason.strip()
        _save(row)
    return row


def match_result(actor: Actor, row_id: int, *, version: int | None, kpi_id: int | None) -> ResultRow:
    """Say which KPI of the same plan a result row reports on, or that it is none of them."""
    with recorded(by=actor, action="planning.match_result"):
        row, plan = _locked_row(row_id, version)
        require(actor, "planning.edit", plan.agency_id)
        need_state(plan, PlanState.DRAFT, doing=_("改成果對應的指標"))
        if kpi_id is not None and not Kpi.objects.filter(pk=kpi_id, goal__plan=plan).exists():
            text = _("這份計畫沒有這個指標，沒有存。請從清單選一個。")
            raise BadInput(text, fields={"kpi": [text]})
        row.kpi_id = kpi_id
        _save(row, "kpi")
    return row


def record_exact_results(actor: Actor, plan_id: int) -> list[Recording]:
    """Record every row whose printed value the formula gives exactly, in one way only; leave the rest to an officer."""
    found = []
    for row in ResultRow.objects.filter(plan_id=plan_id).order_by("position"):
        proposal = next((each for each in proposals_for(row) if each.exact), None)
        if proposal is None:
            why = _("沒有一組印出的數字恰好算出印出的值，留給承辦人確認。")
            found.append(Recording(row, False, None, why))
            continue
        try:
            confirm_figures(
                actor, row.pk, version=row.version, chosen=proposal.inputs, reason=proposal.reason
            )
        except Conflict as failure:
            found.append(Recording(row, False, proposal, failure.message))
        else:
            found.append(Recording(row, True, proposal, proposal.reason))
    return found


def _locked_row(row_id: int, version: int | None) -> tuple[ResultRow, Plan]:
    row = (
        ResultRow.objects.select_for_update(of=("self",))
        .select_related("plan__agency", "kpi__goal")
        .filter(pk=row_id)
        .first()
    )
    if row is None:
        raise NotFound(_("找不到這筆成果，可能計畫已被捨棄；沒有執行任何動作。"))
    if version is not None and row.version != version:
        raise Conflict(_("這筆成果剛才已經確認或改過，您的沒有存。請重新整理，看過最新的內容再決定。"))
    return row, row.plan


def _ready(row: ResultRow, plan: Plan) -> tuple[Kpi, Period]:
    need_state(plan, PlanState.ACCEPTED, PlanState.PUBLISHED, doing=_("登錄成果的數字"))
    if row.kpi is None or row.kpi.measure_id is None:
        raise Conflict(_("這筆成果還沒有對應到計畫的指標，所以不能登錄數字。請先指定它報的是哪個指標。"))
    period = result_period(row)
    if period is None:
        raise Conflict(_("這筆成果的期間沒有印出，或不是年、半年、季、月，所以不能登錄。請先補上期間。"))
    return row.kpi, period


def _refuse_if_filed(kpi: Kpi, plan: Plan, period: Period) -> None:
    """Numbers of shorter periods already make up this one: filing it again would hide them."""
    assert kpi.measure_id is not None
    found = measure_queries.figure(kpi.measure_id, plan.agency_id, period)
    if found.made_from == "periods" and found.value is not None:
        raise Conflict(
            _(
                "%(period)s已由較短的期間填報，算得 %(value)s，所以不再登錄。請改按「依已填報的數確認」，或更正原來的填報。"
            )
            % {"period": period.label, "value": found.value_text}
        )


def _input_names(measure_id: int, period: Period) -> list[str]:
    made = measure_queries.definitions_in_force([measure_id], period).get(measure_id)
    if made is None or made.tree is None:
        raise Conflict(_("這個指標的公式還沒有人確認，所以不能登錄數字。請先到指標頁選定公式。"))
    return [use.name for use in inputs_of(made.tree)]


def _values(
    kpi: Kpi,
    period: Period,
    figures: Mapping[int, ResultFigure],
    chosen: Mapping[str, int],
    typed: Mapping[str, Decimal],
    reason: str,
) -> dict[str, Decimal]:
    assert kpi.measure_id is not None
    fields: dict[str, list[str]] = {}
    values: dict[str, Decimal] = {}
    for name in _input_names(kpi.measure_id, period):
        figure = figures.get(chosen[name]) if name in chosen else None
        if name in typed:
            values[name] = typed[name]
        elif figure is not None and figure.value is not None:
            values[name] = figure.value
        else:
            fields[name] = [_("請選一個印出的數字，或直接填數字。")]
    if typed and not reason.strip():
        fields["reason"] = [_("自行填寫的數字，請寫明出處（例如哪份清冊、哪一天）。")]
    if fields:
        raise BadInput(_("還有要填的，沒有存。"), fields=fields)
    return values


def _file(
    actor: Actor,
    row: ResultRow,
    plan: Plan,
    kpi: Kpi,
    period: Period,
    values: Mapping[str, Decimal],
    figures: Mapping[int, ResultFigure],
    chosen: Mapping[str, int],
    reason: str,
) -> None:
    assert kpi.measure_id is not None
    measures.record_facts(
        Carrying(actor, CARRIED, frozenset({plan.agency_id})),
        [
            measures.Filing(
                kpi.measure_id,
                name,
                plan.agency_id,
                period,
                value=value,
                source=_source(
                    row,
                    plan,
                    figures[chosen[name]].text if name in chosen and chosen[name] in figures else "",
                ),
                reason=reason.strip(),
            )
            for name, value in values.items()
        ],
        action="planning.confirm_figures",
    )


def _source(row: ResultRow, plan: Plan, printed: str) -> dict[str, object]:
    """Where the number stands, for the trace."""
    return {
        "kind": "imported",
        "text": written(
            "%(plan)s，上年度實施狀況及成果概述第 %(line)s 行", plan=plan.title, line=row.line_from or "—"
        ),
        "url": f"/planning/results/{row.pk}/",
        "printed": printed,
        "plan": plan.pk,
        "result": row.pk,
    }


def _assign_roles(figures: Mapping[int, ResultFigure], chosen: Mapping[str, int]) -> None:
    for name, position in chosen.items():
        figure = figures[position]
        figure.role, figure.input_name = FigureRole.INPUT, name
        figure.save(update_fields=["role", "input_name"])


def _judge(
    row: ResultRow,
    plan: Plan,
    kpi: Kpi,
    period: Period,
    chosen: Mapping[str, int],
    figures: Mapping[int, ResultFigure],
) -> None:
    """The status follows from the figure, never from the wording (X-02)."""
    assert kpi.measure_id is not None
    found = measure_queries.figure(kpi.measure_id, plan.agency_id, period)
    row.status = STATUS.get(found.verdict.code, ResultStatus.TO_CONFIRM)
    printed = [f for f in figures.values() if f.unit == "%" and f.position not in chosen.values()]
    same = next((f for f in printed if found.value is not None and _prints(f, found.exact)), None)
    row.status_note = found.verdict.comparison
    if same is not None and same.value is not None:
        same.role = FigureRole.PRINTED_VALUE
        same.save(update_fields=["role"])
        if found.value != same.value:
            row.status_note += _("；文件印 %(printed)s，算得 %(value)s") % {
                "printed": same.text,
                "value": found.value_text,
            }
    _save(row)


def _prints(figure: ResultFigure, exact: object) -> bool:
    if not isinstance(exact, Decimal) or figure.value is None:
        return False
    return round_half_up(exact, decimals_of(figure.text)) == figure.value


def _save(row: ResultRow, *more: str) -> None:
    row.version += 1
    row.save(update_fields=["status", "status_note", "version", *more])
