"""Meetings of the demonstration city: agencies by the tenth, the city afterwards; what was resolved is followed up the next month."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from shizheng.common import clock
from shizheng.config.demonstration.days import at
from shizheng.kernel.meetings import actions, queries

AGENCY, CITY = "tender-agency", "tender-city"
PEOPLE = {
    "PWB": ("control", "head", "局長"),
    "EPB": ("control2", "head2", "局長"),
    "RDEC": ("control3", "head3", "副主任委員"),
}
HELD = (
    # month, unit, day, hour, whether its minutes are out
    (6, "PWB", 9, 14, True),
    (6, "EPB", 10, 10, False),
    (6, "RDEC", 13, 15, False),
    (6, "city", 24, 10, False),
    (7, "PWB", 9, 14, False),
    (7, "EPB", 10, 10, False),
    (7, "city", 22, 10, True),
)
"""The commission met three days late in June and not at all in July."""
SAID = "{unit}說明：已排定趕工，每週由副首長主持工作會議。"
RESOLVED = ("請{unit}依改善對策趕辦，並於下次會議報告。", "請{unit}一週內檢討預定進度，提出可達成的期程。")


@dataclass
class Meetings:
    """What people of the city do in their meetings; `users` and `units` by code."""

    users: dict[str, Any]
    units: dict[str, int]

    def build(self) -> None:
        """June and July of 114 as they were held; the meetings of August are open, one with its agenda fixed."""
        for month in (6, 7):
            self._open(month)
            for when, code, day, hour, issued in HELD:
                if when == month:
                    self._hold(month, code, day, hour, issued=issued)
        self._open(8)
        with clock.set_to(at(114, 8, 6, 16)):
            found = self._found(8, "PWB")
            changes = {"at": at(114, 8, 8, 14), "place": "工務局第一會議室"}
            actions.edit_meeting(self.users["control"], found.pk, version=None, changes=changes)
            actions.fix_agenda(self.users["control"], found.pk, version=None)

    def _open(self, month: int) -> None:
        with clock.set_to(at(114, month, 1, 8)):
            for series in (AGENCY, CITY):
                actions.open_meetings(self.users["rdec"], f"2025-{month:02d}", series=series)

    def _found(self, month: int, code: str) -> Any:
        rows = queries.visible_to(self.users["rdec"]).select_related("series", "unit")
        return rows.get(period=f"2025-{month:02d}", unit_id=self.units[code])

    def _hold(self, month: int, code: str, day: int, hour: int, *, issued: bool) -> None:
        secretary, chair, post = PEOPLE.get(code, ("rdec", "rdechead", "副秘書長"))
        writer, found = self.users[secretary], self._found(month, code)
        place = "市政大樓第一會議室" if code == "city" else "本局第一會議室"
        with clock.set_to(at(114, month, day - 1, 16)):
            changes = {"at": at(114, month, day, hour), "place": place, "chair": post, "secretary": writer.pk}
            actions.edit_meeting(writer, found.pk, version=None, changes=changes)
            if not any(part.entries for part in queries.agenda(found)):
                actions.add_item(
                    writer, found.pk, {"title": "各案進度檢視", "reason": "本月沒有依規則列入的案件"}
                )
            actions.fix_agenda(writer, found.pk, version=None)
        with clock.set_to(at(114, month, day, hour)):
            actions.start_meeting(writer, found.pk, version=None)
            self._attend(writer, found, chair, post)
        with clock.set_to(at(114, month, day, hour, 40)):
            self._resolve(writer, found, date(2025, month, day))
            actions.close_meeting(writer, found.pk, version=None)
        if issued:
            with clock.set_to(at(114, month, day + 2, 9)):
                actions.issue_minutes(self.users[chair], found.pk, version=None)

    def _attend(self, writer: Any, found: Any, chair: str, post: str) -> None:
        city = found.series.code == CITY
        name = "何副秘書長" if city else self.users[chair].display_name
        actions.add_attendance(writer, found.pk, {"name": name, "post": post, "role": "chair"})
        if city:
            for code, (_control, head, title) in PEOPLE.items():
                away = code == "EPB"
                values = {"unit": self.units[code], "name": self.users[head].display_name, "post": title}
                more = {"presence": "deputy", "deputy": "邱建宏科長"} if away else {}
                actions.add_attendance(writer, found.pk, {**values, **more})
        values = {"name": writer.display_name, "post": writer.job_title, "role": "recorder"}
        actions.add_attendance(writer, found.pk, values)

    def _resolve(self, writer: Any, found: Any, day: date) -> None:
        items = found.items.filter(origin="rule").exclude(subject_kind="")
        names = queries.names_of({pk for each in items for pk in each.unit_ids} | {found.unit_id})
        for place, item in enumerate(items[: len(RESOLVED)]):
            unit = item.unit_ids[0] if item.unit_ids else found.unit_id
            said = SAID.format(unit=names.get(unit, ""))
            actions.write_discussion(writer, item.pk, version=None, text=said)
            values = {
                "text": RESOLVED[place].format(unit=names.get(unit, "")), "main_unit": unit, "item": item.pk,
                "due_on": day + timedelta(days=21 if place == 0 else 7),
            }  # fmt: skip
            actions.record_resolution(writer, found.pk, values)
