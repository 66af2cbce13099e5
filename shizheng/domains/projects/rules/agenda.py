"""Why a tender or an agency stands on the agenda of a meeting, in words, and who is worst (B02, B03, B05, B09, B10). Pure.

Every sentence says the number, the threshold, and that the threshold itself counts or does not.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from shizheng.common.numbers import format_decimal, round_half_up
from shizheng.common.roc import in_words
from shizheng.common.words import listed, tell
from shizheng.domains.projects.rules.curves import ZERO
from shizheng.domains.projects.rules.judging import Rate, Thresholds, severe_at
from shizheng.domains.projects.rules.tendering import Failures


def distance(lag: Decimal | None, works_lag: Decimal | None, thresholds: Thresholds) -> Decimal:
    """How far behind, in thresholds: 1 is just severe, −20 against 10 is 2; the worse of the two curves."""
    found = [
        -value / limit
        for value, limit in ((lag, thresholds.tender), (works_lag, thresholds.works))
        if value is not None and limit.is_finite() and limit > 0
    ]
    return max(found, default=ZERO)


def severe_reason(lag: Decimal | None, works_lag: Decimal | None, thresholds: Thresholds) -> str:
    """Which curve is severely behind, and by how much."""
    parts = []
    if severe_at(lag, thresholds.tender):
        parts.append(
            tell(
                "標案進度落後 %(lag)s 個百分點，達 %(limit)s 以上",
                lag=_points(lag), limit=format_decimal(thresholds.tender),
            )
        )  # fmt: skip
    if severe_at(works_lag, thresholds.works):
        parts.append(
            tell(
                "施工進度落後 %(lag)s 個百分點，達 %(limit)s 以上",
                lag=_points(works_lag), limit=format_decimal(thresholds.works),
            )
        )  # fmt: skip
    return "；".join(parts)


def behind_reason(lag: Decimal | None, tolerance: Decimal) -> str:
    """Behind by more than what counts as on plan."""
    return tell(
        "標案進度落後 %(lag)s 個百分點，超過容許差 %(limit)s",
        lag=_points(lag),
        limit=format_decimal(tolerance),
    )


def report_reason(
    matching: Rate, execution: Decimal | None, part: Decimal, whole: Decimal, limit: Decimal, overall: str
) -> str:
    """Which rate of an agency is below the threshold; `overall` is the rule: matching, execution or either."""
    parts = []
    if overall != "execution" and matching.percent is not None and matching.percent < limit:
        parts.append(
            tell(
                "進度相符率 %(rate)s%%（%(part)s ÷ %(whole)s）未達 %(limit)s%%",
                rate=below(matching.percent, limit), part=matching.part, whole=matching.whole, limit=format_decimal(limit),
            )
        )  # fmt: skip
    if overall != "matching" and execution is not None and execution < limit:
        parts.append(
            tell(
                "預算執行率 %(rate)s%%（%(part)s ÷ %(whole)s 元）未達 %(limit)s%%",
                rate=below(execution, limit), part=format_decimal(part), whole=format_decimal(whole), limit=format_decimal(limit),
            )
        )  # fmt: skip
    return "；".join(parts)


def failed_reason(found: Failures, least: int, last_on: date | None) -> str:
    """How often it failed."""
    said = tell(
        "流標 %(failed)s 次、廢標 %(void)s 次，達 %(least)s 次以上還沒有決標",
        failed=found.failed, void=found.void, least=least,
    )  # fmt: skip
    return (
        said
        if last_on is None
        else tell("%(said)s；最近一次 %(day)s", said=said, day=in_words(last_on, "short"))
    )


def due_reason(planned_on: date, on: date) -> str:
    """That it should have been announced."""
    return tell(
        "預定 %(planned)s 公告招標，到 %(day)s 還沒有公告，已過 %(days)s 天",
        planned=in_words(planned_on, "short"), day=in_words(on, "short"), days=(on - planned_on).days,
    )  # fmt: skip


def streak_reason(ahead: bool, months: Sequence[tuple[str, Decimal]], limit: Decimal) -> str:
    """The months in a row (as they are to be written) with their lags."""
    shown = listed(f"{label} {'+' if lag > 0 else ''}{format_decimal(lag, 2)}" for label, lag in months)
    n, least = len(months), format_decimal(limit)
    if ahead:
        return tell(
            "連續 %(n)s 個月超前 %(limit)s 個百分點以上（%(months)s），建議獎勵",
            n=n,
            limit=least,
            months=shown,
        )
    return tell(
        "連續 %(n)s 個月落後 %(limit)s 個百分點以上（%(months)s），建議懲處，主管連帶負責",
        n=n, limit=least, months=shown,
    )  # fmt: skip


def lasting_reason(months: Sequence[tuple[str, Decimal | None]], help_wanted: str) -> str:
    """The months through which a tender of a programme lagged, and what its lead agency asks of others; one or both."""
    parts = []
    if months:
        shown = listed(
            f"{label} {format_decimal(gap, 2)}" if gap is not None else label for label, gap in months
        )
        parts.append(tell("連續 %(n)s 個月落後（%(months)s）", n=len(months), months=shown))
    if help_wanted:
        parts.append(tell("主政機關請求協調：%(text)s", text=help_wanted))
    return "；".join(parts)


def near_reason(lag: Decimal, projected: Decimal | None, limit: Decimal, margin: Decimal) -> str:
    """即將落後 by the rule list: within the margin of the threshold, or there in two months at the pace of late."""
    parts = []
    if lag <= margin - limit:
        parts.append(
            tell(
                "差距 %(lag)s 個百分點，離嚴重落後的 %(limit)s 在 %(margin)s 以內",
                lag=_signed(lag), limit=format_decimal(limit), margin=format_decimal(margin),
            )
        )  # fmt: skip
    if projected is not None and projected <= -limit:
        parts.append(
            tell(
                "照近月速度兩個月後差距 %(later)s，達嚴重落後的 %(limit)s",
                later=_signed(projected), limit=format_decimal(limit),
            )
        )  # fmt: skip
    return "；".join(parts)


def below(value: Decimal, limit: Decimal) -> str:
    """A rate below a limit with two decimals, as boards write it; 89.996 below 90 is 89.99, never written as 90.00."""
    shown = round_half_up(value, 2)
    if shown >= limit:
        shown = value.quantize(Decimal("0.01"), rounding="ROUND_DOWN")
    return format_decimal(shown, 2)


def _points(lag: Decimal | None) -> str:
    return format_decimal(-(lag or ZERO), 2)


def _signed(value: Decimal) -> str:
    return f"{'+' if value > 0 else ''}{format_decimal(value, 2)}"
