"""What pages, the API and template tags say about figures alike: addresses, tones, as-of days from text."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from shizheng.common import clock
from shizheng.common.errors import BadInput
from shizheng.common.numbers import whole_number
from shizheng.common.roc import DateNotUnderstood, format_roc, parse_date
from shizheng.common.words import read
from shizheng.kernel.measures.rules.figures import Figure
from shizheng.kernel.measures.rules.judging import VerdictCode
from shizheng.kernel.measures.rules.periods import Period, PeriodNotUnderstood, parse_period
from shizheng.kernel.measures.rules.traces import Trace
from shizheng.kernel.measures.uses import Evidence
from shizheng.web.addresses import address

TONES = {
    VerdictCode.MET: ("good", "circle-check"),
    VerdictCode.ON_TRACK: ("good", "trending-up"),
    VerdictCode.NOT_MET: ("bad", "alert-triangle"),
    VerdictCode.AT_RISK: ("warn", "clock-exclamation"),
    VerdictCode.NO_TARGET: ("calm", "circle-minus"),
}


def trace_url(measure_id: int, unit_id: int, period: str, as_of: date | None = None, suffix: str = "") -> str:
    """The address of a figure's trace; `suffix` "json" gives the JSON."""
    name = "measures:trace_json" if suffix == "json" else "measures:trace"
    query = {"unit": unit_id, "period": period}
    if as_of is not None:
        query["as_of"] = day_in_address(as_of)
    return f"{address(name, [measure_id])}?{urlencode(query)}"


def day_in_address(day: date) -> str:
    """A day as addresses of ours carry it: `114-04-30`."""
    return format_roc(day, "short").replace(".", "-") if day.year > 1911 else day.isoformat()


def figure_url(figure: Figure) -> str:
    """The address of this figure's trace, as of the same day."""
    as_of = figure.as_of.astimezone(clock.TAIPEI).date() if figure.as_of else None
    return trace_url(figure.measure_id, figure.unit_id, figure.period.code, as_of)


def missing_code(kind: str) -> str:
    """The design system's name of a kind of missing."""
    return "to_confirm" if kind == "to_be_confirmed" else kind


def missing_of(figure: Figure) -> str:
    """The design system's name of what a figure lacks: 未到期 while its period is not over; empty for a number."""
    if figure.missing is None:
        return ""
    return "not_due" if figure.not_due else missing_code(figure.missing.kind.value)


def period_from(text: str) -> Period:
    """A period from an address or a form. Raises `BadInput`."""
    try:
        return parse_period(text)
    except PeriodNotUnderstood as error:
        raise BadInput(str(error), fields={"period": [str(error)]}) from error


def day_from(text: str) -> date | None:
    """An as-of day from text; None for nothing, today or later. Raises `BadInput`."""
    if not text.strip():
        return None
    try:
        day = parse_date(text)
    except DateNotUnderstood as error:
        raise BadInput(str(error), fields={"as_of": [str(error)]}) from error
    return day if day < clock.today() else None


def id_from(text: str, field: str) -> int:
    """A number of a row from an address. Raises `BadInput`."""
    number = whole_number(text)
    if number:
        return number
    message = _("網址裡的「%(field)s」不是編號。請從指標頁點數字進入。") % {"field": field}
    raise BadInput(message, fields={field: [message]})


def trace_document(found: Trace, evidence: Iterable[Evidence]) -> dict[str, Any]:
    """A trace for programs, with the files that were handed in with the figure."""
    return {**found.as_json(), "evidence": [each.as_json() for each in evidence]}


def hero(found: Trace) -> list[dict[str, Any]]:
    """The expression as blocks: signs run together, every input a link to its row below."""
    labels = found.figure.definition.labels if found.figure.definition else {}
    blocks: list[dict[str, Any]] = []
    for piece in found.pieces:
        if piece.kind == "input":
            value = found.shown.get(piece.name)
            missing = isinstance(value, str) and any(
                each.name == piece.name and each.missing for each in found.inputs
            )
            kind = next(
                (e.missing.kind.value for e in found.inputs if e.name == piece.name and e.missing), ""
            )
            blocks.append(
                {"kind": "input", "text": piece.text, "name": piece.name, "label": labels.get(piece.name, ""),
                 "missing": kind if missing else ""}
            )  # fmt: skip
        elif piece.kind == "sign" and piece.text.endswith(("：", ": ")):
            blocks.append({"kind": "words", "text": piece.text.rstrip("： :")})
        elif blocks and blocks[-1]["kind"] == piece.kind:
            blocks[-1]["text"] += piece.text
        else:
            blocks.append({"kind": piece.kind, "text": piece.text})
    return blocks


def event_words(event: str) -> str:
    """What happened to a figure, in the reader's language; the JSON keeps the words as they are."""
    return {"填報": pgettext("event", "填報"), "更正": pgettext("event", "更正")}.get(event) or read(event)
