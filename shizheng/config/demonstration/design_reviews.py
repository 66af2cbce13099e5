"""Design reviews of the demonstration city: one approved before its tender, one being answered, one before its meeting."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from shizheng.common import clock
from shizheng.config.demonstration.days import at
from shizheng.config.demonstration.rounds import PEOPLE
from shizheng.domains.procurement import actions
from shizheng.domains.procurement.queries import own_reviews
from shizheng.domains.procurement.queries.reviews import documents
from shizheng.domains.projects.queries import projects
from shizheng.kernel.filing import actions as filing_actions
from shizheng.kernel.filing import queries as filing
from shizheng.kernel.filing.actions import TypedEntry

EXPERTS = (
    ("顏柏翰", "嵐川科技大學", "水利工程", "pcc", False),
    ("鄧雅琪", "臺灣水土保持學會", "生態檢核", "third_party", False),
    ("高建志", "嵐川市政府工務局", "結構", "internal", False),
    ("溫淑慧", "磐石工程顧問公司", "大地工程", "pcc", True),
)
OWN = {
    "2025-Q1": {"PWB": ("6", "82400000", "80100000"), "EPB": ("2", "19800000", "19600000"), "RDEC": ("0", "0", "0")},
    "2025-Q2": {"PWB": ("9", "143500000", "139900000"), "EPB": ("1", "8800000", "8800000")},
}  # fmt: skip
"""Cases, amounts before and after; who is missing did not file."""


@dataclass
class DesignReviews:
    """What people of the city do with designs; `users` and `units` by code."""

    users: dict[str, Any]
    units: dict[str, int]

    def build(self) -> None:
        """Three reviews step by step, and two quarters of the agencies' own."""
        self._approved()
        self._answering()
        self._panelled()
        for period, filed in OWN.items():
            self._quarter(period, filed)

    def _on(self, roc: tuple[int, int, int], hour: int = 10) -> Any:
        return clock.set_to(at(*roc, hour))

    def _submit(self, day: tuple[int, int, int], name: str, amount: int, note: str) -> int:
        found = projects.found(self.users["rdec"], name).first()
        with self._on(day):
            row = actions.submit_review(
                self.users["control"],
                {
                    "name": name, "agency_id": self.units["PWB"], "stage": "basic", "amount": Decimal(amount),
                    "control_number": found.number if found else "", "note": note,
                },
            )  # fmt: skip
        return int(row.pk)

    def _panel(
        self, review: int, admitted: tuple[int, int, int], met: tuple[int, int, int] | None
    ) -> list[Any]:
        rdec = self.users["rdec"]
        with self._on(admitted):
            day = clock.today()
            actions.admit(rdec, review, version=None, there=documents(day))
            members = [
                actions.add_member(
                    rdec,
                    review,
                    {
                        "name": name, "affiliation": where, "speciality": speciality, "source": source,
                        "declared_on": day, "conflict": conflict,
                        "conflict_note": "曾受託辦理本案先期規劃。" if conflict else "",
                    },
                )
                for name, where, speciality, source, conflict in EXPERTS
            ]  # fmt: skip
            actions.appoint_panel(rdec, review, version=None)
        if met is not None:
            with self._on(met):
                actions.hold_meeting(rdec, review, version=None, text="審議會議於市政大樓召開。")
        return members

    def _opinions(self, review: int, members: list[Any], day: tuple[int, int, int]) -> list[Any]:
        told = (
            (0, "structure", "護岸基礎沖刷深度請依百年重現期檢討。"),
            (1, "ecology", "施工便道請避開右岸濱溪帶，並補生態檢核對策。"),
            (2, "cost", "鋼板樁單價高於市況，請重新訪價。"),
        )
        with self._on(day):
            made = [
                actions.give_opinion(
                    self.users["rdec"], review, member_id=members[who].pk, topic=topic, text=text
                )
                for who, topic, text in told
            ]
            actions.return_opinions(self.users["rdec"], review, version=None)
        return made

    def _approved(self) -> None:
        review = self._submit(
            (114, 1, 16), "下嵐排水第三期護岸工程", 91_200_000, "基本設計階段，招標前送審。"
        )
        members = self._panel(review, (114, 1, 22), (114, 2, 13))
        opinions = self._opinions(review, members, (114, 2, 18))
        with self._on((114, 3, 7)):
            for each, verdict, text in zip(
                opinions,
                ("adopted", "adopted", "partly"),
                ("基礎加深 0.8 公尺。", "便道改由左岸進出。", "訪價三家，單價調降 4%，其餘依市況。"),
                strict=True,
            ):
                actions.answer_opinion(self.users["control"], each.pk, verdict=verdict, text=text)
            actions.submit_revision(
                self.users["control"],
                review,
                version=None,
                amount=Decimal(88_400_000),
                text="修正後基本設計。",
            )
        with self._on((114, 3, 18)):
            for each in opinions:
                actions.confirm_answer(self.users["rdec"], each.pk, accepted=True)
            actions.approve_review(
                self.users["rdechead"],
                review,
                version=None,
                amount=Decimal(86_500_000),
                reason="意見均已修正，審議通過。",
            )

    def _answering(self) -> None:
        review = self._submit((114, 9, 3), "東嵐抽水站機電更新工程", 58_700_000, "流廢標後重新檢討設計。")
        members = self._panel(review, (114, 9, 9), (114, 9, 30))
        opinions = self._opinions(review, members, (114, 10, 7))
        with self._on((114, 10, 15)):
            actions.answer_opinion(
                self.users["control"], opinions[0].pk, verdict="adopted", text="已重新計算，圖說一併修正。"
            )

    def _panelled(self) -> None:
        review = self._submit((114, 12, 2), "上嵐轉運站新建工程", 312_000_000, "")
        self._panel(review, (114, 12, 8), None)

    def _quarter(self, period: str, filed: dict[str, tuple[str, str, str]]) -> None:
        codes = {pk: code for code, pk in self.units.items()}
        quarter = int(period[-1])
        first: date = date(2025, quarter * 3 + 1, 1)
        opened: datetime = at(114, first.month, 1, 6)
        with clock.set_to(opened):
            found = filing_actions.open_round(self.users["rdec"], own_reviews.KIND, period)
        for each in filing.returns_of(self.users["rdec"], found.pk):
            code = codes[each.unit_id]
            if code not in filed:
                continue
            people = PEOPLE[code]
            names = ("cases", "before", "after")
            typed = [
                TypedEntry(own_reviews.ROW, name, text, None)
                for name, text in zip(names, filed[code], strict=True)
            ]
            with self._on((114, first.month, 7)):
                filing_actions.save_entries(self.users[people[0]], each.pk, typed)
                filing_actions.submit_return(self.users[people[0]], each.pk, version=None)
                filing_actions.sign_return(self.users[people[1]], each.pk, version=None)
        with self._on((114, first.month, 21)):
            reason = "" if len(filed) == len(PEOPLE) else "未填報的另行催報。"
            filing_actions.lock_round(self.users["rdec"], found.pk, reason=reason)
