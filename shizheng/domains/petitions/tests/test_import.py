"""History of another system is taken in as it was: its times, its numbers, once; nobody is told, what is wrong is said by row."""

import json
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner
from django.urls import reverse

from shizheng.common import clock
from shizheng.common.errors import BadInput, NotPermitted
from shizheng.config.cli import main
from shizheng.domains.petitions.models import ForeignRecord, Outcome, Petition
from shizheng.domains.petitions.old_records import CODE, FIELDS, known_mappings, mapping_of
from shizheng.domains.petitions.queries import boards
from shizheng.domains.petitions.queries.petitions import looked_up
from shizheng.domains.petitions.tests.town import receive
from shizheng.kernel.cases import actions as cases
from shizheng.kernel.cases.models import Case, CaseRung
from shizheng.kernel.cases.tests.calendars import at
from shizheng.kernel.history.models import Entry
from shizheng.kernel.intake import actions as intake
from shizheng.kernel.intake import large
from shizheng.kernel.intake.models import Report
from shizheng.kernel.measures.rules.periods import parse_period
from shizheng.kernel.notifications.models import Message
from shizheng.web.sheets import RowsRefused

pytestmark = pytest.mark.django_db
MAPPING = """
title = "測試"
[columns]
source_number = "no"
received_at = "in"
closed_at = "out"
state = "status"
category = "kind"
words = "text"
unit = "office"
name = "who"
[constants]
origin = "old"
[values.state]
"done" = "closed"
"open" = "handling"
[values.category]
"light" = "lamp"
"""
HEAD = "no,in,out,status,kind,text,office,who\n"
ROWS = (
    "A1,2025-01-02 09:00:00,2025-01-03 17:00:00,done,light,路燈壞了,工務局,林小美\n"
    "A2,2025-01-02 10:00:00,2025-01-24 10:00:00,done,light,路燈又壞了,公園局,\n"
    "A3,114年2月6日 08:00,,open,light,整排不亮,工務局,\n"
)


def file(folder: Path, rows: str = ROWS) -> Path:
    made = folder / "old.csv"
    made.write_text(HEAD + rows, encoding="utf-8")
    return made


def taken(town: SimpleNamespace, path: Path, **more: Any) -> large.Done:
    known = mapping_of("test", MAPPING)
    return large.take_large(town.rdec, CODE, path, known, **{"reason": "換系統", **more})


def of(number: str) -> Petition:
    return Petition.objects.select_related("case__clock", "case__unit", "category").get(
        foreign__number=number
    )


def test_a_row_keeps_its_own_times_and_number_and_is_counted_in_the_month_in_which_it_ended(
    town: SimpleNamespace, tmp_path: Path
) -> None:
    before = receive(town).petition
    told = Message.objects.count()
    done = taken(town, file(tmp_path))
    assert (done.rows, done.new, done.same, done.refused) == (3, 3, 0, 0)
    first, second, third = of("A1"), of("A2"), of("A3")
    assert first.case.received_at == at("2025-01-02 09:00") and first.case.closed_at == at("2025-01-03 17:00")
    assert first.case.due_at is not None and first.case.unit_id == town.works.pk
    assert (first.case.state, first.category and first.category.code) == ("closed", "lamp")
    serials = sorted(Case.objects.filter(roc_year=114).values_list("serial", flat=True))
    assert serials == [1, 2, 3, 4], "numbers follow those that were there"
    assert len({before.file_number, first.file_number, second.file_number, third.file_number}) == 4
    outcomes = dict(Outcome.objects.values_list("petition__foreign__number", "in_time"))
    assert outcomes == {"A1": True, "A2": False}, "by the limit of five days"
    month = boards.month(town.rdec, parse_period("2025-01")).total
    assert (month.received, month.counted, month.in_time) == (2, 2, 1)
    assert Message.objects.count() == told
    assert third.case.state == "handling" and third.case.closed_at is None
    assert all(each.comes_at > clock.now() for each in CaseRung.objects.filter(case=third.case))
    assert CaseRung.objects.filter(case=third.case).exists()
    assert not CaseRung.objects.filter(case=first.case).exists()


