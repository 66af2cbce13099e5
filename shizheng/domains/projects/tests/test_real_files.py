"""The real files of works suggested in other cities and of national tenders: what is taken, what is refused, and why.

They are read where they lie beside the project and never copied into it.
"""

import gzip
import os
import time
from collections import Counter
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from shizheng.common import clock
from shizheng.domains.projects import actions
from shizheng.domains.projects.models import ExternalRecord, Project
from shizheng.domains.projects.queries import external as queries
from shizheng.domains.projects.tests.foreign import many_months
from shizheng.domains.projects.tests.town import enter, make_town
from shizheng.kernel.intake import actions as intake
from shizheng.kernel.intake.models import Report
from shizheng.kernel.organisations import factories as organisations

PROJECT = Path(__file__).resolve().parents[4]
FOLDER = Path(os.environ.get("SHIZHENG_TEST_DATA", PROJECT.parent / "shared" / "data")) / "works_tenders"
TENDERS, SUGGESTED = FOLDER / "pcc_tenders_2026.csv.gz", FOLDER / "councillor_suggested_works.csv.gz"
real = pytest.mark.skipif(not SUGGESTED.exists(), reason=f"the real files are not there: {FOLDER}")
pytestmark = pytest.mark.django_db
SECONDS = 30
"""Of a busy machine; a quiet one takes a sixth."""


@pytest.fixture
def town(db: None) -> Any:
    with clock.set_to(datetime.fromisoformat("2026-09-01T10:00:00+08:00")):
        yield make_town()


def sorts(report: Report) -> Counter[tuple[str, str, bool]]:
    return Counter((field, sort, refuses) for _line, field, _text, sort, refuses in report.problems)


def taken(town: SimpleNamespace, target: str, file: Path, **mapping: Any) -> Report:
    row = intake.receive(town.rdec, target, file.read_bytes(), file.name)
    if mapping:
        columns = {**row.mapping["columns"], **mapping.pop("columns", {})}
        row = intake.set_mapping(
            town.rdec, row.pk, version=row.version, mapping={"columns": columns, **mapping}
        )
    return intake.apply(town.rdec, row.pk, version=row.version, reason="真實檔案", leave_out=True)


@real
def test_works_suggested_by_councillors_become_candidates_with_their_dirt_told(town: SimpleNamespace) -> None:
    report = taken(town, "projects.suggested", SUGGESTED)
    assert (report.rows, report.created, report.refused) == (4104, 4104, 0)
    found = sorts(report)
    assert found["suggested", "金額是 0", False] == 99 and found["approved", "金額是 0", False] == 612
    assert found["contractor", "寫明還沒有", False] == 324 and found["way", "不認得的值", False] > 0
    assert found["agency", "不認得的機關", False] > 3000
    told = ExternalRecord.objects.filter(source="suggested")
    assert told.count() == 4104
    assert not told.filter(payload__approved__contains=".").exists()  # 518700.0000000001 was that number
    assert sum("approved" not in each for each in told.values_list("payload", flat=True)) == 147
    again = taken(town, "projects.suggested", SUGGESTED)
    assert (again.created, again.changed, again.unchanged) == (0, 0, 4104)


@real
def test_national_notices_are_kept_and_only_those_of_our_agencies_are_compared(town: SimpleNamespace) -> None:
    enter(town, "同號不同機關", tender_no="1150801")
    report = taken(town, "projects.notice", TENDERS)
    assert (report.rows, report.created, report.refused) == (1104, 1104, 0)
    found = sorts(report)
    assert found["contractor", "寫明還沒有", False] == 1036 and found["agency", "不是本府機關", False] == 1104
    assert found["award_on", "決標公告缺日期或廠商", False] == 94
    assert found["deadline", "截止日早於公告日", False] > 0
    awarded = ExternalRecord.objects.filter(payload__status="awarded", payload__has_key="award_on")
    assert awarded.count() == 68
    assert queries.reconciled().differences == () and len(queries.reconciled().candidates) == 1104
    again = taken(town, "projects.notice", TENDERS)
    assert (again.created, again.changed, again.unchanged) == (0, 0, 1104)


@real
def test_national_tenders_go_into_the_register_by_a_value_map_of_counties(town: SimpleNamespace) -> None:
    text = gzip.decompress(TENDERS.read_bytes()).decode()
    import csv
    import io

    cities = sorted({row["city"] for row in csv.DictReader(io.StringIO(text))})
    codes = {}
    for n, city in enumerate(cities):
        organisations.agency(code=f"C{n}", name=f"{city}（外部）", short_name=f"外{n}")
        codes[city] = f"C{n}"
    head = text.splitlines()[0].split(",")
    started = time.process_time()
    report = taken(
        town, "projects.tender", TENDERS,
        columns={"agency": head.index("city"), "name": head.index("title"), "tender_no": head.index("case_no"), "budget": head.index("budget")},
        constants={"type": "goods_services", "roc_year": "115"}, values={"agency": codes},
    )  # fmt: skip
    assert time.process_time() - started < SECONDS
    assert report.rows == 1104 and report.refused >= 96 and report.created == 1104 - report.refused
    assert sorts(report)["budget", "沒有值", True] == 96
    assert Project.objects.count() == report.created
    again = taken(town, "projects.tender", TENDERS)
    assert (again.created, again.changed) == (0, 0)


def test_a_month_of_three_thousand_tenders_is_read_within_seconds(town: SimpleNamespace) -> None:
    started = time.process_time()
    report = actions.import_pcc_xml(town.rdec, many_months(3000).encode(), "pcc.xml", reason="整月")
    spent = time.process_time() - started
    assert report.created == 3000 and spent < 5
