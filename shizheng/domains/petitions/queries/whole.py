"""Everything that the page of one petition shows of it, read in one question with its case."""

from typing import Any

from django.db.models import Prefetch, QuerySet

from shizheng.domains.petitions.models import (
    Approval,
    PartialReply,
    Petition,
    QualityCheck,
    Reply,
    ThemePetition,
)
from shizheng.domains.petitions.rules.workflow import KIND
from shizheng.kernel.cases import queries as cases
from shizheng.kernel.files import queries as files


def read_whole(row: Petition) -> list[Any]:
    """Replies, parts of other agencies, checks, themes, and what is the case's, kept with the row; gives its photographs.

    One query, one more for the approvals of replies. For a page that only reads.
    """
    approvals = Prefetch("approvals", Approval.objects.select_related("by"))
    rows: dict[str, QuerySet[Any, Any]] = {
        "replies": Reply.objects.filter(petition=row).select_related("drafted_by").prefetch_related(approvals),
        "parts": PartialReply.objects.filter(petition=row).select_related("unit", "by"),
        "checks": QualityCheck.objects.filter(petition=row).select_related("by"),
        "themes": ThemePetition.objects.filter(petition=row).select_related("theme", "by").order_by("theme__name"),
    }  # fmt: skip
    photographs = files.stored(KIND, row.case_id)
    cases.read_whole(row.case, *rows.values(), photographs)
    vars(row).setdefault("_prefetched_objects_cache", {}).update(rows)
    return list(photographs)
