"""會議紀錄 as it goes out: kept with its hash, by editions; it stays inside (names of people)."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shizheng.common.errors import NotFound
from shizheng.kernel.meetings.documents.minutes import document
from shizheng.kernel.meetings.models import Meeting
from shizheng.kernel.meetings.queries.record import LABEL, facts_of
from shizheng.kernel.publication import registry
from shizheng.kernel.publication.registry import Gathered, PublicationKind

KIND = "meetings.minutes"
SERIES = "meetings.minutes:{pk}"


def gather(meeting_id: int, _period: str) -> Gathered:
    """The minutes of a meeting as they stand. Raises NotFound."""
    found = Meeting.objects.select_related("series", "unit", "secretary").filter(pk=meeting_id).first()
    if found is None:
        raise NotFound(_("找不到這場會議。請從會議清單進入。"))
    title = f"{found.title}會議紀錄"
    return Gathered(title, found.unit_id, SERIES.format(pk=found.pk), facts_of(found), period=found.period)


def register() -> None:
    """Called once when the app is ready."""
    registry.register(
        PublicationKind(
            KIND,
            gettext_lazy("會議紀錄"),
            gather,
            document,
            subject_label=LABEL,
            permission="meetings.chair",
            read_permission="meetings.view",
            is_public=False,
            stem="minutes",
            managed_by=gettext_lazy("會議紀錄在會議的頁面發出。"),
            subject_url=lambda pk: reverse("meetings:meeting", args=[pk]),
        )
    )
