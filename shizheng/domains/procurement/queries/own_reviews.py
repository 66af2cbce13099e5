"""Agencies' own design reviews by quarter: which are owed, what stands, what was said before."""

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shizheng.common.numbers import format_decimal
from shizheng.domains.procurement.models import OwnReviews
from shizheng.domains.procurement.queries.reviews import threshold_amount
from shizheng.kernel.filing.registry import Field, Row
from shizheng.kernel.measures.rules.periods import Period, parse_period
from shizheng.kernel.organisations import queries as organisations

KIND, ROW = "procurement.review_quarter", "own"


def known() -> QuerySet[OwnReviews]:
    """The quarters that stand: not superseded by another."""
    return OwnReviews.objects.filter(~Exists(OwnReviews.objects.filter(supersedes=OuterRef("pk"))))


def agencies(period: Period) -> list[Any]:
    """Who owes the quarter: every agency of the first level at its end."""
    return [node for node in organisations.tree(period.last_day).first_level() if node.kind == "agency"]


def quarters(periods: Collection[str]) -> list[OwnReviews]:
    """What stands of these quarters, by agency; one query."""
    rows = known().filter(period__in=list(periods)).select_related("agency")
    return list(rows.order_by("agency__order", "agency__name", "period"))


def rows_of(returns: Sequence[Any]) -> Mapping[int, Sequence[Row]]:
    """The one row of each return, with what was said the quarter before."""
    periods = {each.round.period for each in returns}
    before = {code: parse_period(code).previous().code for code in periods}
    earlier = {
        (each.agency_id, each.period): each
        for each in known().filter(period__in=list(before.values()), filed=True)
    }
    return {
        each.pk: [
            _row(parse_period(each.round.period), earlier.get((each.unit_id, before[each.round.period])))
        ]
        for each in returns
    }


def _row(period: Period, earlier: OwnReviews | None) -> Row:
    limit = threshold_amount(period.last_day)

    def last(name: str) -> str:
        value = getattr(earlier, name) if earlier is not None else None
        if value is None or earlier is None:
            return ""
        return _("%(period)s填 %(value)s") % {
            "period": parse_period(earlier.period).label,
            "value": format_decimal(Decimal(value)),
        }

    return Row(
        key=ROW,
        title=_("自辦設計審議"),
        fields=[
            Field("cases", gettext_lazy("自辦審議件數"), "number", unit="件", help=last("cases")),
            Field("before", gettext_lazy("審議前金額"), "number", unit="元", help=last("before")),
            Field("after", gettext_lazy("審議後金額"), "number", unit="元", help=last("after")),
            Field("text", gettext_lazy("說明"), "long_text", required=False),
        ],
        note=_("只填未達 %(limit)s 元、由機關自行審議的工程；沒有就填 0。")
        % {"limit": format_decimal(limit) if limit is not None else "—"},
    )
