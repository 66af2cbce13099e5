"""What all actions on tenders need: the row locked, its version, whose it is, and one number after another."""

from datetime import date
from decimal import Decimal

from django.db import connection
from django.utils.translation import gettext as _

from shizheng.common.errors import BadInput, Conflict, NotFound
from shizheng.domains.projects.models import Project
from shizheng.domains.projects.queries.projects import GONE, unit_in_charge

VIEW, EDIT, PLAN = "projects.view", "projects.edit", "projects.plan"
WITHDRAW, TYPES = "projects.withdraw", "projects.manage_types"
LOCK = 0x5A_50_52_4A
MOST_MONEY = Decimal(10) ** 15
FIRST_DAY, LAST_DAY = date(1945, 1, 1), date(2110, 12, 31)


def one_at_a_time() -> None:
    """Wait until nobody else gives out numbers or changes types; held until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def locked_project(project_id: int, version: int | None = None) -> Project:
    """The tender, locked until the transaction ends. Raises NotFound, or Conflict where it was changed since."""
    found = (
        Project.objects.select_for_update(of=("self",))
        .select_related("agency", "unit", "type")
        .filter(pk=project_id)
        .first()
    )
    if found is None:
        raise NotFound(_(GONE))
    compare(found.version, version)
    return found


def compare(there: int, read: int | None) -> None:
    """Raises Conflict where the version that was read is no longer that of the row."""
    if read is not None and read != there:
        raise Conflict(_("這一筆剛才已由別人改過，您改的沒有存。請看過對方改的內容，再決定要不要存您的。"))


def unit_of(project_id: int) -> int:
    """The unit whose people may write about a tender. Raises NotFound."""
    found = Project.objects.filter(pk=project_id).first()
    if found is None:
        raise NotFound(_(GONE))
    return unit_in_charge(found)


def bad(name: str, text: str) -> BadInput:
    """One wrong field."""
    return BadInput(text, fields={name: [text]})


def check_money(value: Decimal | None, name: str, wrong: dict[str, list[str]]) -> None:
    """Whole NTD, not negative, below 10^15."""
    if value is None:
        return
    if not value.is_finite() or value < 0 or value >= MOST_MONEY or value != value.to_integral_value():
        wrong.setdefault(name, []).append(_("金額以元為單位，填 0 以上的整數。"))


def check_text(text: str, most: int, name: str, wrong: dict[str, list[str]]) -> None:
    """No longer than its column, no NUL."""
    if len(text) > most or "\x00" in text:
        wrong.setdefault(name, []).append(_("最多 %(n)s 字，不能有控制字元。") % {"n": most})
