"""What actions on people share: locking a row at a version, and the last administrator."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

from django.db import connection
from django.db.models import Model
from django.utils.translation import gettext as _

from shizheng.common.errors import CannotDo, Conflict, NotFound, NotPermitted
from shizheng.common.permissions import Actor, require
from shizheng.kernel.people.queries import lasting_administrators, may_manage

Row = TypeVar("Row", bound=Model)


def locked(model: type[Row], pk: int, version: int | None, name: str) -> Row:
    """The row, locked for this transaction. Raises Conflict when it is no longer the version that was read."""
    row = model._default_manager.select_for_update().filter(pk=pk).first()
    if row is None:
        raise NotFound(_("找不到%(what)s，或您不能看。") % {"what": name})
    if version is not None and row.version != version:  # type: ignore[attr-defined]
        raise Conflict(
            _("「%(row)s」在您打開之後又改過了，您的修改沒有存進去。請看新的內容，再送一次。") % {"row": row}
        )
    return row


def need_management(actor: Actor, user_id: int) -> None:
    """An administrator of some units manages people of those units only."""
    require(actor, "people.manage")
    if not may_manage(actor, user_id):
        raise NotPermitted(_("您只能管理自己機關的人員，這位不是，或也在別的機關任職，所以沒有執行。"))


@contextmanager
def keeping_an_administrator() -> Iterator[None]:
    """Refuse, and undo, what would leave nobody who can manage accounts and assign roles for the whole city.

    Runs inside a transaction; two administrators who remove each other at once wait for one another here.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('people.administrators'))")
    before = lasting_administrators()
    yield
    if before and not lasting_administrators():
        raise CannotDo(
            _(
                "這樣一來，就沒有人能管理帳號和指派角色了，所以沒有儲存。"
                "請先把系統管理者的角色（全市、不設結束日）指派給另一位。"
            ),
            code="last_administrator",
        )
