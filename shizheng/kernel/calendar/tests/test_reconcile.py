"""The shipped calendar beside other published copies: every difference is known, and no other exists."""

from collections import Counter
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from shizheng.kernel.calendar import reconcile

FOLDER = Path(settings.ENVIRONMENT.test_data) / "calendar"
needs_copies = pytest.mark.skipif(
    not FOLDER.is_dir(), reason=f"no published copies in {FOLDER} (SHIZHENG_TEST_DATA)"
)

# 勞動節 on a day of the working week: Wed, Thu, Fri, Mon, Tue, Wed, Fri, Mon, Wed, Thu
LABOUR = [f"{year}-05-01" for year in (2013, 2014, 2015, 2017, 2018, 2019, 2020, 2023, 2024, 2025)]
# 警察節 on Sat, Sun, Sat, Sat, Sun; 軍人節 on Sat, Sun, Sat, Sun
WEEKEND_FLAGS = ["2013-06-15", "2014-06-15", "2019-06-15", "2024-06-15", "2025-06-15",
                 "2016-09-03", "2017-09-03", "2022-09-03", "2023-09-03"]  # fmt: skip
WRONG_MONTH = [f"2015-{month}-{day}" for month in (10, 11) for day in (14, 15, 21, 22, 28, 29)]
REVISED = ["2025-09-29", "2025-10-24", "2025-12-25"]  # Mon, Fri, Thu


@needs_copies
def test_every_difference_from_the_published_copies_is_explained() -> None:
    found = {(one.copy, one.day.isoformat(), one.why) for one in reconcile.compare_with_folder(FOLDER)}
    assert found == {
        *(("vancetang", day, reconcile.SERVANTS_WORK) for day in LABOUR),
        *(("vancetang", day, reconcile.NOT_MADE_UP) for day in WEEKEND_FLAGS),
        *(("vancetang", day, reconcile.WRONG_MONTH) for day in WRONG_MONTH),
        *(("ruyut", day, reconcile.BEFORE_REVISION) for day in REVISED),
    }


def test_the_library_agrees_day_by_day_in_every_year() -> None:
    pytest.importorskip("holidays")
    assert list(reconcile.compare_with_holidays()) == []


@needs_copies
def test_the_command_prints_each_difference_and_its_reason() -> None:
    out = StringIO()
    call_command("reconcile_calendar", str(FOLDER), stdout=out)
    lines = out.getvalue().splitlines()
    assert Counter(line.split()[0] for line in lines[:-1]) == {"vancetang": 31, "ruyut": 3}
    assert "34 天不同，都有說明" in lines[-1]


def test_an_unexplained_difference_fails_the_command(tmp_path: Path) -> None:
    days = [f'{{"date": "2024{m:02}{d:02}", "isHoliday": true}}' for m in range(1, 13) for d in range(1, 32)]
    (tmp_path / "ruyut_2024.json").write_text(f"[{','.join(days)}]", encoding="utf-8")
    with pytest.raises(CommandError, match="251 天不同而沒有說明"):  # its 251 working days
        call_command("reconcile_calendar", str(tmp_path), stdout=StringIO())
    with pytest.raises(CommandError, match="裡沒有"):
        call_command("reconcile_calendar", str(tmp_path / "nothing"), stdout=StringIO())
