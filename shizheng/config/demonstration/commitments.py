"""Commitments of the demonstration city, around the day on which it is built: every state, an extension, one sent back, one late."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from shizheng.common import clock
from shizheng.config.demonstration.days import morning
from shizheng.domains.commitments import actions
from shizheng.domains.commitments.queries import commitments as queries
from shizheng.domains.projects.queries import projects

FIRST = date(2026, 2, 2)
"""No earlier than this, whatever the day on which the city is built: its months and rounds end before."""

WHO = {"PWB": ("control", "chief"), "EPB": ("control2", "chief2"), "RDEC": ("control3", "chief3")}
"""Who files, and who releases what an agency releases by itself."""
LEFT = 4
"""Of so many that came from meetings and visits, one is left undone."""


@dataclass
class Commitments:
    """What people of the city do with commitments; `users` and `units` by code."""

    users: dict[str, Any]
    units: dict[str, int]

    def build(self) -> None:
        """Entered, told about, extended, sent back and released, day by day."""
        self._of_meetings()
        self.today = max(clock.today(), FIRST)
        self.todo: list[tuple[int, Callable[[], Any]]] = []
        self._pipes()
        self._lamps()
        self._crossing()
        self._trees()
        self._tunnel()
        self._markings()
        self._dust()
        self._survey()
        for back, act in sorted(self.todo, key=lambda each: -each[0]):
            with clock.set_to(morning(self.today - timedelta(days=back))):
                act()

    def _of_meetings(self) -> None:
        """What the meetings and visits of 114 asked for: done after the last of them, some of it late, some not at all."""
        rows = queries.with_units(
            queries.visible_to(self.users["rdec"]).exclude(source_key="").order_by("pk")
        )
        found = list(rows)
        last = max((each.agreed_on for each in found), default=FIRST)
        codes = {pk: code.split("-")[0] for code, pk in self.units.items()}
        for number, row in enumerate(found):
            main = queries.main_of(row)
            if number % LEFT == 0 or row.due_on is None or main is None or codes[main.unit_id] not in WHO:
                continue
            officer, chief = (self.users[each] for each in WHO[codes[main.unit_id]])
            done = max(row.due_on, last + timedelta(days=7)) - timedelta(days=number % 3)
            with clock.set_to(morning(done)):
                actions.tell(officer, main.pk, text="已依決議辦理完成，成果送主管核閱。")
                if row.list.needed != "told":
                    continue
                actions.ask_release(officer, main.pk, reason="已辦理完成。")
            with clock.set_to(morning(done + timedelta(days=4))):
                by = chief if row.list.releaser == "agency" else self.users["rdec"]
                actions.decide_release(by, main.pk, accept=True, reason="查核屬實，同意解列。")

    def _at(self, back: int, act: Callable[[], Any]) -> None:
        """Something is done so many days ago."""
        self.todo.append((back, act))

    def _enter(self, back: int, code: str, text: str, due: int | None, **more: Any) -> dict[str, Any]:
        """Entered so many days ago, due so many days from today; gives what is filled in once it is there."""
        who = self.users[more.pop("who", "rdec")]
        main, joint = more.pop("main"), more.pop("joint", ())
        made: dict[str, Any] = {}

        def act() -> None:
            made["row"] = actions.create_commitment(
                who,
                {
                    "list_id": queries.list_by_code(code).pk,  # type: ignore[union-attr]
                    "text": text,
                    "agreed_on": self.today - timedelta(days=back),
                    "agreed_due": None if due is None else self.today + timedelta(days=due),
                    "main_id": self.units[main],
                    "joint_ids": [self.units[each] for each in joint],
                    **more,
                },
            )

        self._at(back, act)
        return made

    def _owed(self, made: dict[str, Any], unit: str) -> int:
        found = made["row"].units.get(unit_id=self.units[unit])
        return int(found.pk)

    def _tell(self, made: dict[str, Any], back: int, who: str, unit: str, text: str, **more: Any) -> None:
        self._at(back, lambda: actions.tell(self.users[who], self._owed(made, unit), text=text, **more))

    def _ask(self, made: dict[str, Any], back: int, who: str, unit: str, reason: str) -> None:
        self._at(back, lambda: actions.ask_release(self.users[who], self._owed(made, unit), reason=reason))

    def _decide(
        self, made: dict[str, Any], back: int, who: str, unit: str, reason: str, accept: bool = True
    ) -> None:
        self._at(
            back,
            lambda: actions.decide_release(
                self.users[who], self._owed(made, unit), accept=accept, reason=reason
            ),
        )

    def _extend(self, made: dict[str, Any], back: int, unit: str, until: int, reason: str) -> None:
        def ask() -> None:
            day = self.today + timedelta(days=until)
            made["extension"] = actions.ask_extension(
                self.users["control"], self._owed(made, unit), until=day, reason=reason
            )

        self._at(back, ask)

    def _pipes(self) -> None:
        """Late, and linked to its tender: nothing but words is typed."""
        tender = projects.found(self.users["rdec"], "下嵐排水第三期").first()
        link = {"link_kind": "projects.project", "link_key": str(tender.pk)} if tender else {}
        made = self._enter(
            75, "tender", "下嵐排水第三期護岸工程管線遷移，請管線單位排定期程，工務局於期限前復工。", -12,
            main="PWB", joint=("EPB",), source_label="標案督導會報決議（示範）", **link,
        )  # fmt: skip
        self._tell(made, 45, "control", "PWB", "已與電信、自來水管線單位會勘，遷移期程協商中。")
        self._tell(made, 20, "control", "PWB", "電信管線已遷移 320 公尺，自來水管線待停水公告。")
        self._tell(made, 30, "control2", "EPB", "施工便道清運路線已協調完成。")
        self._ask(made, 29, "control2", "EPB", "協辦事項完成。")
        self._decide(made, 27, "rdec", "EPB", "協辦部分完成，同意解列。")

    def _lamps(self) -> None:
        """Two levels, released in time."""
        made = self._enter(
            130, "directive", "東嵐路口號誌與路燈整併共桿，避免重複挖掘。", -40,
            main="PWB", source_label="市政會議主席裁示（示範）",
        )  # fmt: skip
        self._tell(made, 90, "control", "PWB", "完成共桿設計與路權協調。", progress=Decimal(60))
        self._tell(made, 55, "control", "PWB", "共桿 14 支全數完成並送電。", progress=Decimal(100))
        self._ask(made, 54, "control", "PWB", "已完工送電。")
        self._decide(made, 52, "chief", "PWB", "現場抽查 3 支，初審通過。")
        self._decide(made, 48, "rdec", "PWB", "同意解列。")

    def _crossing(self) -> None:
        """Sent back by the commission: something is missing."""
        made = self._enter(
            50, "directive", "上嵐國小通學步道改善，開學前完成標線與護欄。", 11,
            main="PWB-R", joint=("PWB-M",), source_label="市政會議主席裁示（示範）",
        )  # fmt: skip
        self._tell(made, 18, "control", "PWB-R", "標線已完成，護欄施工中。", progress=Decimal(80))
        self._ask(made, 9, "control", "PWB-R", "標線與護欄均已完成。")
        self._decide(made, 8, "chief", "PWB-R", "初審通過。")
        self._decide(made, 4, "rdec", "PWB-R", "護欄端部未收邊，請補完工照片再送。", accept=False)
        self._tell(made, 15, "control", "PWB-M", "配合清除路樹斷枝。", progress=Decimal(50))

    def _trees(self) -> None:
        """A quantity over two years."""
        made = self._enter(
            210, "promise", "兩年內於河岸與校園種樹三千株。", 520, main="EPB", who="rdec",
            target_quantity=Decimal(3000), quantity_unit="株", extra={"occasion": "里民座談"},
        )  # fmt: skip
        for back, count in ((180, 240), (120, 780), (60, 1310), (21, 1860)):
            text = f"累計種植 {count:,} 株，存活率 96%。"
            self._tell(made, back, "control2", "EPB", text, quantity=Decimal(count))

    def _tunnel(self) -> None:
        """More time was asked for and given: both days stand there."""
        made = self._enter(
            160, "special", "東嵐隧道通風設備汰換，完成測試並恢復雙向通車。", -15,
            main="PWB", joint=("EPB", "RDEC"),
        )  # fmt: skip
        self._tell(made, 100, "control", "PWB", "設備採購決標，預定三個月交貨。", progress=Decimal(35))
        self._extend(made, 82, "PWB", 75, "原廠關鍵零件停產，改採同等品須重新送審，交貨延後三個月。")
        self._at(
            78,
            lambda: actions.decide_extension(
                self.users["rdec"], made["extension"].pk, approve=True, reason="送審資料齊備，同意展延一次。"
            ),
        )
        self._tell(made, 25, "control", "PWB", "同等品審查通過，設備進場安裝。", progress=Decimal(70))

    def _markings(self) -> None:
        """The agency's own: more time is asked for and waits for the section head."""
        made = self._enter(
            40, "agency", "養護工程處清查人行道破損路段，提出改善順序。", 8,
            main="PWB-M", who="control", source_label="機關標案進度會報決議（示範）",
        )  # fmt: skip
        self._tell(made, 12, "control", "PWB-M", "已清查 18 條路段中的 11 條。", progress=Decimal(60))
        self._extend(made, 3, "PWB-M", 30, "連日豪雨，路面檢測延後。")

    def _dust(self) -> None:
        """Asked for release, and waits for the commission."""
        made = self._enter(
            65, "tender", "工地周邊揚塵加強稽查，並公布稽查結果。", 20,
            main="EPB", source_label="標案督導會報決議（示範）",
        )  # fmt: skip
        self._tell(
            made, 14, "control2", "EPB", "稽查 26 處，裁處 3 處，結果已公布於網站。", progress=Decimal(100)
        )
        self._ask(made, 6, "control2", "EPB", "稽查結果已公布。")

    def _survey(self) -> None:
        """Withdrawn: it went into another item."""
        made = self._enter(
            90, "tender", "嵐溪沿岸護岸總體檢。", 60, main="PWB", source_label="標案督導會報決議（示範）"
        )
        self._at(
            33,
            lambda: actions.withdraw_commitment(
                self.users["rdec"], made["row"].pk, version=None, ground="merged",
                reason="併入中央護岸檢查計畫辦理。",
            ),
        )  # fmt: skip
