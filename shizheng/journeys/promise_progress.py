"""An action plan shows the tenders and programmes that carry it out, and takes its quarter from them (C02, A07): filed once."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse

from shizheng.common import clock
from shizheng.common.numbers import plain
from shizheng.common.permissions import SYSTEM
from shizheng.common.words import written
from shizheng.domains.planning import promise_supply
from shizheng.domains.planning.queries import promises as planning
from shizheng.domains.projects.queries import linking
from shizheng.domains.projects.queries.linking import ProgrammeStanding
from shizheng.kernel.filing.registry import Supplied
from shizheng.kernel.measures.rules.periods import Period, PeriodKind
from shizheng.web import parts

CODE = "projects.linked"


def register() -> None:
    """Called once at the start."""
    parts.register("planning.promise", CODE, carried_out_by, 20)
    promise_supply.register(CODE, supply)


def carried_out_by(actor: Any, promise: Any) -> parts.Part | None:
    """On the page of a promise: what carries it out, with the progress that was locked last."""
    if not actor.may("projects.view") or not _of_newest_term([promise]):
        return None
    today = clock.today()
    month = Period(PeriodKind.MONTH, today.year, today.month)
    tenders = linking.standings(linking.tenders_naming([promise.code])[promise.code], month)
    programmes = linking.programmes_naming([promise.code], today)[promise.code]
    if not tenders and not programmes:
        return None
    return parts.Part("journeys/carried_out_by.html", {"tenders": tenders, "programmes": programmes})


def supply(promises: Sequence[Any], period: Period) -> Mapping[int, Supplied]:
    """Percents from tenders, quantities from programmes of the same unit, as locked until the end of the quarter."""
    asked = _of_newest_term(promises)
    codes = {each.code for each in asked}
    tenders = linking.tenders_naming(codes)
    programmes = linking.programmes_naming(codes, period.last_day)
    found: dict[int, Supplied] = {}
    for each in asked:
        if each.target_quantity is None:
            given = _percent(tenders[each.code], period)
        else:
            given = _quantity(programmes[each.code], each.unit)
        if given is not None:
            found[each.pk] = given
    return found


def _of_newest_term(promises: Sequence[Any]) -> list[Any]:
    """A code means that of the newest term of office."""
    newest = planning.programmes(SYSTEM).values_list("pk", flat=True).first()
    return [each for each in promises if each.programme_id == newest]


def _percent(tenders: Sequence[Any], period: Period) -> Supplied | None:
    told = linking.with_progress(tenders, period) if tenders else []
    value = linking.reached_of(told, period)
    if value is None:
        return None
    newest = max((each.month for each in told if each.month is not None), key=lambda month: month.start)
    return Supplied(
        plain(value), linking.source_of(told, period), linking.page_of(told, newest), newest.last_day
    )


def _quantity(programmes: Sequence[ProgrammeStanding], unit: str) -> Supplied | None:
    for each in programmes:
        if each.progress is None or each.period is None or each.progress.quantity is None:
            continue
        if each.programme.unit == unit:
            text = written(
                "%(programme)s，%(period)s填報", programme=each.programme.name, period=each.period.label
            )
            url = reverse("projects:programme", args=[each.programme.pk]) + f"?period={each.period.code}"
            return Supplied(plain(each.progress.quantity), text, url, each.period.last_day)
    return None
