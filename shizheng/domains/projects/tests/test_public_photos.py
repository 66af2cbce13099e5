"""Photographs marked public stand on the public page of a published tender, and are gone as soon as they are not."""

import io
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image

from shizheng.domains.projects import actions
from shizheng.domains.projects.publications import OPEN, standing
from shizheng.domains.projects.queries.public_photos import place_shown
from shizheng.domains.projects.tests.month_town import happen, lock_month, on, row, tender
from shizheng.kernel.files import actions as files
from shizheng.kernel.files.tests import samples
from shizheng.kernel.publication import actions as publication

pytestmark = pytest.mark.django_db
D = Decimal


@pytest.fixture
def published(month_town: SimpleNamespace) -> Any:
    town = month_town
    town.tender, town.quiet = tender(town.works, "A1"), tender(town.works, "A2")
    happen(town.tender, "announced", "2025-01-20")
    lock_month(town, "2025-03", {town.tender: row(), town.quiet: row()})
    with on("2025-04-20"):
        town.edition = publication.issue(town.rdec_head, OPEN, town.city.pk, period="2025-03")
    with on("2026-10-06"):
        yield town


def photograph(town: SimpleNamespace, project: Any, **values: Any) -> Any:
    with on("2026-10-06"):
        return actions.add_photo(
            town.officer, project.pk, samples.photograph(), name="工地.jpg", values=values
        )


def test_a_public_photograph_is_shown_without_metadata_and_with_a_rounded_place(
    published: SimpleNamespace,
) -> None:
    photo = photograph(published, published.tender, caption="橋墩", public=True)
    assert (photo.longitude, photo.latitude) == (D("120.64"), D("24.16"))
    page = Client().get("/projects/public/A1/").content.decode()
    assert "橋墩" in page and "120.640, 24.160" in page and "待確認" in page
    assert published.officer.display_name not in page
    for size in ("", "small/"):
        answer = Client().get(f"/projects/public/A1/photos/{photo.pk}/{size}")
        assert answer.status_code == 200 and answer["Content-Type"] == (
            "image/webp" if size else "image/jpeg"
        )
        assert answer["Cache-Control"] == "public, no-cache"
        with Image.open(io.BytesIO(answer.content)) as picture:
            assert not picture.getexif()
        again = Client().get(answer.wsgi_request.path, headers={"If-None-Match": answer["ETag"]})
        assert again.status_code == 304
    assert "相片 1 張" in Client().get("/projects/public/?q=A1").content.decode()


def test_one_that_is_no_longer_public_is_gone_at_once(published: SimpleNamespace) -> None:
    photo = photograph(published, published.tender, caption="橋墩", public=True)
    place = f"/projects/public/A1/photos/{photo.pk}/"
    etag = Client().get(place)["ETag"]
    actions.edit_photo(published.officer, photo.pk, version=1, changes={"public": False})
    assert "橋墩" not in Client().get("/projects/public/A1/").content.decode()
    assert Client().get(place, headers={"If-None-Match": etag}).status_code == 404
    actions.edit_photo(published.officer, photo.pk, version=2, changes={"public": True})
    assert Client().get(place).status_code == 200
    files.seal(published.control, photo.file_id, reason="看得到人臉")
    assert Client().get(place).status_code == 404
    assert "橋墩" not in Client().get("/projects/public/A1/").content.decode()


def test_one_that_was_taken_away_is_gone_too(published: SimpleNamespace) -> None:
    photo = photograph(published, published.tender, public=True)
    actions.remove_photo(published.officer, photo.pk, version=1, reason="拍錯")
    assert Client().get(f"/projects/public/A1/photos/{photo.pk}/").status_code == 404


def test_a_tender_that_was_not_announced_has_no_public_page_whatever_is_marked(
    published: SimpleNamespace,
) -> None:
    photo = photograph(published, published.quiet, public=True)
    assert Client().get("/projects/public/A2/").status_code == 404
    assert Client().get(f"/projects/public/A2/photos/{photo.pk}/").status_code == 404
    assert Client().get(f"/projects/public/A1/photos/{photo.pk}/").status_code == 404
    assert [each.number for each in standing.listed(standing.standing_code())] == ["A1"]


def test_before_the_first_edition_the_list_says_so(month_town: SimpleNamespace) -> None:
    assert "還沒有公布標案" in Client().get("/projects/public/").content.decode()


@pytest.mark.parametrize(
    ("how", "said"), [("rounded", "120.679, 24.139"), ("exact", "120.679123, 24.138567"), ("hidden", "")]
)
def test_the_rule_says_how_much_of_a_place_is_told(how: str, said: str) -> None:
    assert place_shown(D("120.679123"), D("24.138567"), how) == said
    assert place_shown(None, None, how) == ""


def test_photographs_visits_and_matters_stand_in_the_course_of_the_tender(published: SimpleNamespace) -> None:
    photo = photograph(published, published.tender, caption="橋墩樁基")
    with on("2026-10-07"):
        given = {"called_by": "參事", "why": "other", "grounds": "民眾反映", "visit_on": date(2026, 10, 9)}
        actions.call_visit(published.rdec, published.tender.pk, given)
        actions.raise_matter(
            published.officer,
            published.tender.pk,
            {"unit_id": published.parks.pk, "text": "請先遷移行道樹。"},
        )
    client = Client()
    client.force_login(published.officer)
    with on("2026-10-08"):
        page = client.get(f"/projects/register/{published.tender.pk}/").content.decode()
    course = page[page.rindex("相片、實地查訪與協調事項也在裡面") :]
    assert (
        "上傳相片" in course and f"/projects/register/photos/{photo.pk}/" in course and "橋墩樁基" in course
    )
    assert "排定實地查訪" in course and "參事實地查訪" in course and "民眾反映" in course
    assert "提請跨機關協調" in course and "請先遷移行道樹。" in course


def test_the_page_of_a_tender_reads_its_own_part_of_the_edition_alone(published: SimpleNamespace) -> None:
    """What an edition says of thousands of tenders stays in the database: neither the page nor the API reads it whole."""
    whole = '"publication_publication"."facts", "publication_publication"'
    standing.listed.cache_clear()
    with CaptureQueriesContext(connection) as asked:
        Client().get("/projects/public/")
    assert any(whole in each["sql"] for each in asked)  # the list does, once in a process
    for address in ("/projects/public/A1/", "/api/v1/projects/oc4ids/A1"):
        Client().get(address)
        with CaptureQueriesContext(connection) as asked:
            answer = Client().get(address)
        assert answer.status_code == 200 and "A1" in answer.content.decode()
        assert len(asked) <= 5, [each["sql"][:120] for each in asked]
        assert not [each for each in asked if whole in each["sql"]]
    for number in ("A2", "A%00", "A1%22%20%7C%7C%20true", "%27"):
        assert Client().get(f"/projects/public/{number}/").status_code == 404
