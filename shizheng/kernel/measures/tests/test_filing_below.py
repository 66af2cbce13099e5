"""An officer of a section files for the measures of the agency above, on the page as by the action."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from shizheng.kernel.measures.models import Fact
from shizheng.kernel.measures.tests.factories import file, make_measure, open_unit
from shizheng.kernel.measures.tests.test_pages import sign_in

pytestmark = pytest.mark.django_db
OFFICER = ["measures.view", "measures.file", "measures.correct"]


@pytest.fixture
def agency(db: None) -> Any:
    return open_unit("TAG", parent=open_unit("TCITY"), kind="agency")


@pytest.fixture
def section(agency: Any) -> Any:
    return open_unit("TSEC", parent=agency)


@pytest.fixture
def browser(section: Any) -> Client:
    return sign_in(section, OFFICER)


def test_a_section_officer_files_on_the_page_for_the_agency_s_measure(
    browser: Client, agency: Any, section: Any
) -> None:
    measure = make_measure(agency)
    address = reverse("measures:file", args=[measure.pk])
    page = browser.get(address)
    assert page.status_code == 200
    assert f'<option value="{section.pk}" selected' in page.content.decode()
    typed = {name: "" for name in page.context["form"].fields} | {
        "unit": section.pk,
        "period": "2017-H1",
        "value_a": "167",
        "value_b": "216",
        "source": "月結清單",
    }
    done = browser.post(address, typed)
    assert done.status_code == 302
    assert set(Fact.objects.values_list("unit_id", "period")) == {(section.pk, "2017-H1")}
    assert browser.get(done["Location"]).status_code == 200
    assert browser.post(address, {**typed, "unit": agency.pk}).status_code == 422
    assert not Fact.objects.filter(unit_id=agency.pk).exists()


def test_the_same_officer_corrects_the_section_s_fact_and_not_the_agency_s(
    browser: Client, agency: Any, section: Any
) -> None:
    measure = make_measure(agency)
    own = file(measure, section, "2017-H1", a=1, b=2)[0]
    other = file(measure, agency, "2017-H1", a=1, b=2)[0]
    assert browser.get(reverse("measures:correct", args=[own.pk])).status_code == 200
    assert browser.get(reverse("measures:correct", args=[other.pk])).status_code in (403, 404)


def test_measures_of_agencies_that_do_not_stand_above_are_not_there(browser: Client, agency: Any) -> None:
    other = open_unit("TOTHER", parent=open_unit("TCITY"), kind="agency")
    measure = make_measure(other)
    assert browser.get(reverse("measures:file", args=[measure.pk])).status_code == 404
    assert browser.get(reverse("measures:file", args=[2**40])).status_code == 404
    fact = file(measure, other, "2017-H1", a=1, b=2)[0]
    assert browser.get(reverse("measures:correct", args=[fact.pk])).status_code == 404
