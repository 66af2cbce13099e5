"""What the pages of months read from the address, and what they show alike."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from shizheng.common import clock
from shizheng.domains.projects.queries.judging import Judge
from shizheng.kernel.measures.queries import AsOf, as_of_day
from shizheng.kernel.measures.rules.periods import Period, PeriodKind, PeriodNotUnderstood, parse_period
from shizheng.kernel.rulebook.queries import RuleValue
from shizheng.kernel.rulebook.words import words_of
from shizheng.web import exports

CHIPS = 12


def as_of_in(request: HttpRequest) -> AsOf | None:
    """The moment looked at; None for today."""
    return as_of_day(getattr(request, "as_of", None))


def month_in(request: HttpRequest) -> Period | None:
    """The month that the address asks for; what cannot be understood is as if not asked for."""
    found = period_in(request)
    return found if found is not None and found.kind is PeriodKind.MONTH else None


def period_in(request: HttpRequest) -> Period | None:
    """The period of whatever length that the address asks for; None where there is none to be understood."""
    try:
        return parse_period(request.GET.get("period", "").strip())
    except PeriodNotUnderstood:
        return None


def address(request: HttpRequest, query: Mapping[str, Any]) -> str:
    """`?…` with these parameters, and with the day looked at."""
    kept = {key: value for key, value in query.items() if value not in (None, "")}
    if getattr(request, "as_of", None):
        kept["as_of"] = request.GET["as_of"]
    return f"?{urlencode(kept)}" if kept else "?"


def month_chips(
    request: HttpRequest, periods: Sequence[Period], chosen: Period, more: Mapping[str, Any] | None = None
) -> list[dict[str, Any]]:
    """The last months that were locked, the one looked at marked."""
    shown = list(periods[:CHIPS])
    if chosen not in shown:
        shown.append(chosen)
    return [
        {
            "label": each.label,
            "url": address(request, {"period": each.code, **(more or {})}),
            "active": each == chosen,
        }
        for each in shown
    ]


def rules_shown(rule: Judge | None, *codes: str) -> list[tuple[RuleValue, str]]:
    """The rules that judged, each with its value in words."""
    found = rule.of(*codes) if rule is not None and codes else rule.rules if rule is not None else ()
    return [(each, words_of(each)) for each in found]


def export_in(request: HttpRequest) -> str:
    """The format that is asked for; empty where the page is."""
    kind = request.GET.get("export", "")
    return kind if kind in exports.FORMATS else ""


def exported(kind: str, rows: Iterable[Sequence[Any]], title: str, name: str) -> HttpResponseBase:
    """The rows as a file."""
    return exports.response(kind, iter(rows), title, f"{name}-{clock.today().isoformat()}")
