"""What tenders give to meetings: the agendas of the city's and the agencies' tender meetings, and the pages of their packs."""

from collections.abc import Mapping, Sequence
from importlib.resources import files

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from shizheng.domains.projects.documents.agency_page import agency_blocks
from shizheng.domains.projects.documents.item_page import item_blocks
from shizheng.domains.projects.queries import agenda, programme_meetings
from shizheng.domains.projects.queries.agency_pages import agency_pages
from shizheng.domains.projects.queries.item_pages import item_pages
from shizheng.kernel.measures.queries import AsOf as Moment
from shizheng.kernel.measures.rules.periods import parse_period
from shizheng.kernel.meetings import actions as meetings
from shizheng.kernel.meetings import registry
from shizheng.kernel.meetings.registry import MeetingFrame, Section
from shizheng.kernel.publication.documents.model import Block
from shizheng.kernel.rulebook.rules import AsOf

CITY, AGENCY, PROGRAMME = "projects.city", "projects.agency", "projects.programme"
Pages = Mapping[str, Sequence[Block]]


def register() -> None:
    """Called once when the app is ready."""
    registry.register_agenda_source(registry.AgendaSource(CITY, _("全府標案進度"), city_sections))
    registry.register_agenda_source(
        registry.AgendaSource(AGENCY, _("機關標案進度"), agency_sections, agency_hosts)
    )
    registry.register_agenda_source(
        registry.AgendaSource(PROGRAMME, _("主政機關的專案計畫"), programme_sections, programme_hosts)
    )
    registry.register_subject(
        agenda.PROJECT, project_page, lambda pk: reverse("projects:project", args=[pk]), project_pages
    )
    registry.register_subject(
        agenda.AGENCY, agency_page, lambda pk: reverse("projects:agency_board", args=[pk]), agencies_pages
    )


def load_shipped_series() -> int:
    """The series of tender meetings that are not there yet (`data/meetings.toml`); returns how many were added."""
    return meetings.load_series(
        files("shizheng.domains.projects").joinpath("data/meetings.toml").read_text("utf-8")
    )


def moment(as_of: AsOf | None) -> Moment | None:
    """A moment as the queries of this app take it."""
    return None if as_of is None else Moment(as_of.moment, as_of.horizon)


def city_sections(frame: MeetingFrame, as_of: AsOf | None) -> Sequence[Section]:
    """The agenda of the city's meeting."""
    return agenda.city_sections(frame, moment(as_of))


def agency_sections(frame: MeetingFrame, as_of: AsOf | None) -> Sequence[Section]:
    """The agenda of an agency's meeting."""
    return agenda.agency_sections(frame, moment(as_of))


def agency_hosts(period: str, as_of: AsOf | None) -> frozenset[int]:
    """Agencies that owe a meeting in a month."""
    return agenda.agency_hosts(period, moment(as_of))


def programme_sections(frame: MeetingFrame, as_of: AsOf | None) -> Sequence[Section]:
    """The agenda of a lead agency's meeting on its programmes (TC-25)."""
    return programme_meetings.sections(frame, moment(as_of))


def programme_hosts(period: str, _as_of: AsOf | None) -> frozenset[int]:
    """Lead agencies that owe a meeting in a month."""
    return programme_meetings.hosts(period)


def project_pages(subject_ids: Sequence[str], frame: MeetingFrame, as_of: AsOf | None) -> Pages:
    """The pages of tenders for the month that the meeting looks at."""
    found = item_pages([int(each) for each in subject_ids], parse_period(frame.about), moment(as_of))
    return {str(pk): item_blocks(page) for pk, page in found.items()}


def project_page(subject_id: str, frame: MeetingFrame, as_of: AsOf | None) -> Sequence[Block]:
    """The page of one tender."""
    return project_pages([subject_id], frame, as_of).get(subject_id, ())


def agencies_pages(subject_ids: Sequence[str], frame: MeetingFrame, as_of: AsOf | None) -> Pages:
    """The pages of agencies for the month that the meeting looks at."""
    period = parse_period(frame.about)
    found = agency_pages([int(each) for each in subject_ids], period, moment(as_of))
    return {str(pk): agency_blocks(page.row, page.cases, period) for pk, page in found.items()}


def agency_page(subject_id: str, frame: MeetingFrame, as_of: AsOf | None) -> Sequence[Block]:
    """The page of one agency."""
    return agencies_pages([subject_id], frame, as_of).get(subject_id, ())
