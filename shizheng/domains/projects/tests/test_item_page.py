"""The page of a tender in a meeting's pack: one page each, the same words in every format, queries that do not grow."""

import io
from datetime import UTC, datetime
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image
from pypdf import PdfReader

from shizheng.common.permissions import SYSTEM
from shizheng.domains.projects import actions
from shizheng.domains.projects.documents.item_page import item_blocks
from shizheng.domains.projects.models import PlannedCheckpoint
from shizheng.domains.projects.queries.item_pages import item_pages
from shizheng.domains.projects.rules.drawing import Line, s_curve
from shizheng.domains.projects.tests.month_town import (
    LATE,
    a_type,
    happen,
    lock_month,
    plan,
    recorded,
    row,
    tender,
)
from shizheng.kernel.measures.rules.periods import parse_period
from shizheng.kernel.publication.documents import pdf, text
from shizheng.kernel.publication.documents.model import (
    Block,
    Document,
    Heading,
    PageBreak,
    Paragraph,
    Pictures,
)

MARCH, APRIL = parse_period("2025-03"), parse_period("2025-04")
WHY = Paragraph(
    ("列入理由：標案進度落後 40.00 個百分點，達 10 以上；施工進度落後 40.00 個百分點，達 20 以上",), "note"
)
EARLIER = Paragraph((f"前次決議：{'請於下次會議前完成管線遷移，' * 4}…（辦理中）",), "note")
LONG = "增派機具與人力，分兩班施工，每週檢討一次。" * 30


@pytest.fixture
def months(month_town: SimpleNamespace) -> SimpleNamespace:
    month_town.tenders = [tender(month_town.works, f"A{n}") for n in range(6)]
    for each in month_town.tenders:
        happen(each, "announced", "2025-01-20")
        happen(each, "awarded", "2025-02-14", "performing")
    late = row("0", reached="design", **{**LATE, "remedy": LONG, "catch_up_on": "114-04-30"})
    lock_month(month_town, "2025-03", dict.fromkeys(month_town.tenders, late))
    later = {**late, "catch_up_on": "114-12-31"}
    lock_month(
        month_town, "2025-04", {**dict.fromkeys(month_town.tenders, later), month_town.tenders[0]: row("20")}
    )
    return month_town


def document(blocks: list[Block]) -> Document:
    return Document("會議資料", "測試市政府", tuple(blocks), issued_at=datetime(2025, 5, 12, tzinfo=UTC))


def test_a_page_tells_where_the_tender_stands_and_what_was_promised(months: SimpleNamespace) -> None:
    caught_up, late = (
        item_pages([each.pk for each in months.tenders[:2]], APRIL)[each.pk] for each in months.tenders[:2]
    )
    assert caught_up.case and late.case and late.case.severe and not caught_up.case.severe
    assert [(each.period.code, each.kept) for each in late.promises] == [
        ("2025-04", None),
        ("2025-03", False),
    ]
    assert [each.kept for each in caught_up.promises] == [True]
    told = text.to_text(document(item_blocks(late)))
    for words in (
 "工務局", "履約中", "嚴重落後", "天候災害：增派機具", "到期仍落後", "還沒到期", "預算執行率", "90.00%",
        "A1進度曲線，114-01 至 114-12：114 年 4 月標案實際20.00%",
    ):  # fmt: skip
        assert words in told, words
    assert LONG not in told and "…" in told
    filed, owed = (next(one for one in each.points if one.name == "決標") for each in (caught_up, late))
    assert (str(filed.reached_on), filed.done, filed.late) == ("2025-02-14", True, False)
    assert (owed.reached_on, owed.done, owed.late) == (None, False, True) and "逾期未達成" in told
    done = next(each for each in late.points if each.name == "完工")
    assert not done.done and not done.late


def test_a_tender_of_which_nothing_was_locked_has_a_page_too(month_town: SimpleNamespace) -> None:
    made = tender(month_town.works, "A1")
    (page,) = item_pages([made.pk], MARCH).values()
    assert page.case is None and page.money is None and page.promises == ()
    assert "沒有鎖定的進度" in text.to_text(document(item_blocks(page)))


def test_the_number_of_queries_does_not_grow_with_the_tenders(months: SimpleNamespace) -> None:
    counts = []
    for some in (months.tenders[:1], months.tenders):
        with CaptureQueriesContext(
            connection,
        ) as found:
            for page in item_pages([each.pk for each in some], APRIL).values():
                item_blocks(page)
        counts.append(len(found))
    assert counts[0] == counts[1] <= 10


def test_a_tender_of_twelve_checkpoints_takes_one_page(months: SimpleNamespace) -> None:
    for each in months.tenders:
        with recorded(by=SYSTEM, action="tests.points"):
            version = each.plans.get()
            PlannedCheckpoint.objects.bulk_create(
                PlannedCheckpoint(
                    plan=version, position=n, code=f"more-{n}", name=f"另外的檢核點第{n}項", stage="works",
                    weight=Decimal(0), planned_on=datetime(2025, 12, 31).date(),
                )
                for n in range(4, 13)
            )  # fmt: skip
    for each in months.tenders:
        for n in range(5):
            actions.add_photo(
                months.officer, each.pk, photograph(n), name=f"{n}.jpg", key=f"{each.pk}-{n}",
                values={"caption": f"第{n}張：護岸基礎開挖與鋼筋綁紮", "period": "2025-04"},
            )  # fmt: skip
    blocks: list[Block] = [Heading(1, "逐案檢討")]
    for page in item_pages([each.pk for each in months.tenders], APRIL).values():
        blocks += [PageBreak(), Heading(1, str(page.project)), WHY, EARLIER, EARLIER, *item_blocks(page)]
    reader = PdfReader(io.BytesIO(pdf.to_pdf(document(blocks))))
    assert all(len(page.images) == 4 for page in reader.pages[1:])
    assert len(reader.pages) == 1 + len(months.tenders)
    for number, each in enumerate(reader.pages[1:]):
        assert f"標案A{number}" in "".join(each.extract_text().split())


def photograph(n: int) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (640, 480), (40 * n, 90, 60)).save(out, "JPEG")
    return out.getvalue()


def test_the_curve_is_broken_where_a_month_is_not_known_and_a_lone_month_is_a_dot() -> None:
    values = [Decimal(10), None, Decimal(30), Decimal(40)]
    drawn = s_curve(
        ["a", "b", "c", "d"], [Line("reached", "實際<", values), Line("planned", "無", [None] * 4)], 3
    )
    assert 'd="M9.00 40.40L9.00 40.40M112.33 33.20L164.00 29.60"' in drawn
    assert "實際&lt;" in drawn and "無" not in drawn


def test_only_the_version_that_judged_the_month_is_drawn(months: SimpleNamespace) -> None:
    plan(months.tenders[0], 2, "2025-05", year=2026)
    (page,) = item_pages([months.tenders[0].pk], APRIL).values()
    assert page.version == 1 and page.curves and page.curves.months[-1] == "2025-12"
    assert any(isinstance(each, Pictures) for each in item_blocks(page))
    assert a_type().name in text.to_text(document(item_blocks(page)))
