"""A commitment that is linked to a KPI takes its progress from the newest figure."""

from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.test import Client

from shizheng.common.errors import BadInput, CannotDo
from shizheng.domains.commitments import actions, kpi_progress
from shizheng.domains.commitments.models import Commitment
from shizheng.domains.commitments.tests.town import enter, owed
from shizheng.kernel.measures.tests.factories import file, make_measure

pytestmark = pytest.mark.django_db


def test_the_newest_figure_of_the_unit_counts(town: SimpleNamespace) -> None:
    measure = make_measure(town.works, code="plan-rate")
    assert kpi_progress.find(town.rdec, "plan-rate") is None  # nothing filed yet
    file(measure, town.works, "2017-Q1", a=30, b=60)
    key = kpi_progress.find(town.rdec, "plan-rate@工務局")
    assert key == f"{measure.pk}-{town.works.pk}" == kpi_progress.find(town.rdec, " plan-rate ")
    assert kpi_progress.find(town.rdec, "plan-rate@公園局") is None
    first = kpi_progress.read([key, "x", "1-2-3"])[key]
    assert (first.state, first.done) == ("50.00%", False)
    file(measure, town.works, "2017-Q2", a=48, b=60)
    newest = kpi_progress.read([key])[key]
    assert (newest.state, newest.done) == ("80.00%", True) and "period=2017-Q2" in newest.url


def test_release_follows_the_target_and_the_form_names_the_link_as_it_was_typed(
    town: SimpleNamespace,
) -> None:
    measure = make_measure(town.works, code="plan-rate")
    file(measure, town.works, "2017-Q1", a=30, b=60)
    key = f"{measure.pk}-{town.works.pk}"
    row = enter(town, "promise", joint_ids=[], link_kind=kpi_progress.KIND, link_key=key)
    one = owed(row, town.works)
    with pytest.raises(BadInput):
        actions.tell(town.control, one.pk, text="辦理中", progress=Decimal(90))
    actions.tell(town.control, one.pk, text="辦理中")
    with pytest.raises(CannotDo):
        actions.ask_release(town.control, one.pk, reason="達標")
    client = Client()
    client.force_login(town.rdec)
    assert "plan-rate@測試市政府工務局" in client.get(f"/commitments/{row.pk}/edit/").content.decode()
    typed = {
        "version": row.version, "reason": "改寫", "text": "改寫後", "agreed_on": "114-03-03", "main_id": town.works.pk,
        "link_kind": kpi_progress.KIND, "link_text": "plan-rate@測試市政府工務局",
    }  # fmt: skip
    assert client.post(f"/commitments/{row.pk}/edit/", typed).status_code == 302
    assert Commitment.objects.get().link_key == key
    wrong = client.post(f"/commitments/{row.pk}/edit/", {**typed, "link_text": "nothing", "version": 9})
    assert wrong.status_code == 422 and "找不到「nothing」" in wrong.content.decode()
    file(measure, town.works, "2017-Q2", a=48, b=60)
    actions.ask_release(town.control, one.pk, reason="達標")
    assert owed(row, town.works).state == "asked"
