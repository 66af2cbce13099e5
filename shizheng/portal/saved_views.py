"""Keeps saved views in the database (the keeper that list pages ask, see ``web.saved_views``)."""

from typing import Any

from django.utils.translation import gettext as _

from shizheng.common.errors import CannotDo
from shizheng.common.numbers import whole_number
from shizheng.web.saved_views import MOST, SavedView


class DatabaseViews:
    """Views by owner and page; nobody reads another's."""

    def list(self, actor: Any, page: str) -> list[SavedView]:
        """The actor's own views of one page, by name."""
        from shizheng.portal import models

        rows = models.SavedView.objects.filter(owner_id=actor.pk, page=page)
        return [SavedView(str(row.pk), row.name, row.query) for row in rows]

    def save(self, actor: Any, page: str, name: str, query: str) -> SavedView:
        """Keep a view; the same name replaces the older one. Raises CannotDo beyond the most that one may keep."""
        from shizheng.portal import models

        own = models.SavedView.objects.filter(owner_id=actor.pk)
        if own.count() >= MOST and not own.filter(page=page, name=name).exists():
            raise CannotDo(
                _(
                    "您已經存了 %(n)s 個檢視，是每人的上限，這個沒有儲存。請先刪掉不用的，或用同一個名稱取代舊的。"
                )
                % {"n": MOST}
            )
        row, _created = models.SavedView.objects.update_or_create(
            owner_id=actor.pk, page=page, name=name, defaults={"query": query}
        )
        return SavedView(str(row.pk), row.name, row.query)

    def delete(self, actor: Any, page: str, view_id: str) -> None:
        """Forget one of the actor's own views; nothing when there is none."""
        from shizheng.portal import models

        number = whole_number(view_id)
        if number is not None:
            models.SavedView.objects.filter(owner_id=actor.pk, page=page, pk=number).delete()
