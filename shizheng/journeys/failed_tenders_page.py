"""The page on which the group takes failed tenders over from the register."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shizheng.common.words import called
from shizheng.domains.projects.pages.tendering import FailedTable, Rows
from shizheng.journeys import failed_tenders
from shizheng.web.lists import BulkAction, ListPage


def _take(actor: Any, rows: Any, request: HttpRequest) -> str:
    made = failed_tenders.take_over(actor, [row["pk"] for row in rows])
    return _("已列管 %(n)s 件；流標、廢標都帶過來了，請各機關補原因。") % {"n": len(made)}


class ProposedList(ListPage):
    """待列管的流廢標案: B09's list without what is followed already."""

    permission = "procurement.supervise"
    title = gettext_lazy("待列管的流廢標案")
    table_class = FailedTable
    default_sort = ("-times", "number")
    export_name = "failed-tenders-to-list"
    search_fields = ("number", "name", "agency")
    empty_title = gettext_lazy("沒有待列管的標案")
    empty_text = gettext_lazy("達到流廢標追蹤次數而未決標的，都已經列管。")
    bulk_actions = (BulkAction("take", gettext_lazy("列管"), _take, "procurement.supervise"),)

    def get_queryset(self) -> Rows:
        user: Any = self.request.user
        if not user.may("projects.view"):
            return Rows()
        found = failed_tenders.proposals(user)
        rule = _("規則 %(rule)s") % {"rule": found.found.rule.label}
        series = (
            _("列入 %(series)s") % {"series": found.series} if found.series else _("還沒有督導年度，請先開立")
        )
        vars(self)["subtitle"] = f"{rule}{_('；')}{series}"
        return Rows(
            {
                "pk": each.project.pk,
                "url": reverse("projects:project", args=[each.project.pk]),
                "name": each.project.name,
                "number": each.project.number,
                "agency": called(each.project.agency, short=True),
                "state": each.state,
                "budget": each.project.budget,
                "times": each.failures.all,
                "failed": each.failures.failed,
                "void": each.failures.void,
                "last": each.last_failed_on,
            }
            for each in found.rows
        )

    def search(self, rows: Any, words: str) -> Any:
        wanted = words.casefold().split()[:10]
        return Rows(
            row
            for row in rows
            if all(any(word in str(row[name]).casefold() for name in self.search_fields) for word in wanted)
        )

    def pick(self, rows: Any, chosen: Sequence[str]) -> Any:
        return Rows(row for row in rows if str(row["pk"]) in chosen)

    def get_breadcrumb(self) -> Sequence[tuple[Any, str]]:
        return [(_("流廢標督導案"), reverse("procurement:cases"))]
