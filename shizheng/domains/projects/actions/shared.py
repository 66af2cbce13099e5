"""What all actions on tenders need: the row locked, its version, whose it is, and one number after another."""

from django.db import connection
from django.utils.translation import gettext as _

from shizheng.common.checks import FIRST_DAY, LAST_DAY, bad, check_money, check_text, compare
from shizheng.common.errors import BadInput, NotFound
from shizheng.domains.projects.models import Project
from shizheng.domains.projects.queries.projects import GONE, unit_in_charge

__all__ = [
    "EDIT", "ENDORSE", "FIRST_DAY", "LAST_DAY", "LOCK", "PLAN", "TYPES", "VIEW", "WITHDRAW", "bad", "check_money", "check_text", "compare",
    "locked_project", "one_at_a_time", "unit_of", "wrong_code",
]  # fmt: skip
VIEW, EDIT, PLAN = "projects.view", "projects.edit", "projects.plan"
ENDORSE, WITHDRAW, TYPES = "projects.endorse", "projects.withdraw", "projects.manage_types"
LOCK = 0x5A_50_52_4A


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


def unit_of(project_id: int) -> int:
    """The unit whose people may write about a tender. Raises NotFound."""
    found = Project.objects.filter(pk=project_id).first()
    if found is None:
        raise NotFound(_(GONE))
    return unit_in_charge(found)


def wrong_code(code: str, taken: set[str]) -> BadInput:
    """Why a code cannot be taken."""
    text = (
        _("代碼 %(code)s 已經有了，沒有存。請用別的代碼。") % {"code": code}
        if code in taken
        else _("代碼只用英文小寫、數字與連字號，最多 %(n)s 字。") % {"n": 40}
    )
    return BadInput(text, fields={"code": [text]})