def test_who_asked_is_sealed_and_stands_in_no_history_and_no_code_opens_the_look_up(
    town: SimpleNamespace, tmp_path: Path
) -> None:
    taken(town, file(tmp_path))
    row = of("A1")
    written = json.dumps(list(Entry.objects.values_list("after", flat=True)), ensure_ascii=False)
    assert "林小美" not in written and "路燈壞了" not in written
    assert cases.read_sealed(town.rdec, row.case_id, "name", purpose="聯絡") == "林小美"
    assert not row.anonymous and of("A2").anonymous
    assert looked_up(row.case.number, "") is None


def test_the_same_file_again_makes_nothing_and_a_longer_one_makes_the_rest(
    town: SimpleNamespace, tmp_path: Path
) -> None:
    taken(town, file(tmp_path))
    again = taken(town, file(tmp_path))
    assert (again.new, again.same, Petition.objects.count()) == (0, 3, 3)
    changed = ROWS.replace("整排不亮", "整排都不亮") + "A4,2025-01-05,,open,light,新的,工務局,\n"
    longer = taken(town, file(tmp_path, changed))
    assert (longer.new, longer.same) == (1, 3)
    assert [(each.line, each.refuses) for each in longer.problems] == [(4, False)]
    assert "內容不同" in longer.problems[0].text and of("A3").words == "整排不亮"


