"""Pages and API: what each reader is shown, what a refusal keeps, how many queries a page takes."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from shizheng.kernel.meetings import actions, queries
from shizheng.kernel.meetings.documents.pack import pack_of
from shizheng.kernel.meetings.models import Attendance, Meeting, MeetingSeries, Resolution
from shizheng.kernel.meetings.tests.conftest import Domain, on
from shizheng.kernel.publication.documents.model import plain

pytestmark = pytest.mark.django_db


def as_(user: Any) -> Client:
    browser = Client()
    browser.force_login(user)
    return browser


def address(name: str, *args: Any) -> str:
    return reverse(f"meetings:{name}", args=args)


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


def test_a_meeting_is_prepared_run_and_recorded_in_the_browser(
    town: SimpleNamespace, domain: Domain, meeting: Meeting
) -> None:
    control, head = as_(town.control), as_(town.head)
    page = address("meeting", meeting.pk)
    with on("2025-04-07"):
        assert "東橋改建" in text_of(control.get(page)) and "議程還沒定案" in text_of(control.get(page))
        sent = {
            "title": "",
            "on": "114-04-08",
            "clock": "14:30",
            "place": "第二會議室",
            "chair": "局長",
            "version": meeting.version,
        }
        assert control.post(address("edit", meeting.pk), {**sent, "clock": ""}).status_code == 422
        assert control.post(address("edit", meeting.pk), {**sent, "title": meeting.title}).status_code == 302
        assert control.post(address("add_item", meeting.pk), {"title": "雨季整備"}).status_code == 302
        meeting.refresh_from_db()
        assert control.post(address("act", meeting.pk, "fix"), {"version": 1}).status_code == 422
        control.post(address("act", meeting.pk, "fix"), {"version": meeting.version})
    with on("2025-04-08", 15):
        meeting.refresh_from_db()
        answer = control.post(address("act", meeting.pk, "start"), {"version": meeting.version})
        assert answer.url == address("run", meeting.pk)
        item = meeting.items.get(subject_kind="thing")
        run = f"{address('run', meeting.pk)}?item={item.pk}"
        shown = text_of(control.get(run))
        assert "第 7 案的說明" in shown and "落後 12.00%" in shown and "data-resolve" in shown
        assert "data-resolve" not in text_of(head.get(run)), "who does not record reads along"
        said = {"text": "廠商趕工中。", "version": item.version}
        saved = control.post(address("discussion", item.pk), said, content_type="application/json")
        assert saved.json() == {"version": item.version + 1}
        clash = control.post(address("discussion", item.pk), said, content_type="application/json")
        assert clash.status_code == 409 and clash.json()["clash"]["text"] == "廠商趕工中。"
        resolve = f"{address('resolve', meeting.pk)}?item={item.pk}"
        wrong = control.post(resolve, {"text": "月底前完成", "kind": "directive", "due_on": "114-04-30"})
        assert (
            wrong.status_code == 422 and "月底前完成" in text_of(wrong) and "請選主辦單位" in text_of(wrong)
        )
        given = {"text": "月底前完成", "kind": "directive", "main_unit": town.works.pk, "due_on": "114-04-30"}
        assert control.post(resolve, given).status_code == 302
        control.post(address("invite", meeting.pk))
        seat = Attendance.objects.get(meeting=meeting)
        rows = {f"r{seat.pk}-name": "張局長", f"r{seat.pk}-role": "chair", f"r{seat.pk}-presence": "present"}
        rows |= {
            f"r{seat.pk}-version": seat.version,
            "new-name": "李廠商",
            "new-role": "observer",
            "new-presence": "deputy",
        }
        refused = control.post(address("attendance", meeting.pk), rows)
        assert refused.status_code == 422 and "代理出席" in text_of(refused) and "李廠商" in text_of(refused)
        meeting.refresh_from_db()
        control.post(address("act", meeting.pk, "close"), {"version": meeting.version})
        meeting.refresh_from_db()
        assert head.post(address("act", meeting.pk, "issue"), {"version": meeting.version}).status_code == 302
        done = text_of(control.get(page))
        assert "紀錄已發" in done and "廠商趕工中" in done and "minutes.pdf" in done
        meeting.refresh_from_db()
        file = as_(town.officer).get(address("minutes_file", meeting.pk, meeting.minutes_code, "minutes.odt"))
        assert file.status_code == 200
        assert as_(town.other).get(page).status_code == 404


def test_a_resolution_is_corrected_and_struck_in_the_browser_and_its_earlier_text_stays(
    town: SimpleNamespace, running: Meeting
) -> None:
    control = as_(town.control)
    with on("2025-04-08"):
        made = actions.record_resolution(town.control, running.pk, {"text": "甲", "main_unit": town.works.pk})
        change = address("change_resolution", made.pk)
        given = {"text": "乙", "kind": "decision", "main_unit": town.works.pk}
        assert control.post(change, given).status_code == 422
        assert control.post(change, {**given, "reason": "更正"}).status_code == 302
        new = queries.resolutions_of(running).get()
        assert "甲" in text_of(control.get(address("change_resolution", new.pk)))
        control.post(address("strike_resolution", new.pk), {"reason": "重複"})
    assert list(queries.resolutions_of(running)) == [] and Resolution.objects.count() == 3


def test_the_pack_has_agenda_follow_up_and_a_page_for_each_subject_and_stays_as_of_the_fixing(
    town: SimpleNamespace, domain: Domain, running: Meeting
) -> None:
    moments: list[Any] = []
    page = domain.page
    domain.page = lambda subject, frame, as_of: (moments.append(as_of), page(subject, frame, as_of))[1]  # type: ignore[method-assign, func-returns-value]
    from shizheng.kernel.meetings import registry

    registry.register_subject("thing", domain.page)
    with on("2025-04-09"):
        document = pack_of(running)
    words = [plain(each.content) for each in document.blocks if hasattr(each, "content")]
    assert "第 7 案的說明。" in words and document.title == "114 年 4 月工務局進度會報會議資料"
    assert moments[0].moment == running.agenda_fixed_at
    for format, begins in (("pdf", b"%PDF"), ("odt", b"PK")):
        answer = as_(town.head).get(address("pack_file", running.pk, format))
        assert answer.status_code == 200 and answer.content.startswith(begins)
    assert "第 7 案的說明" in text_of(as_(town.head).get(address("pack", running.pk)))
    assert as_(town.head).get(address("pack_file", running.pk, "exe")).status_code == 404


def test_series_are_made_in_the_browser_and_show_who_has_met(town: SimpleNamespace, running: Meeting) -> None:
    rdec = as_(town.rdec)
    with on("2025-04-08"):
        given = {
            "code": "safety", "name": "公安會報", "level": "city", "looks_back": 0, "due_rule": "PS-01", "in_use": "on",
            "members": [town.works.pk],
        }  # fmt: skip
        wrong = rdec.post(address("new_series"), {**given, "due_rule": "沒有這條"})
        assert wrong.status_code == 422 and "公安會報" in text_of(wrong)
        assert rdec.post(address("new_series"), given).status_code == 302
        made = MeetingSeries.objects.get(code="safety")
        assert made.memberships.get().unit_id == town.works.pk
        change = {key: value for key, value in given.items() if key != "code"} | {
            "reason": "改名",
            "name": "公安督導會報",
        }
        stale = rdec.post(address("edit_series", made.pk), {**change, "version": 0})
        assert stale.status_code == 409
        rdec.post(address("edit_series", made.pk), {**change, "version": made.version})
        assert MeetingSeries.objects.get(pk=made.pk).name == "公安督導會報"
        board = text_of(rdec.get(address("board", running.series_id)))
        assert "0 ÷ 2（0.00%）" in board and "工務局" in board
        own = text_of(as_(town.control).get(address("board", running.series_id)))
        assert "0 ÷ 1（0.00%）" in own and "公園局" not in own, "an agency sees itself"
        assert as_(town.control).get(address("edit_series", made.pk)).status_code == 403


@pytest.mark.parametrize(("name", "most"), [("list", 11), ("meeting", 9), ("run", 10), ("board", 11)])
def test_pages_take_as_many_queries_for_many_rows_as_for_few(
    town: SimpleNamespace, running: Meeting, name: str, most: int, django_assert_max_num_queries: Any
) -> None:
    control = as_(town.control)
    with on("2025-04-08"):
        for number in range(12):
            actions.add_attendance(town.control, running.pk, {"unit": town.roads.pk, "name": f"人{number}"})
            item = actions.add_item(
                town.control, running.pk, {"title": f"案{number}", "units": [town.works.pk]}
            )
            actions.record_resolution(
                town.control, running.pk, {"text": "辦", "main_unit": town.works.pk, "item": item.pk}
            )
        args = {"list": [], "board": [running.series_id]}.get(name, [running.pk])
        control.get(address(name, *args))
        with django_assert_max_num_queries(most):
            assert control.get(address(name, *args)).status_code == 200


def test_the_api_does_the_same_with_the_same_refusals(
    town: SimpleNamespace, domain: Domain, meeting: Meeting
) -> None:
    control, base = as_(town.control), "/api/v1/meetings"

    def post(path: str, **given: Any) -> Any:
        return control.post(f"{base}{path}", given, content_type="application/json")

    with on("2025-04-08"):
        assert control.get(f"{base}/meetings?period=2025-04").json()["count"] == 1
        assert as_(town.other).get(f"{base}/meetings/{meeting.pk}").status_code == 404
        assert post(f"/meetings/{meeting.pk}/acts/fix", version=99).status_code == 409
        whole = post(f"/meetings/{meeting.pk}/acts/fix").json()
        item = whole["sections"][1]["items"][0]
        assert item["subject"] == ["thing", "7"] and whole["state"] == "fixed"
        post(f"/meetings/{meeting.pk}/acts/start")
        said = control.put(
            f"{base}/items/{item['id']}/discussion",
            {"text": "好", "version": 1},
            content_type="application/json",
        )
        assert said.json()["version"] == 2
        wrong = post(f"/meetings/{meeting.pk}/resolutions", text="甲")
        assert wrong.status_code == 422 and "main_unit" in wrong.json()["fields"]
        made = post(
            f"/meetings/{meeting.pk}/resolutions", text="甲", main_unit=town.works.pk, item=item["id"]
        )
        assert made.status_code == 201 and domain.told[-1].pk == made.json()["id"]
        struck = post(f"/resolutions/{made.json()['id']}/strike", reason="重複").json()
        assert struck["struck"] and struck["supersedes_id"] == made.json()["id"]
        assert post(f"/meetings/{meeting.pk}/acts/nothing").status_code == 404
        seat = post(f"/meetings/{meeting.pk}/attendance", name="張局長", role="chair")
        assert seat.status_code == 201
        met = control.get(f"{base}/series/{meeting.series_id}/met?period=2025-04").json()
        assert (met["expected"], met["met"]) == (1, 0) and met["items"][0]["present"] == 1
        assert control.get(f"{base}/meetings/{meeting.pk}/pack").json()["title"] == meeting.title
        gone = f"/attendance/{seat.json()['id']}/remove"
        assert post(gone, version=99).status_code == 409
        assert post(gone, version=1).json()["removed"] and post(gone, version=1).status_code == 404


def test_a_meeting_is_planned_for_a_month_as_it_is_written_here_and_a_wrong_one_is_told_beside_its_box(
    town: SimpleNamespace, meeting: Meeting
) -> None:
    control, page = as_(town.control), address("plan")
    sent = {"series": meeting.series_id, "unit": town.works.pk, "chair": "局長"}
    with on("2025-04-07"):
        assert 'value="114-04"' in text_of(control.get(page))
        for month in ("十二月", "114-13", "114"):
            answer = control.post(page, {**sent, "month": month})
            assert answer.status_code == 422 and "看不懂這個月份" in str(
                answer.context["form"].errors["month"]
            )
            assert 'value="局長"' in text_of(answer)  # what was typed stays
        for month in ("114-05", "114年6月", "2025-07"):
            assert control.post(page, {**sent, "month": month}).status_code == 302
        city = MeetingSeries.objects.filter(level="city")
        assert not {each.pk for each in city} & {
            pk for pk, _name in control.get(page).context["form"].fields["series"].choices
        }
    held = Meeting.objects.filter(series=meeting.series_id, unit=town.works.pk)
    assert {"2025-05", "2025-06", "2025-07"} <= set(held.values_list("period", flat=True))


def test_invitations_through_the_api_list_each_once(
    town: SimpleNamespace, domain: Domain, running: Meeting
) -> None:
    address = f"/api/v1/meetings/meetings/{running.pk}/attendance/invite"
    assert as_(town.other).post(address).status_code == 404
    assert as_(town.nobody).post(address).status_code == 403
    with on("2025-04-08"):
        made = as_(town.control).post(address)
        assert made.status_code == 201
        seats = made.json()["items"]
        assert seats and {each["presence"] for each in seats} == {"absent"}
        there = as_(town.control).get(f"/api/v1/meetings/meetings/{running.pk}").json()["attendance"]
        assert [each["id"] for each in there] == [each["id"] for each in seats]
        assert as_(town.control).post(address).json() == {"items": []}
        actions.edit_attendance(
            town.control, seats[0]["id"], version=seats[0]["version"], changes={"presence": "present"}
        )
        actions.close_meeting(town.control, running.pk, version=None)
    with on("2025-04-09"):
        actions.issue_minutes(town.head, running.pk, version=None)
        assert as_(town.control).post(address).status_code == 409


def test_meetings_and_resolutions_are_filtered_by_agency(town: SimpleNamespace, running: Meeting) -> None:
    with on("2025-04-08"):
        texts = {
            "甲": ([town.roads.pk], []),
            "乙": ([town.parks.pk], [town.works.pk]),
            "丙": ([town.parks.pk], []),
        }
        for text, (main, joint) in texts.items():
            values = {"text": text, "main_unit": main[0], "joint_units": joint}
            actions.record_resolution(town.control, running.pk, values)
        rdec, works, parks = as_(town.rdec), town.works.pk, town.parks.pk

        def shown(page: str, unit: int) -> set[str]:
            rows = rdec.get(f"{address(page)}?agency={unit}").context["table"].rows
            return {getattr(each.record, "text", "") or each.record.title for each in rows}

        assert shown("resolutions", works) == {"甲", "乙"}  # its section's, and what it does with others
        assert shown("resolutions", parks) == {"乙", "丙"}
        titles = set(Meeting.objects.filter(unit=town.works).values_list("title", flat=True))
        assert shown("list", works) == titles and running.title in titles
        assert running.title not in shown("list", parks)
        base = "/api/v1/meetings"
        counts = [rdec.get(f"{base}/resolutions?agency_id={unit}").json()["count"] for unit in (works, parks)]
        assert counts == [2, 2]
        found = rdec.get(f"{base}/meetings?agency_id={works}").json()
        assert found["count"] == len(titles)
        assert rdec.get(f"{base}/meetings?agency_id=999999").json()["count"] == 0
