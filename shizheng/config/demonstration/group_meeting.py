"""The failed-tender group of the demonstration city meets once in the second quarter of 114; its minutes are out."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from shizheng.config.demonstration.days import at
from shizheng.kernel.meetings import actions, queries

SERIES, PERIOD = "failed-tenders", "2025-06"
MOST_SAID = 2
"""Cases that are talked about one by one."""
SAID = "{unit}說明：已重新訪價，招標文件檢討後再行公告；前次未投標的廠商多反映工期與人力。"
RESOLVED = "請{unit}於七月二十五日前完成預算與履約條件檢討並再行公告，下次會議報告結果。"
ALL = "同一原因流廢標兩次以上的案件，各機關應先辦理公開閱覽或徵詢廠商意見，再行公告。"
SEATS = (("PWB", "head", "局長"), ("EPB", "head2", "局長"))


@dataclass
class GroupMeeting:
    """What the group does, act by act; `users` and `units` by code."""

    users: dict[str, Any]
    units: dict[str, int]

    def acts(self) -> Iterator[tuple[datetime, Any]]:
        """When each is done, and what."""
        yield at(114, 6, 2, 8), self._open
        yield at(114, 6, 24, 16), self._prepare
        yield at(114, 6, 26, 14), self._meet
        yield at(114, 6, 26, 15), self._resolve
        yield at(114, 6, 30, 10), self._issue

    @property
    def _writer(self) -> Any:
        return self.users["rdec"]

    def _open(self) -> None:
        actions.open_meetings(self._writer, PERIOD, series=SERIES)
        rows = queries.visible_to(self._writer).select_related("series", "unit")
        self.meeting = rows.get(period=PERIOD, series__code=SERIES)

    def _prepare(self) -> None:
        changes = {
            "at": at(114, 6, 26, 14), "place": "市政大樓第三會議室", "chair": "召集人", "secretary": self._writer.pk,
        }  # fmt: skip
        actions.edit_meeting(self._writer, self.meeting.pk, version=None, changes=changes)
        actions.fix_agenda(self._writer, self.meeting.pk, version=None)

    def _meet(self) -> None:
        actions.start_meeting(self._writer, self.meeting.pk, version=None)
        chair, writer = self.users["rdechead"], self._writer
        seats: list[dict[str, Any]] = [
            {
                "unit": self.units["RDEC"],
                "name": chair.display_name,
                "post": chair.job_title,
                "role": "chair",
            },
            *(
                {"unit": self.units[code], "name": self.users[name].display_name, "post": post}
                for code, name, post in SEATS
            ),
            {"name": writer.display_name, "post": writer.job_title, "role": "recorder"},
        ]
        for each in seats:
            actions.add_attendance(writer, self.meeting.pk, each)

    def _resolve(self) -> None:
        items = self.meeting.items.filter(origin="rule").exclude(subject_kind="").order_by("pk")
        names = queries.names_of({pk for each in items for pk in each.unit_ids} | {self.units["RDEC"]})
        for item in items[:MOST_SAID]:
            unit = item.unit_ids[0] if item.unit_ids else self.units["RDEC"]
            text = SAID.format(unit=names[unit])
            actions.write_discussion(self._writer, item.pk, version=None, text=text)
            values = {
                "text": RESOLVED.format(unit=names[unit]), "main_unit": unit, "item": item.pk, "due_on": date(2025, 7, 25),
            }  # fmt: skip
            actions.record_resolution(self._writer, self.meeting.pk, values)
        values = {
            "text": ALL,
            "kind": "decision",
            "main_unit": self.units["RDEC"],
            "due_on": date(2025, 9, 30),
        }
        values["joint_units"] = [self.units[code] for code, _name, _post in SEATS]
        actions.record_resolution(self._writer, self.meeting.pk, values)
        actions.close_meeting(self._writer, self.meeting.pk, version=None)

    def _issue(self) -> None:
        actions.issue_minutes(self.users["rdechead"], self.meeting.pk, version=None)
