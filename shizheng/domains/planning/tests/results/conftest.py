"""An agency whose results of the half year are owed, locked, corrected."""

from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from shizheng.domains.planning.rounds import CODE
from shizheng.domains.planning.tests.results.town import (
    RATIO,
    again,
    fields_of,
    make_town,
    on,
    project_control,
    row_of,
)
from shizheng.domains.planning.tests.results.walking import HALF, walk_to_lock
from shizheng.kernel.filing import actions
from shizheng.kernel.filing.models import Return
from shizheng.kernel.filing.tasks import chase_now
from shizheng.kernel.publication import actions as publication


@pytest.fixture
def town(db: None) -> Iterator[SimpleNamespace]:
    made = make_town()
    with project_control(made.plan):
        yield made


@pytest.fixture
def owed(town: SimpleNamespace) -> Return:
    """The commission's return of the half year, opened by the rulebook on its day."""
    with on("2017-07-01", 6, 5):
        chase_now()
    return Return.objects.select_related("round", "unit").get(round__kind=CODE)


@pytest.fixture
def locked(town: SimpleNamespace, owed: Return) -> Return:
    walk_to_lock(town, owed)
    return again(owed)


@pytest.fixture
def corrected(town: SimpleNamespace, locked: Return) -> SimpleNamespace:
    """Published on 20 July; in September one case turns out to have been behind, and the correction is approved."""
    with on("2017-07-20"):
        issued = publication.issue(town.rdec_head, CODE, town.plan.pk, period=HALF.code)
    with on("2017-09-11"):
        first = fields_of(town.plan, RATIO)[0]
        request = actions.request_correction(
            town.officer,
            locked.pk,
            version=None,
            changes={
                (row_of(town.plan, RATIO), first): "166",
                (row_of(town.plan, RATIO), "evidence"): "6 月月報",
            },
            reason="東側聯絡道 6 月估驗單晚到，實際落後",
        )
    with on("2017-09-12", 14):
        actions.approve_correction(town.control, request.pk, version=None, reason="核對月報無誤")
    return SimpleNamespace(issued=issued, request=request)
