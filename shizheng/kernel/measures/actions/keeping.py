"""What the actions on measures share: numbers that a column holds, and units that exist."""

from decimal import Decimal

from django.utils.translation import gettext as _

from shizheng.common.errors import BadInput
from shizheng.common.words import listed
from shizheng.kernel.measures.models import Fact


def storable(value: Decimal) -> bool:
    """Whether a number has at most 20 digits before the point and 10 after: what a column holds, a list keeps too."""
    return value.is_finite() and value.adjusted() < 20 and (not value or _decimals(value) <= 10)


def _decimals(value: Decimal) -> int:
    exponent = value.normalize().as_tuple().exponent
    return -exponent if isinstance(exponent, int) and exponent < 0 else 0


def check_units(unit_ids: set[int], field: str) -> None:
    """Foreign keys are checked at commit, too late to say which: look first."""
    units = Fact._meta.get_field("unit").related_model
    known = set(units._default_manager.filter(pk__in=unit_ids).values_list("pk", flat=True))
    if known != unit_ids:
        text = _("沒有編號 %(ids)s 的單位，沒有存。請重新選擇單位。") % {
            "ids": listed(str(each) for each in sorted(unit_ids - known))
        }
        raise BadInput(text, fields={field: [text]})