def test_what_was_killed_after_a_part_goes_on_where_it_was(
    town: SimpleNamespace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(large, "PART", 2)

    def killed(done: large.Done) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        taken(town, file(tmp_path), leave_out=True, hear=killed)
    assert ForeignRecord.objects.count() == 2 and not Report.objects.exists()
    done = taken(town, file(tmp_path), leave_out=True)
    assert (done.new, done.same, ForeignRecord.objects.count()) == (1, 2, 3)
    assert done.report is not None and (done.report.created, done.report.unchanged) == (1, 2)


BAD = (
    "B1,2025-01-02,,open,light,好的,工務局,\n"
    "B2,不是日期,,open,light,壞的,工務局,\n"
    "B3,2031-01-01,,open,light,未來,工務局,\n"
    "B4,1999-01-01,,open,light,那時沒有規則,工務局,\n"
    "B5,2025-01-02,,lost,light,沒有這種狀態,工務局,\n"
    "B1,2025-01-03,,open,light,號碼重複,工務局,\n"
    "B6,2025-01-05,2025-01-02,done,dark,倒過來,不存在局,\n"
)


def test_rows_that_cannot_be_taken_refuse_the_file_and_are_named_one_by_one(
    town: SimpleNamespace, tmp_path: Path
) -> None:
    with pytest.raises(RowsRefused) as refused:
        taken(town, file(tmp_path, BAD))
    assert [each.line for each in refused.value.problems] == [3, 4, 5, 6, 7]
    assert not Petition.objects.exists() and not Report.objects.exists()
    looked = taken(town, file(tmp_path, BAD), dry_run=True)
    assert (looked.new, looked.refused) == (2, 5) and not Petition.objects.exists()


def test_left_out_rows_stand_in_the_report_and_odd_ones_are_taken_with_a_note(
    town: SimpleNamespace, tmp_path: Path
) -> None:
    done = taken(town, file(tmp_path, BAD), leave_out=True)
    report = done.report
    assert report is not None and (report.created, report.refused) == (2, 5)
    notes = {(line, field) for line, field, _text, _sort, refuses in report.problems if not refuses}
    assert notes == {(8, "category"), (8, "unit"), (8, "closed_at")}
    odd = of("B6")
    assert odd.case.closed_at == odd.case.received_at and not odd.foreign.ended_known  # type: ignore[attr-defined]
    assert not odd.outcomes.exists(), "nothing is counted from a time that nobody knows"
    assert odd.case.unit_id == town.city.pk


def test_only_who_may_import_for_the_whole_city_does(town: SimpleNamespace, tmp_path: Path) -> None:
    with pytest.raises(NotPermitted):
        large.take_large(town.control, CODE, file(tmp_path), mapping_of("test", MAPPING), reason="試試")
    assert not Petition.objects.exists()


def test_a_file_without_the_columns_of_the_mapping_is_refused_with_their_names(
    town: SimpleNamespace, tmp_path: Path
) -> None:
    path = tmp_path / "other.csv"
    path.write_text("no,text\n1,2\n", encoding="utf-8")
    with pytest.raises(BadInput, match="in、kind、office、out、status、who"):
        taken(town, path)


def test_a_file_goes_in_by_the_page_as_a_shipped_mapping_says(town: SimpleNamespace, client: Any) -> None:
    client.force_login(town.rdec)
    head = "service_request_id,requested_datetime,area,service_name,subproject,description,address_string,lat,lng"
    line = "X1,2025-01-02 09:00:00,東區,路燈故障,9盞以下路燈故障,路燈,東區某路 1 號,22.99,120.2"
    row = intake.receive(town.rdec, CODE, f"{head}\n{line}\n".encode(), "a.csv")
    assert row.mapping["constants"]["origin"] == "tainan1999"
    page = client.get(reverse("intake:upload", args=[row.pk]))
    assert page.status_code == 200 and "新增" in page.content.decode()
    report = intake.apply(town.rdec, row.pk, version=row.version, reason="一個月的通報")
    assert report.created == 1
    made = of("X1")
    assert made.case.title == "9盞以下路燈故障　東區" and made.case.latitude == 22.99
    shown = client.get(reverse("petitions:petition", args=[made.case_id])).content.decode()
    assert "X1" in shown and "自他系統匯入" in shown


def test_every_mapping_that_ships_names_fields_that_exist_and_values_that_we_have(
    town: SimpleNamespace,
) -> None:
    fields = {each.code: each for each in FIELDS}
    assert len(known_mappings()) >= 6
    for each in known_mappings():
        assert {"origin"} <= set(each.constants)
        for code, words in [
            *each.values.items(),
            *((code, {"": text}) for code, text in each.constants.items()),
        ]:
            choices = fields[code].choices
            if choices is not None:
                assert set(words.values()) <= {known for known, _label in choices()}, (each.name, code)


def test_a_part_of_five_thousand_rows_takes_few_queries(
    town: SimpleNamespace, tmp_path: Path, django_assert_max_num_queries: Any
) -> None:
    start = at("2025-01-02 09:00")
    rows = "".join(
        f"Q{n},{(start + timedelta(minutes=n)).isoformat()},,open,light,第 {n} 件,工務局,\n"
        for n in range(500)
    )
    with django_assert_max_num_queries(60):
        assert taken(town, file(tmp_path, rows), leave_out=True).new == 500


def test_the_command_says_what_it_did_and_writes_what_was_wrong(
    town: SimpleNamespace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from contextlib import nullcontext

    from shizheng.config import cli

    monkeypatch.setattr(cli, "database", nullcontext)
    (tmp_path / "mine.toml").write_text(MAPPING, encoding="utf-8")
    wrong = tmp_path / "wrong.csv"
    asked = [
        "petitions",
        "import",
        "--data",
        str(file(tmp_path, BAD)),
        "--mapping",
        str(tmp_path / "mine.toml"),
    ]
    refused = CliRunner().invoke(main, [*asked, "--report", str(wrong)])
    assert refused.exit_code == 1 and "第 3 列" in refused.output
    assert len(wrong.read_text(encoding="utf-8-sig").splitlines()) == 6
    done = CliRunner().invoke(main, [*asked, "--leave-out", "--json"])
    assert done.exit_code == 0, done.output
    answer = json.loads(done.stdout)
    assert (answer["new"], answer["refused"]) == (2, 5)
    nothing = CliRunner().invoke(main, [*asked[:-1], "nobody"])
    assert nothing.exit_code == 1 and "tainan1999" in nothing.output
