"""Pages of long lists: beyond a bound nothing is counted, and there is no page."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext


class BoundedPaginator(Paginator):  # type: ignore[type-arg]
    """Counts a table's rows up to `most`, and pages those; `more`: whether there are others behind them."""

    def __init__(self, object_list: Any, per_page: Any, *args: Any, most: int, **kwargs: Any) -> None:
        super().__init__(object_list, per_page, *args, **kwargs)
        self.most = most

    @cached_property
    def _counted(self) -> int:
        rows = getattr(getattr(self.object_list, "data", None), "data", None)
        if not isinstance(rows, QuerySet):
            return len(self.object_list)
        return rows.order_by().values("pk")[: self.most + 1].count()

    @cached_property
    def count(self) -> int:
        """Rows that have a page."""
        return min(self._counted, self.most)

    @property
    def more(self) -> bool:
        """Whether there are more than `most`."""
        return self._counted > self.most


def total_words(paginator: Any) -> str:
    """How many rows there are; of very many that there are more than have a page."""
    total = ngettext("%(n)s 筆", "%(n)s 筆", paginator.count) % {"n": f"{paginator.count:,}"}
    if getattr(paginator, "more", False):
        return _("超過 %(total)s，列出前 %(total)s；加上條件，或匯出全部") % {"total": total}
    return total


def counted_words(count: int, most: int | None) -> int | str:
    """A count on a chip; one beyond the bound says that there are more."""
    return count if most is None or count <= most else f"{most:,}+"
