"""The pack and the memo in English: everything that is ours is said in English, with days as English writes them."""

import io
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.test import Client
from django.utils.translation import override
from pypdf import PdfReader

from shizheng.common.words import CJK
from shizheng.domains.projects.documents.streak_memo import streak_memo
from shizheng.domains.projects.models import Project
from shizheng.domains.projects.queries import ranking
from shizheng.domains.projects.tests.month_town import (
    LATE,
    bulk_records,
    bulk_tenders,
    lock_month,
    on,
    row,
    tender,
)
from shizheng.domains.projects.tests.test_pack import meeting_of, said, squeezed
from shizheng.kernel.history.actions import recorded
from shizheng.kernel.meetings import actions
from shizheng.kernel.meetings.documents.pack import pack_of
from shizheng.kernel.organisations.models import Unit
from shizheng.kernel.publication.documents.model import Pictures

pytestmark = pytest.mark.django_db
DATA = ("設計", "完工", "第一會議室", "副秘書長", "研考承辦")
"""What this town's people wrote: names of checkpoints, the place and who leads."""


@pytest.fixture
def town(month_town: SimpleNamespace) -> SimpleNamespace:
    """Two late tenders of March and one on its way, all with names that need no Chinese."""
    with recorded(by=month_town.rdec, action="tests.names"):
        for n, each in enumerate(Unit.objects.all()):
            Unit.objects.filter(pk=each.pk).update(name_en=f"Bureau {n}")
    month_town.tenders = [tender(month_town.works, f"A{n}", name=f"Bridge {n}") for n in range(3)]
    late = row("0", reached="design", **{**LATE, "remedy": "More machines", "text": "On site"})
    with on("2025-04-06"):
        rows = {
            **dict.fromkeys(month_town.tenders[:2], late),
            month_town.tenders[2]: row("0", text="On site"),
        }
        lock_month(month_town, "2025-03", rows)
    return month_town


def ours(texts: list[str], *names: str) -> list[str]:
    """What is still Chinese of a document once what people wrote is taken out."""
    left = []
    for text in texts:
        each = squeezed(text)
        for name in (*DATA, *map(squeezed, names)):
            each = each.replace(name, "")
        if CJK.search(each):
            left.append(each)
    return left


@pytest.mark.parametrize("fixed", [False, True], ids=["as the rules give it", "as it was fixed"])
def test_the_pack_in_english_is_wholly_english(town: SimpleNamespace, fixed: bool) -> None:
    found = meeting_of(town, "2025-04", "2025-04-20")
    client = Client()
    client.force_login(town.rdec)
    with on("2025-04-20"):
        if fixed:
            found = actions.fix_agenda(town.rdec, found.pk, version=None)
        with override("en"):
            document = pack_of(found)
        words = said(document)
        alts = [one.alt for each in document.blocks if isinstance(each, Pictures) for one in each.pictures]
        drawn = [
            one.data.decode()
            for each in document.blocks
            if isinstance(each, Pictures)
            for one in each.pictures
            if one.drawn
        ]
        file = client.get(f"/meetings/{found.pk}/pack.pdf?language=en").content
        chinese = client.get(f"/meetings/{found.pk}/pack.pdf").content
    names = (found.title, found.series.name, found.unit.name)
    assert (
        ours(
            [*words, *alts, *drawn, document.title, document.author, document.subject, document.code], *names
        )
        == []
    )
    assert document.language == "en" and "2025-12-31" in words and "2026-12-31" in words and len(words) > 100
    read = PdfReader(io.BytesIO(file))
    assert (
        ours([each.extract_text() for each in read.pages], *names) == []
        and read.trailer["/Root"]["/Lang"] == "en"
    )
    assert "檢核點" in "".join(each.extract_text() for each in PdfReader(io.BytesIO(chinese)).pages)


def test_the_memo_in_english_is_wholly_english(month_town: SimpleNamespace) -> None:
    behind = bulk_tenders(month_town.works, "B", 2)
    Project.objects.filter(pk__in=[each.pk for each in behind]).update(name="Bridge")
    for month in ("2025-01", "2025-02", "2025-03"):
        bulk_records(behind, month, [Decimal(-12), Decimal(12)])
    with on("2025-05-01"), override("en"):
        found = ranking.streaks(month_town.rdec, None, None)
        document = streak_memo(found, "City")
    words = said(document)
    assert len(found.proposals) == 2
    assert "2025-03" in words and any(each.startswith("1.Bytherule") for each in words)
    assert ours([*words, document.title, document.subject], "工務局") == []
