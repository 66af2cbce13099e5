"""A pack of a bad month stays a document that can be made: so many subjects have a page, the others stand in the table."""

import io
from types import SimpleNamespace

import pytest
from pypdf import PdfReader

from shizheng.domains.projects.tests.month_town import LATE, lock_month, on, row, tender
from shizheng.domains.projects.tests.test_pack import meeting_of, said, squeezed
from shizheng.kernel.meetings.documents.pack import PAGES, pack_of
from shizheng.kernel.publication import writing
from shizheng.kernel.publication.documents.model import Heading, PageBreak, Table
from shizheng.kernel.rulebook.models import RuleVersion

pytestmark = pytest.mark.django_db


@pytest.fixture
def town(month_town: SimpleNamespace) -> SimpleNamespace:
    month_town.tenders = [tender(month_town.works, f"A{n}") for n in range(4)]
    with on("2025-04-06"):
        late = row("0", reached="design", **LATE)
        lock_month(month_town, "2025-03", dict.fromkeys(month_town.tenders, late))
    return month_town


def test_three_hundred_subjects_have_a_page_until_somebody_decides_otherwise(town: SimpleNamespace) -> None:
    version = RuleVersion.objects.get(rule__code=PAGES)
    assert version.value == 300 and version.unconfirmed
    with on("2025-04-08"):
        document = pack_of(meeting_of(town, "2025-04", "2025-04-10"))
    assert (
        sum(isinstance(each, PageBreak) for each in document.blocks) == 5
    )  # the agency and its four tenders
    assert not any("其餘" in each for each in said(document))


def test_beyond_the_rule_they_stand_in_the_table_alone_and_the_pack_says_so(
    town: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    of_rule(monkeypatch, 3)
    with on("2025-04-08"):
        document = pack_of(meeting_of(town, "2025-04", "2025-04-10"))
        made = writing.one(document, "pdf", "pack", {})
    headings = [each.text for each in document.blocks if isinstance(each, Heading) and "、" in each.text]
    assert (
        len(headings) == 3
        and headings[0].startswith("1、工務局")
        and "A0" in headings[1]
        and "A1" in headings[2]
    )
    (told,) = [each for each in said(document) if "其餘" in each]
    assert "有5案要附資料" in told and "前面的3案各附一頁，其餘2案" in told and f"{PAGES}@1" in told
    agenda = next(each for each in document.blocks if isinstance(each, Table) and each.title == "議程")
    titles = [line[1].text for line in agenda.rows if line[1] is not None]
    assert all(any(f"A{n}" in title for title in titles) for n in range(4))
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(made.data)).pages)
    assert "其餘" in squeezed(text)


def of_rule(monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    """The rule says so many."""
    from dataclasses import replace

    from shizheng.kernel.rulebook import queries as rulebook

    held = rulebook.value_or_none

    def said_otherwise(code: str, *about: object) -> object:
        found = held(code, *about)  # type: ignore[arg-type]
        return replace(found, value=most) if found is not None and code == PAGES else found

    monkeypatch.setattr(rulebook, "value_or_none", said_otherwise)
