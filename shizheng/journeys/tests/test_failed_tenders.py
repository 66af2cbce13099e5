"""From the register's list of failed tenders to the group that supervises them; the award is told once."""

from datetime import date
from types import SimpleNamespace

import pytest
from django.test import Client

from shizheng.common.errors import CannotDo, NotPermitted
from shizheng.domains.procurement import actions as supervision
from shizheng.domains.procurement.models import CaseEvent, FailedTenderCase
from shizheng.domains.projects import actions as projects
from shizheng.domains.projects.models import Happening
from shizheng.domains.projects.tests.town import enter, make_town, tell
from shizheng.journeys import failed_tenders

pytestmark = pytest.mark.django_db
FAILED_TWICE = (
    ("announced", date(2025, 3, 1)),
    ("failed", date(2025, 3, 20)),
    ("announced", date(2025, 4, 1)),
    ("void", date(2025, 4, 20)),
)


@pytest.fixture
def town(db: None) -> SimpleNamespace:
    made = make_town()
    made.series = supervision.open_series(made.rdec, roc_year=114)
    made.project = enter(made)
    tell(made.control, made.project, *FAILED_TWICE)
    return made


def test_a_tender_that_failed_twice_is_proposed_taken_over_and_followed(town: SimpleNamespace) -> None:
    once = enter(town, "只流標一次")
    tell(town.control, once, *FAILED_TWICE[:2])
    offered = failed_tenders.proposals(town.rdec)
    assert [each.project.pk for each in offered.rows] == [town.project.pk]
    with pytest.raises(NotPermitted):
        failed_tenders.take_over(town.control, [town.project.pk])
    with pytest.raises(CannotDo, match="不再符合"):
        failed_tenders.take_over(town.rdec, [town.project.pk, once.pk])
    assert not FailedTenderCase.objects.exists()

    [case] = failed_tenders.take_over(town.rdec, [town.project.pk])
    case.refresh_from_db()
    assert (case.failed, case.void, case.outcome, case.category) == (1, 1, "open", "works")
    assert failed_tenders.proposals(town.rdec).rows == ()

    failure = CaseEvent.objects.get(case=case, kind="failed")
    supervision.correct_event(
        town.control, failure.pk, version=case.version, changes={"causes": ["price"]}, reason="補原因"
    )
    with pytest.raises(CannotDo, match="標案登錄"):
        supervision.record_event(
            town.control, case.pk, version=None, values={"kind": "awarded", "on": date(2025, 5, 1)}
        )
    tell(town.control, town.project, ("awarded", date(2025, 5, 10)))
    case.refresh_from_db()
    assert (case.outcome, case.settled_on, case.award_amount) == ("awarded", date(2025, 5, 10), 50_000_000)

    told = Happening.objects.get(project=town.project, kind="failed")
    town.project.refresh_from_db()
    projects.correct_happening(
        town.control,
        told.pk,
        version=town.project.version,
        changes={"on": date(2025, 3, 22)},
        reason="日期更正",
    )
    case.refresh_from_db()
    assert case.first_failed_on == date(2025, 3, 22)
    kept = CaseEvent.objects.filter(case=case, kind="failed", superseded_by=None, struck=False).get()
    assert kept.causes == ["price"]  # the cause given here survives a correction of the day there

    award = Happening.objects.get(project=town.project, kind="awarded")
    projects.strike_happening(town.control, award.pk, version=None, reason="撤銷決標")
    case.refresh_from_db()
    assert (case.outcome, case.award_amount) == ("open", None)
    assert CaseEvent.objects.filter(case=case, kind="awarded").count() == 2


def test_each_page_shows_the_other_and_the_list_takes_all_at_once(town: SimpleNamespace) -> None:
    client = Client()
    client.force_login(town.rdec)
    page = client.get("/journeys/failed-tenders/").content.decode()
    assert town.project.name in page and "列管" in page
    answer = client.post("/journeys/failed-tenders/", {"action": "take", "row": [str(town.project.pk)]})
    assert answer.status_code == 302, answer.content.decode()[:500]
    case = FailedTenderCase.objects.get()
    assert (
        f"/procurement/failed/{case.pk}/"
        in client.get(f"/projects/register/{town.project.pk}/").content.decode()
    )
    assert (
        f"/projects/register/{town.project.pk}/"
        in client.get(f"/procurement/failed/{case.pk}/").content.decode()
    )
    client.force_login(town.control)
    work = client.get("/work/").content.decode()
    assert "補流廢標原因" in work
    assert client.get("/journeys/failed-tenders/").status_code == 403
