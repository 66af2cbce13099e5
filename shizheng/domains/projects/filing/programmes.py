"""What the lead agency files about a programme each month or quarter (C02, C10, B15): quantity, text, issues, evidence."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shizheng.common.numbers import format_decimal, plain, with_unit
from shizheng.common.words import written
from shizheng.domains.projects.actions import programme_progress as actions
from shizheng.domains.projects.models import Programme, ProgrammeProgress, Project
from shizheng.domains.projects.models.programmes import ControlLevels
from shizheng.domains.projects.queries import programmes as queries
from shizheng.domains.projects.queries.supplying import is_of_programme, supply_quantity
from shizheng.domains.projects.rules.life import CONTINUING
from shizheng.domains.projects.rules.programmes import share
from shizheng.kernel.filing import queries as filing_queries
from shizheng.kernel.filing.inputs import register_supplier
from shizheng.kernel.filing.registry import (
    Entries,
    Field,
    FilingKind,
    Problem,
    Row,
    Schedule,
    Subject,
    register,
)
from shizheng.kernel.filing.rules.typed import NotANumber, number_of
from shizheng.kernel.measures.rules.periods import Period, PeriodKind, parse_period

CODE = "projects.programme"
SUBJECT = "projects.programme"
WHOLE = "programme"
"""The key of the row about the programme as a whole; the other rows are tenders."""


@dataclass(frozen=True, slots=True)
class ProgrammeLine(Row):
    """The row about the programme as a whole, with what is planned for the end of the period."""

    programme: Programme | None = None
    planned: Decimal | None = None


def register_filing() -> None:
    """Called once when the app is ready."""
    register(
        FilingKind(
            code=CODE,
            name=gettext_lazy("專案計畫"),
            schedules=(
                Schedule("filing.programme_quarter", PeriodKind.QUARTER),
                Schedule("filing.programme_month", PeriodKind.MONTH),
            ),
            subjects=subjects,
            rows=lambda each: rows_of([each])[each.pk],
            rows_of=rows_of,
            check=check,
            on_lock_all=actions.record_progress,
            on_unfiled=actions.record_unfiled,
            on_correct=actions.correct_progress,
            narrative=sentence,
            subject_url=lambda each: reverse("projects:programme", args=[each.subject_pk]),
            icon="tags",
        )
    )
    register_supplier(is_of_programme, supply_quantity)


def subjects(found: Any) -> Iterable[Subject]:
    """Each programme of that cycle, once: its lead agency owes it."""
    for each in queries.owing(parse_period(found.period)):
        if each.lead is not None:
            title = written("%(agency)s：%(programme)s", agency=each.lead.name, programme=each.name)
            yield Subject(each.lead_id or 0, SUBJECT, each.pk, title)


def rows_of(returns: Sequence[Any]) -> dict[int, Sequence[Row]]:
    """The rows of many returns: the programme, and for three control levels the tenders that still go on."""
    ids = {each.subject_pk for each in returns}
    known = Programme.objects.select_related("lead").in_bulk(ids)
    targets = queries.targets_of(ids)
    deep = [pk for pk, each in known.items() if each.control_levels >= ControlLevels.THREE]
    tenders: dict[int, list[Project]] = {}
    if deep:
        going = [state.value for state in CONTINUING]
        rows = Project.objects.filter(tags__programme_id__in=deep, state__in=going).order_by("number")
        for one in rows.prefetch_related("tags"):
            for tag in one.tags.all():
                tenders.setdefault(tag.programme_id, []).append(one)
    earlier: dict[str, dict[int, ProgrammeProgress]] = {}
    found: dict[int, Sequence[Row]] = {}
    for each in returns:
        period = parse_period(each.round.period)
        if period.code not in earlier:
            earlier[period.code] = queries.before(ids, period)
        programme = known[each.subject_pk]
        last = earlier[period.code].get(programme.pk)
        planned = queries.planned(programme, targets[programme.pk], period.last_day)
        found[each.pk] = [
            _whole(programme, period, planned, last),
            *(_tender(one, last) for one in tenders.get(programme.pk, ()) if programme.pk in deep),
        ]
    return found


def _whole(
    programme: Programme, period: Period, planned: Decimal | None, last: ProgrammeProgress | None
) -> ProgrammeLine:
    fields = []
    if planned is not None:
        fields.append(
            Field("quantity", gettext_lazy("累計數量"), "number", unit=programme.unit, help=_last(last))
        )
    fields += [
        Field("text", gettext_lazy("辦理情形"), "long_text"),
        Field(
            "issues", gettext_lazy("落後原因與對策"), "long_text", required=False,
            help=gettext_lazy("數量不及預定時要填。") if planned is not None else gettext_lazy("有落後時寫；沒有就留空。"),
        ),
        Field("evidence", gettext_lazy("佐證檔案"), "file", required=False),
    ]  # fmt: skip
    note = ""
    if planned is not None:
        shown = with_unit(Decimal(plain(round(planned, 2))), programme.unit)
        note = _("%(period)s底預定累計 %(planned)s") % {"period": period.label, "planned": shown}
    return ProgrammeLine(
        key=WHOLE,
        title=programme.name,
        fields=fields,
        note=note,
        url=reverse("projects:programme", args=[programme.pk]),
        programme=programme,
        planned=planned,
    )


def _last(last: ProgrammeProgress | None) -> str:
    if last is None or last.quantity is None:
        return ""
    shown = format_decimal(Decimal(plain(last.quantity)))
    return _("%(period)s填 %(value)s") % {"period": parse_period(last.period).label, "value": shown}


def _tender(each: Project, last: ProgrammeProgress | None) -> Row:
    said = last.coordination.get(str(each.pk), "") if last is not None else ""
    return Row(
        key=str(each.pk),
        title=f"{each.number} {each.name}",
        fields=[
            Field(
                "coordination", gettext_lazy("需跨機關協調"), "long_text", required=False,
                help=_("上期：%(text)s") % {"text": said[:60]} if said
                else gettext_lazy("要別的機關配合的寫在這裡，提報市府會議；沒有就留空。"),
            )
        ],
        url=reverse("projects:project", args=[each.pk]),
    )  # fmt: skip


def check(filing: Any, entries: Entries) -> Iterable[Problem]:
    """No negative quantity, and who is behind says why and what is done about it."""
    line = rows_of([filing])[filing.pk][0]
    assert isinstance(line, ProgrammeLine)
    values = filing_queries.values_of(entries, WHOLE)
    try:
        quantity = number_of(values.get("quantity", ""))
    except NotANumber as failure:
        yield Problem(str(failure), WHOLE, "quantity")
        return
    if quantity is not None and quantity < 0:
        yield Problem(_("累計數量不會是負數。"), WHOLE, "quantity")
    behind = quantity is not None and line.planned is not None and quantity < line.planned
    if behind and not values.get("issues", "").strip():
        yield Problem(_("累計數量不及預定，請寫落後原因與對策。"), WHOLE, "issues")


def sentence(row: Row, values: Mapping[str, str]) -> str:
    """The figure as the system writes it: `累計 2,500 戶，預定 3,000 戶，達 83.33%`."""
    if not isinstance(row, ProgrammeLine) or row.programme is None or row.planned is None:
        return ""
    quantity = number_of(values.get("quantity", ""))
    if quantity is None:
        return ""
    unit = row.programme.unit
    reached = share(quantity, row.planned)
    shown = _("累計 %(reached)s，預定 %(planned)s") % {
        "reached": with_unit(quantity, unit),
        "planned": with_unit(Decimal(plain(round(row.planned, 2))), unit),
    }
    if reached is None:
        return shown
    return _("%(amounts)s，達 %(rate)s%%") % {"amounts": shown, "rate": format_decimal(reached, 2)}
