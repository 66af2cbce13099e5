"""The rows of a return of one month: every case that owes it, with what was filed before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shizheng.common.roc import format_roc, in_words
from shizheng.common.words import written
from shizheng.domains.procurement.models import CaseEvent, CaseMonth, FailedTenderCase
from shizheng.domains.procurement.models.failed import CAUSES
from shizheng.domains.procurement.queries import months
from shizheng.domains.procurement.queries.failed import standing_of
from shizheng.domains.procurement.rules.failed import Course, course_of
from shizheng.kernel.filing.registry import Field, Row, Supplied
from shizheng.kernel.measures.rules.periods import Period, parse_period


@dataclass(frozen=True, slots=True)
class CaseLine(Row):
    """A row for one case. `standing`: what was locked for it already."""

    case_id: int = 0
    standing: CaseMonth | None = None


def lines_of(filing: Any) -> Sequence[CaseLine]:
    """The rows of one return."""
    return lines_of_all([filing])[filing.pk]


def lines_of_all(returns: Sequence[Any]) -> dict[int, Sequence[CaseLine]]:
    """The rows of many returns, in a fixed number of queries for each month among them."""
    locked = months.of_filings([each.pk for each in returns])
    found: dict[int, Sequence[CaseLine]] = {}
    by_period: dict[str, list[Any]] = {}
    for each in returns:
        by_period.setdefault(each.round.period, []).append(each)
    for code, some in by_period.items():
        found |= _of_period(parse_period(code), some, locked)
    return found


def _of_period(
    period: Period, returns: Sequence[Any], locked: Mapping[int, list[CaseMonth]]
) -> dict[int, Sequence[CaseLine]]:
    open_units = {each.unit_id for each in returns if not locked[each.pk]}
    owing = months.owed(period, open_units) if open_units else {}
    ids = {one.case.pk for rows in owing.values() for one in rows}
    ids |= {record.case_id for each in returns for record in locked[each.pk]}
    earlier = months.before(ids, period)
    told = standing_of(ids, period.last_day)
    found: dict[int, Sequence[CaseLine]] = {}
    for each in returns:
        cases: list[tuple[FailedTenderCase, CaseMonth | None]] = (
            [(record.case, record) for record in locked[each.pk]]
            or [(one.case, None) for one in owing.get(each.unit_id, ())]
        )  # fmt: skip
        found[each.pk] = [
            _line(period, case, told.get(case.pk, ()), earlier.get(case.pk), record) for case, record in cases
        ]
    return found


def _line(
    period: Period,
    case: FailedTenderCase,
    events: Sequence[CaseEvent],
    earlier: CaseMonth | None,
    standing: CaseMonth | None,
) -> CaseLine:
    return CaseLine(
        key=str(case.pk),
        title=f"{case.tender_no} {case.name}",
        fields=_fields(earlier),
        prefill=_prefill(period, case, events, earlier),
        note=_note(course_of(events), earlier),
        url=reverse("procurement:case", args=[case.pk]),
        case_id=case.pk,
        standing=standing,
    )


def _fields(earlier: CaseMonth | None) -> list[Field]:
    last = _("%(period)s填：%(text)s")
    said = (
        last % {"period": parse_period(earlier.period).label, "text": earlier.text[:200]} if earlier else ""
    )
    measure = (
        last % {"period": parse_period(earlier.period).label, "text": earlier.measure[:200]}
        if earlier
        else ""
    )
    return [
        Field("text", gettext_lazy("辦理情形"), "long_text", help=said),
        Field("cause", gettext_lazy("主要原因"), "choice", choices=CAUSES),
        Field("measure", gettext_lazy("改善措施"), "long_text", help=measure),
        Field(
            "next_on", gettext_lazy("下次招標日"), "text", required=False,
            help=gettext_lazy("預定或實際的下次公告日，例如 115-03-20。"),
        ),
    ]  # fmt: skip


def _prefill(
    period: Period, case: FailedTenderCase, events: Sequence[CaseEvent], earlier: CaseMonth | None
) -> dict[str, Supplied]:
    address = reverse("procurement:case", args=[case.pk])
    if earlier is not None:
        source = written("%(period)s填報", period=parse_period(earlier.period).label)
        found = {"measure": Supplied(earlier.measure, source, address)}
        if earlier.cause:
            found["cause"] = Supplied(earlier.cause, source, address)
        if earlier.next_on is not None and earlier.next_on >= period.start:  # what is over cannot be sent in
            day = format_roc(earlier.next_on, "short").replace(".", "-")
            found["next_on"] = Supplied(day, source, address)
        return found
    causes = [cause for each in events for cause in each.causes]
    if causes:
        return {"cause": Supplied(causes[-1], written("最近一次流廢標的原因"), address)}
    return {}


def _note(course: Course, earlier: CaseMonth | None) -> str:
    parts = [_("流標 %(failed)s 次、廢標 %(void)s 次") % {"failed": course.failed, "void": course.void}]
    if earlier is not None and earlier.next_on is not None:
        day = in_words(earlier.next_on, "short")
        parts.append(_("上次預定招標日 %(day)s") % {"day": day})
    return _("；").join(parts)
