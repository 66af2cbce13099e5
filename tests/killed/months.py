"""The close of a month of tenders, to be killed: records, facts and locked returns of every agency, or none of them."""

from types import SimpleNamespace

from shizheng.domains.projects.filing import months as month_filing
from shizheng.domains.projects.models import MonthRecord
from shizheng.domains.projects.tests.month_town import file_agency, plan, row, tender
from shizheng.kernel.filing import actions
from shizheng.kernel.filing.models import Return, Round
from shizheng.kernel.measures.models import Fact
from shizheng.kernel.people.models import User

MONTH = "2019-06"
TENDERS = 12


def make_ready(town: SimpleNamespace) -> None:
    """One agency has filed and signed its tenders, the other has not; the round waits for its lock."""
    made = [tender(town.works, f"108-W-{n:03d}", from_period="2025-01") for n in range(TENDERS)]
    made.append(tender(town.parks, "108-P-001", from_period="2025-01"))
    for each in made:
        plan(each, 2, "2019-01", year=2019)
    found = actions.open_round(town.rdec, month_filing.CODE, MONTH)
    rows = {each: row("40", reached_on="108-02-14") for each in made[:TENDERS]}
    file_agency(found, town.works, town.officer, town.chief, rows)


def close() -> None:
    """Lock the month; who has not filed stays in the denominators."""
    found = Round.objects.get(kind=month_filing.CODE)
    actions.lock_round(User.objects.get(username="rdec"), found.pk, reason="公園局未填報")


def closed() -> bool:
    """Whether the month is closed with a record of every tender and the numbers of every agency; anything between fails."""
    found = Round.objects.get(kind=month_filing.CODE)
    states = sorted(Return.objects.filter(round=found).values_list("unit__code", "state"))
    records = MonthRecord.objects.filter(period=MONTH)
    filed = sorted(records.values_list("filed", flat=True))
    facts = Fact.objects.filter(period=MONTH, measure__code__startswith="projects.")
    if found.state == "open":
        assert ("W", "signed") in states and filed == [] and not facts.exists()
        return False
    assert found.state == "locked" and ("W", "locked") in states
    assert filed == [False] + [True] * TENDERS
    assert set(facts.values_list("unit__code", flat=True)) >= {"W", "P"}
    return True
