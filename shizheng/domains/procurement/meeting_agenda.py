"""What failed tenders give to meetings: the agenda of the supervision group, and the pages of its pack (F01)."""

from collections.abc import Mapping, Sequence
from importlib.resources import files

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from shizheng.domains.procurement.documents.case_page import case_blocks
from shizheng.domains.procurement.queries import agenda
from shizheng.kernel.measures.queries import AsOf as Moment
from shizheng.kernel.meetings import actions as meetings
from shizheng.kernel.meetings import registry
from shizheng.kernel.meetings.registry import MeetingFrame, Section
from shizheng.kernel.publication.documents.model import Block
from shizheng.kernel.rulebook.rules import AsOf

SOURCE = "procurement.failed"


def register() -> None:
    """Called once when the app is ready."""
    registry.register_agenda_source(registry.AgendaSource(SOURCE, _("流廢標督導案"), sections))
    registry.register_subject(
        agenda.CASE, case_page, lambda pk: reverse("procurement:case", args=[pk]), case_pages
    )


def load_shipped_series() -> int:
    """The series of the group's meetings, if it is not there yet (`data/meetings.toml`); returns how many were added."""
    text = files("shizheng.domains.procurement").joinpath("data/meetings.toml").read_text("utf-8")
    return meetings.load_series(text)


def sections(frame: MeetingFrame, as_of: AsOf | None) -> Sequence[Section]:
    """The agenda of one meeting of the group."""
    return agenda.sections(frame, _moment(as_of))


def case_pages(
    subject_ids: Sequence[str], frame: MeetingFrame, as_of: AsOf | None
) -> Mapping[str, Sequence[Block]]:
    """The pages of cases as they stand on the day of the meeting or today, whichever is first (three queries)."""
    moment, wanted = _moment(as_of), {int(each) for each in subject_ids}
    said = agenda.last_said(list(wanted), frame.about, moment)
    return {
        str(each.case.pk): case_blocks(each, said.get(each.case.pk))
        for each in agenda.cases_seen(frame, moment)
        if each.case.pk in wanted
    }


def case_page(subject_id: str, frame: MeetingFrame, as_of: AsOf | None) -> Sequence[Block]:
    """The page of one case."""
    return case_pages([subject_id], frame, as_of).get(subject_id, ())


def _moment(as_of: AsOf | None) -> Moment | None:
    return None if as_of is None else Moment(as_of.moment, as_of.horizon)
