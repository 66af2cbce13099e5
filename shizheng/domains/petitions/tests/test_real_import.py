"""Real files of other governments through the import that ships: how much is taken, and what is refused and why.

A few thousand rows of each; left out where the data are not there.
"""

import csv
import gzip
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from shizheng.common import clock
from shizheng.config.environment import environment
from shizheng.domains.petitions.models import Petition
from shizheng.domains.petitions.old_records import CODE, known_mappings
from shizheng.kernel.cases.tests.calendars import at
from shizheng.kernel.intake import large

pytestmark = pytest.mark.django_db
MOST = 1500


def taken(
    town: SimpleNamespace, folder: Path, name: str, mapping: str, step: int = 1, most: int = MOST
) -> large.Done:
    """Every `step`th row of a real file."""
    path = environment().test_data / name
    if not path.exists():
        pytest.skip(f"沒有真實資料 {path}，略過（設定 SHIZHENG_TEST_DATA）")
    with gzip.open(path, "rt", encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    some = folder / f"{mapping}.csv"
    with some.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([rows[0], *rows[1::step][:most]])
    known = next(each for each in known_mappings() if each.name == mapping)
    first = large.take_large(town.rdec, CODE, some, known, reason="真實資料", leave_out=True)
    again = large.take_large(town.rdec, CODE, some, known, reason="再一次", leave_out=True)
    assert again.new == 0 and again.same == first.new + first.same
    assert Petition.objects.count() == first.new
    return first


def sorts(done: large.Done, refuses: bool) -> Counter[tuple[str, str]]:
    return Counter((each.field, each.sort) for each in done.problems if each.refuses is refuses)


@pytest.fixture
def later(town: SimpleNamespace) -> Iterator[SimpleNamespace]:
    """The town as it is after all of these files were written."""
    with clock.set_to(at("2026-06-30 10:00")):
        yield town


def test_calls_of_four_years_are_taken_with_their_categories(later: SimpleNamespace, tmp_path: Path) -> None:
    done = taken(later, tmp_path, "tainan1999/tainan1999_2015-2018.csv.gz", "tainan1999", 60)
    assert (done.rows, done.refused) == (1500, 0)
    known = Petition.objects.exclude(category=None).exclude(case__longitude=None).count()
    assert known > 1450
    assert sorts(done, False)["closed_at", "沒有結案時間"] == 1500


def test_a_month_of_calls_ends_when_it_ended_and_what_says_no_state_is_still_open(
    later: SimpleNamespace, tmp_path: Path
) -> None:
    done = taken(later, tmp_path, "tainan1999/tainan1999_201607_with_close.csv.gz", "tainan1999_closed")
    assert done.rows == 1122 and done.refused == 0
    assert Petition.objects.filter(case__closed_at=None).count() == 36
    assert Petition.objects.filter(outcomes__in_time=True).count() > 800


def test_requests_of_another_country_come_in_our_time(later: SimpleNamespace, tmp_path: Path) -> None:
    done = taken(later, tmp_path, "us311/la311_2017_10k.csv.gz", "us311", 6)
    assert done.rows == 1500 and done.refused == 0
    first = Petition.objects.select_related("case").get(foreign__number="1-870704831")
    assert first.case.received_at == at("2018-01-01 15:59").replace(second=58)


def test_disaster_cases_are_taken_open_or_ended(later: SimpleNamespace, tmp_path: Path) -> None:
    done = taken(later, tmp_path, "emic_disaster/emic_cases_2025-03_2026-05.csv.gz", "emic", 21)
    assert done.rows == 1500 and done.new + done.same + done.refused == 1500 and done.refused <= 5
    assert Petition.objects.filter(case__state="closed").exists()
    assert Petition.objects.filter(case__state="accepted").exists()


def test_bills_of_a_council_are_taken_but_those_of_sittings_without_a_day(
    later: SimpleNamespace, tmp_path: Path
) -> None:
    done = taken(
        later, tmp_path, "council/taichung_council_bills_2011-2013.csv.gz", "council_bills", most=1700
    )
    assert set(sorts(done, True)) == {("received_at", "日期讀不懂或沒有這一天")}
    assert done.new > 1400 and done.new + done.same + done.refused == done.rows
    assert 0 < Petition.objects.filter(replies__sent_at__isnull=False).count() <= 7


def test_interpellations_without_a_number_are_known_by_what_they_say(
    later: SimpleNamespace, tmp_path: Path
) -> None:
    done = taken(later, tmp_path, "council/tainan_interpellation_dev.csv.gz", "council_interpellations", 7)
    assert done.rows == done.new + done.same + done.refused
    assert done.new > 1300
    assert Petition.objects.filter(case__unit=later.works).exists(), "工務局 is known by its name"
