"""A petition is put into another class: its limit, what the citizen is told, what the clock says, and who may not."""

import re
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from shizheng.common import clock
from shizheng.common.errors import BadInput, CannotDo, NotPermitted
from shizheng.domains.petitions import actions
from shizheng.domains.petitions.models import Petition
from shizheng.domains.petitions.rules.classes import PetitionClass
from shizheng.domains.petitions.tests.town import again, answered, handled, receive
from shizheng.kernel.cases.models import CaseStep
from shizheng.kernel.cases.queries import why_this_day
from shizheng.kernel.notifications.models import Message

pytestmark = pytest.mark.django_db


def change(town: SimpleNamespace, row: Petition, **more: Any) -> Petition:
    given = {"petition_class": "report", "reason": "民眾指的是違法行為", "told": "電話告知", **more}
    actions.change_class(given.pop("by", town.rdec), row.case_id, version=None, **given)
    return again(row)


def test_the_limit_of_the_new_class_counts_from_receipt_and_the_clock_says_what_was_changed(
    town: SimpleNamespace,
) -> None:
    row = handled(town)
    before = row.case.due_on
    same_day = receive(town, petition_class=PetitionClass.REPORT).petition.case.due_on
    changed = change(town, row)
    assert (changed.petition_class, changed.case.due_on) == ("report", same_day) and same_day > before
    said = [each for each in why_this_day(changed.case) if each.kind == "relimited"]
    assert len(said) == 1 and "改列" in said[0].text and str(before.day) in said[0].text
    step = CaseStep.objects.get(case=row.case_id, name="change_limit")
    assert (step.reason, step.fields["told"]) == ("民眾指的是違法行為", "電話告知")
    assert date.fromisoformat(step.fields["due_before"]) == before
    assert Message.objects.filter(user=town.officer, template__code="cases.limit_changed").count() == 1


def test_pauses_and_extensions_stay_when_the_limit_changes_there_and_back(town: SimpleNamespace) -> None:
    from shizheng.kernel.cases import actions as cases

    row = handled(town)
    cases.ask_extension(town.officer, row.case_id, version=None, reason="等零件", amount=2)
    asked = row.case.extensions.get()
    cases.decide_extension(town.chief, asked.pk, version=None, approve=True, reason="可", told="電話")
    extended = again(row).case.due_on
    assert change(town, row).case.due_on > extended
    assert change(town, row, petition_class="petition").case.due_on == extended


def test_who_is_late_answered_or_of_that_class_already_is_refused_and_so_is_saying_nothing_to_the_citizen(
    town: SimpleNamespace,
) -> None:
    row = handled(town)
    with pytest.raises(NotPermitted):
        change(town, row, by=town.officer)
    for missing in ({"told": " "}, {"reason": ""}, {"petition_class": "nonsense"}):
        with pytest.raises(BadInput):
            change(town, row, **missing)
    with pytest.raises(CannotDo) as same:
        change(town, row, petition_class="petition")
    with clock.set_to(clock.now() + timedelta(days=60)), pytest.raises(CannotDo) as late:
        change(town, row)
    with pytest.raises(CannotDo) as done:
        change(town, answered(town))
    assert [each.value.code for each in (same, late, done)] == ["same_class", "too_late", "answered"]
    assert again(row).petition_class == "petition"


def test_the_page_shows_the_day_of_every_class_before_one_is_chosen(town: SimpleNamespace) -> None:
    row = handled(town)
    client = Client()
    client.force_login(town.rdec)
    address = f"/petitions/{row.case_id}/class/"
    shown = client.get(address).content.decode()
    days = re.findall(r'<option value="\w+">\w+，期限 ([^<]*)<', shown)
    assert len(days) == 4 and all(day.startswith("114-") for day in days), days
    assert "仍從收件時起算" in shown
    client.post(
        address,
        {"version": again(row).case.version, "petition_class": "report", "told": "電話", "reason": "更正"},
    )
    assert again(row).petition_class == "report"
    page = client.get(f"/petitions/{row.case_id}/").content.decode()
    assert "改列期限" in page and "改類別" in page
