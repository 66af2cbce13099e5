"""Score sheets (A05): the KPIs of a year with their scores, by agency, and the agencies in their order.

Everything comes from the year's board, which is kept until something is filed or changed, and from two rules of the
rulebook: a fixed number of queries, whatever the number of agencies.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property

from django.utils.translation import gettext as _

from shizheng.common.errors import CannotDo, NotFound
from shizheng.common.permissions import Actor
from shizheng.common.roc import year_number
from shizheng.domains.planning.models import Plan
from shizheng.domains.planning.queries.boards import Board, BoardKpi, city_board
from shizheng.domains.planning.queries.plans import IN_FORCE
from shizheng.domains.planning.rules import scoring
from shizheng.domains.planning.rules.definitions import ROC_OFFSET
from shizheng.domains.planning.rules.scoring import Line, Total
from shizheng.kernel.measures.queries import AsOf
from shizheng.kernel.measures.rules.figures import Figure
from shizheng.kernel.measures.rules.judging import meets
from shizheng.kernel.measures.rules.missing import Missing
from shizheng.kernel.measures.rules.periods import Period, PeriodKind
from shizheng.kernel.rulebook import queries as rulebook
from shizheng.kernel.rulebook.queries import RuleValue

LAST_YEAR = 300
BANDS, LOWER = "score.bands", "score.lower_is_better"


@dataclass(frozen=True, slots=True)
class ScoringRules:
    """The versions of the two rules by which a year is scored."""

    bands: RuleValue
    lower: RuleValue


@dataclass(frozen=True, slots=True)
class ScoredKpi:
    """One line of a sheet: the KPI as the board shows it, and its score."""

    kpi: BoardKpi
    line: Line

    @property
    def value(self) -> Decimal | None:
        """What was compared and put in: the figure as shown, or before rounding where the rule says so."""
        return _compared(self.kpi.figure)

    @property
    def worked(self) -> str:
        """The formula with its values."""
        figure, made = self.kpi.figure, self.line
        if figure is None or figure.target is None or self.value is None:
            return ""
        if made.way is None or made.attainment is None:
            return ""
        return scoring.worked(made.way, self.value, figure.target, made.attainment)


@dataclass(frozen=True)
class Sheet:
    """The score sheet of one agency and year. `rank` is None where nothing counted; `running`: the year is not over."""

    agency_id: int
    agency: str
    year: int
    period: Period
    rows: Sequence[ScoredKpi]
    total: Total
    grade: str
    rules: ScoringRules
    running: bool
    rank: int | None = None
    of: int = 0

    @cached_property
    def uncounted(self) -> list[ScoredKpi]:
        """What counts in no total, and why."""
        return [row for row in self.rows if row.line.uncounted]

    @cached_property
    def weights(self) -> Decimal:
        """All printed weights of the sheet; they need not add up to 100 (X-10)."""
        return sum((row.line.weight for row in self.rows if row.line.weight is not None), Decimal(0))


@dataclass(frozen=True, slots=True)
class Ranking:
    """All agencies of a year, highest score first."""

    year: int
    period: Period
    years: Sequence[int]
    sheets: Sequence[Sheet]
    rules: ScoringRules


def scoring_rules(
    period: Period, as_of: AsOf | None = None, proposed: RuleValue | None = None
) -> ScoringRules:
    """The rules in force on the last day of the year that is scored, or one that is proposed. Raises NoRuleInForce."""
    given = {proposed.code: proposed} if proposed is not None else {}
    wanted = [code for code in (BANDS, LOWER) if code not in given]
    found = {**rulebook.values_of(wanted, period.last_day, as_of), **given}
    return ScoringRules(found[BANDS], found[LOWER])


def ranking(
    actor: Actor, year: int | None = None, as_of: AsOf | None = None, *, proposed: RuleValue | None = None
) -> Ranking:
    """Every agency that has KPIs in the year, by score (at most fourteen queries). Raises NotFound for no year of ours.

    `proposed`: a rule of scoring as it would be, in place of the version in force.
    """
    if year is not None and not 1 <= year <= LAST_YEAR:
        raise NotFound(_("沒有這個年度。請從評分排序選一個年度。"))
    board = city_board(actor, year, None, as_of)
    if year is None:
        board = _settled(actor, board, as_of)
    rules = scoring_rules(board.period, as_of, proposed)
    by_agency: dict[int, dict[int, BoardKpi]] = {}
    for kpi in board.kpis:  # one that a plan reports twice about a year is scored once
        by_agency.setdefault(kpi.agency_id, {}).setdefault(kpi.kpi_id, kpi)
    made = [_sheet(board, agency, list(kpis.values()), rules) for agency, kpis in by_agency.items()]
    made.sort(key=lambda sheet: sheet.agency)
    order = scoring.ranked([(sheet, sheet.total.score) for sheet in made])
    count = sum(rank is not None for rank, _sheet_ in order)
    sheets = [replace(sheet, rank=rank, of=count) for rank, sheet in order]
    return Ranking(board.year, board.period, board.years, sheets, rules)


def _settled(actor: Actor, board: Board, as_of: AsOf | None) -> Board:
    """Unasked, the newest year that is over: scores are settled at the end of a year."""
    if board.period.end <= board.day:
        return board
    earlier = next(
        (year for year in board.years if Period(PeriodKind.YEAR, year + ROC_OFFSET).end <= board.day), None
    )
    return board if earlier is None else city_board(actor, earlier, None, as_of)


def sheet_of_agency(actor: Actor, agency_id: int, year: int, as_of: AsOf | None = None) -> Sheet:
    """The sheet of one agency. Raises NotFound where it has no KPI in that year."""
    found = next((each for each in ranking(actor, year, as_of).sheets if each.agency_id == agency_id), None)
    if found is None:
        raise NotFound(
            _("這個機關 %(year)s 年度沒有生效的計畫或指標，沒有評分表。請從評分排序選一個機關。")
            % {"year": year_number(year)}
        )
    return found


def sheet_of_plan(actor: Actor, plan: Plan, as_of: AsOf | None = None) -> Sheet:
    """The sheet of a plan in force. Raises CannotDo for a draft or a superseded one."""
    if plan.state not in IN_FORCE:
        raise CannotDo(
            _("這份計畫現在是「%(state)s」，不是生效中的計畫，沒有評分表。請看同一年度生效的那一版。")
            % {"state": plan.get_state_display()}
        )
    return sheet_of_agency(actor, plan.agency_id, plan.roc_year, as_of)


def score_of_kpi(actor: Actor, kpi_id: int, year: int, as_of: AsOf | None = None) -> tuple[Sheet, ScoredKpi]:
    """One score with the sheet that it stands on. Raises NotFound."""
    for sheet in ranking(actor, year, as_of).sheets:
        for row in sheet.rows:
            if row.kpi.kpi_id == kpi_id:
                return sheet, row
    raise NotFound(_("這個指標不在這一年度的評分表裡，沒有評分。請從評分表進入。"))


def _sheet(board: Board, agency_id: int, kpis: Sequence[BoardKpi], rules: ScoringRules) -> Sheet:
    alone = Counter((kpi.plan_id, kpi.goal_id, kpi.result_id is None) for kpi in kpis)
    rows = [
        ScoredKpi(kpi, _line(kpi, alone[kpi.plan_id, kpi.goal_id, kpi.result_id is None] == 1, rules))
        for kpi in kpis
    ]
    summed = scoring.total(row.line for row in rows)
    return Sheet(
        agency_id=agency_id,
        agency=board.names.get(agency_id, ""),
        year=board.year,
        period=board.period,
        rows=rows,
        total=summed,
        grade=scoring.grade(summed.score, _bands(rules)),
        rules=rules,
        running=board.day < board.period.end,
    )


def _bands(rules: ScoringRules) -> Sequence[scoring.Graded]:
    value = rules.bands.value
    assert isinstance(value, tuple)
    return value  # type: ignore[return-value]


def _line(kpi: BoardKpi, alone: bool, rules: ScoringRules) -> Line:
    """The score of a KPI. One without a weight of its own bears its goal's where it is the goal's only one."""
    weight = kpi.weight if kpi.weight is not None or not alone else kpi.goal_weight
    figure = kpi.figure
    if figure is None or figure.definition is None:
        return Line(weight, uncounted="to_confirm")
    value, target, direction = _compared(figure), figure.target, figure.definition.direction
    met = value is not None and target is not None and meets(value, target, direction)
    return scoring.line(weight, value, target, direction, met, str(rules.lower.value), kpi.status.value)


def _compared(figure: Figure | None) -> Decimal | None:
    if figure is None or isinstance(figure.exact, Missing):
        return None
    return figure.exact if figure.rule.judge_exact else figure.value
