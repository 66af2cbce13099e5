"""The pack of the city's tender meeting: the same words on screen, as PDF and as ODT; one page a tender; queries that stay."""

import html
import io
import re
import zipfile
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from shizheng.domains.projects.meeting_agendas import load_shipped_series
from shizheng.domains.projects.tests.month_town import (
    LATE,
    bulk_records,
    bulk_tenders,
    lock_month,
    on,
    row,
    tender,
)
from shizheng.kernel.meetings import actions, queries
from shizheng.kernel.meetings.documents.pack import pack_of
from shizheng.kernel.meetings.models import Meeting
from shizheng.kernel.publication.documents.model import Document, Heading, Paragraph, Table, plain
from shizheng.kernel.publication.tests import structure

pytestmark = pytest.mark.django_db
D = Decimal


def squeezed(text: str) -> str:
    return "".join(text.split())


def said(document: Document) -> list[str]:
    """Every text of the document: headings, paragraphs, cells."""
    out: list[str] = []
    for block in document.blocks:
        if isinstance(block, Heading):
            out.append(block.text)
        elif isinstance(block, Paragraph):
            out.append(plain(block.content))
        elif isinstance(block, Table):
            out += [column.title for column in block.columns]
            out += [
                plain(content) for line in block.rows for cell in line if cell for content in cell.paragraphs
            ]
    return [squeezed(each) for each in out if each.strip()]


def meeting_of(town: SimpleNamespace, period: str, day: str) -> Meeting:
    """The city's meeting of a month, planned for a day."""
    load_shipped_series()
    with on(f"{period}-01"):
        (found,) = actions.open_meetings(town.rdec, period, series="tender-city")
    with on(day, 8):
        changes = {"place": "第一會議室", "chair": "副秘書長"}
        actions.edit_meeting(town.rdec, found.pk, version=None, changes=changes)
    return Meeting.objects.select_related("series", "unit").get(pk=found.pk)


@pytest.fixture
def town(month_town: SimpleNamespace) -> SimpleNamespace:
    late = row("0", reached="design", **LATE)
    month_town.tenders = [tender(month_town.works, f"A{n}") for n in range(3)]
    with on("2025-04-06"):
        lock_month(
            month_town,
            "2025-03",
            {**dict.fromkeys(month_town.tenders[:2], late), month_town.tenders[2]: row("0")},
        )
    return month_town


def test_screen_pdf_and_odt_say_the_same(town: SimpleNamespace) -> None:
    found = meeting_of(town, "2025-04", "2025-04-20")
    client = Client()
    client.force_login(town.rdec)
    with on("2025-04-20"):
        document = pack_of(found)
        screen = html.unescape(
            re.sub(r"<[^>]+>", "", client.get(f"/meetings/{found.pk}/pack/").content.decode())
        )
        pdf = PdfReader(io.BytesIO(client.get(f"/meetings/{found.pk}/pack.pdf").content))
        with zipfile.ZipFile(io.BytesIO(client.get(f"/meetings/{found.pk}/pack.odt").content)) as file:
            odt = html.unescape(re.sub(r"<[^>]+>", "", file.read("content.xml").decode()))
    words = said(document)
    assert len(words) > 100 and any("標案進度落後35.00個百分點，達10以上" in each for each in words)
    for name, text in (("screen", screen), ("pdf", structure.told(pdf).text), ("odt", odt)):
        missing = [each for each in words if each not in squeezed(text)]
        assert missing == [], (name, missing[:5])
    pages = [squeezed(each.extract_text()) for each in pdf.pages]
    for each in town.tenders[:2]:
        assert sum(f"、{each.number}{each.name}" in page and "檢核點" in page for page in pages) == 1
    assert sum("檢核點" in page for page in pages) == 2


def test_what_was_resolved_about_a_tender_stands_on_its_page_the_next_month(town: SimpleNamespace) -> None:
    first = meeting_of(town, "2025-04", "2025-04-20")
    with on("2025-04-20"):
        actions.fix_agenda(town.rdec, first.pk, version=None)
        actions.start_meeting(town.rdec, first.pk, version=None)
        item = first.items.filter(section="severe").order_by("position").first()
        assert item is not None
        values = {"text": "請下次會議前提出趕工計畫。", "main_unit": town.works.pk, "item": item.pk}
        actions.record_resolution(town.rdec, first.pk, values)
        actions.close_meeting(town.rdec, first.pk, version=None)
    with on("2025-05-06"):
        late = row("0", reached="design", **LATE)
        lock_month(town, "2025-04", dict.fromkeys(town.tenders, late))
    second = meeting_of(town, "2025-05", "2025-05-20")
    with on("2025-05-20"):
        words = said(pack_of(second))
    assert any(each.startswith("前次決議：請下次會議前提出趕工計畫。") for each in words)


def test_the_queries_of_a_pack_do_not_grow_with_its_tenders(town: SimpleNamespace) -> None:
    bulk_records(bulk_tenders(town.works, "V", 1), "2025-03", [D(-30)])  # one without a plan
    found = meeting_of(town, "2025-04", "2025-04-20")
    counts = []
    for more in (0, 80):
        bulk_records(bulk_tenders(town.works, "W", more), "2025-03", [D(-30)] * more)
        with on("2025-04-20"), CaptureQueriesContext(connection) as asked:
            document = pack_of(found)
        counts.append((sum(isinstance(each, Heading) for each in document.blocks), len(asked)))
    (few, first), (many, second) = counts
    assert many == few + 80 and second <= first <= 70
    assert queries.is_fixed(found) is False
