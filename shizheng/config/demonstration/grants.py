"""Programmes and a grant year of the demonstration city: targets and two quarters filed; selection, set-up, half a year of months."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from shizheng.common import clock
from shizheng.config.demonstration.days import at
from shizheng.config.demonstration.rounds import PEOPLE
from shizheng.domains.projects import actions
from shizheng.domains.projects.filing import grants as grant_filing
from shizheng.domains.projects.filing import programmes as programme_filing
from shizheng.domains.projects.publications import GRANT_QUARTER
from shizheng.domains.projects.queries import projects as queries
from shizheng.domains.projects.queries.grant_forms import ItemLine, month_rows, setup_rows
from shizheng.kernel.filing import actions as filing
from shizheng.kernel.filing import queries as filing_queries
from shizheng.kernel.filing.actions import TypedEntry
from shizheng.kernel.measures.rules.periods import Period, PeriodKind, parse_period
from shizheng.kernel.publication import actions as publication

MILLION = 1_000_000
ITEMS = (
    # tender, granted and own money of the year in millions of NTD
    ("下嵐排水第三期護岸工程", 28, 8),
    ("道路路面修復開口契約", 9, 3),
    ("下嵐橋耐震補強委託設計", 8, 4),
    ("清潔車輛汰換第三批", 9, 3),
    ("下嵐資源回收站新建工程", 15, 5),
)
SHARES = (2, 4, 6, 8, 8, 10, 10, 10, 10, 10, 11, 11)
"""How many hundredths of the year's money are allocated in each month."""
QUARTERS: Mapping[str, Mapping[str, tuple[str, str, str]]] = {
    "2025-Q1": {
        "social-housing": ("5780", "上嵐案發包中，下嵐案結構體施工至七樓。", "缺工，增加外籍技術人力並分兩班施工。"),
        "forward": ("", "東嵐橋主橋施工中，引道用地尚餘三筆未取得。", ""),
    },
    "2025-Q2": {
        "social-housing": ("6090", "下嵐案結構體完成，上嵐案流標後重新公告。", "上嵐案檢討單價後再公告，改列每月檢討。"),
        "forward": ("", "東嵐橋汛期停工，六月復工；引道用地協議價購中。", ""),
    },
}  # fmt: skip
HELP = ("東嵐橋引道用地取得", "請地政單位協助辦理三筆土地的徵收公告。")


@dataclass
class Grants:
    """What people of the city do with programmes and grants; `users` and `units` by code."""

    users: dict[str, Any]
    units: dict[str, int]

    def build(self) -> None:
        """Programmes first, then the year 114: selected in January, set up in March, filed and locked until June."""
        programmes = {each.code: each for each in queries.programmes()}
        with clock.set_to(at(114, 1, 6, 9)):
            self._targets(programmes)
        for code in QUARTERS:
            self._quarter(parse_period(code))
        with clock.set_to(at(114, 1, 21, 10)):
            year = self._select(programmes["grant"].pk)
        self._return(
            grant_filing.SETUP,
            Period(PeriodKind.YEAR, 2025),
            at(114, 3, 18, 10),
            at(114, 4, 1, 9),
            self._set_up,
        )
        for number in range(1, 7):
            period = Period(PeriodKind.MONTH, 2025, number)
            after = period.end
            self._return(
                grant_filing.MONTH,
                period,
                at(114, after.month, 4, 11),
                at(114, after.month, 12, 9),
                self._money,
            )
        with clock.set_to(at(114, 7, 20, 9)):
            publication.issue(self.users["rdechead"], GRANT_QUARTER, year.pk, period="2025-Q2")

    def _targets(self, programmes: Mapping[str, Any]) -> None:
        told: dict[str, dict[str, Any]] = {
            "social-housing": {
                "starts_on": date(2020, 1, 1),
                "ends_on": date(2027, 12, 31),
                "control_levels": 2,
                "targets": [
                    (date(year, 12, 31), Decimal(quantity))
                    for year, quantity in (
                        (2021, 1500),
                        (2023, 4200),
                        (2024, 5600),
                        (2025, 7200),
                        (2026, 8700),
                    )
                ],
            },
            "forward": {"control_levels": 3, "promise_codes": "1-2-1"},
        }
        for code, changes in told.items():
            actions.edit_programme(
                self.users["rdec"],
                programmes[code].pk,
                version=None,
                changes={"lead_id": self.units["PWB"], "cycle": "quarter", **changes},
                reason="依專案計畫核定內容登錄分期目標與管考層級。",
            )

    def _quarter(self, period: Period) -> None:
        """The lead agency's returns of a quarter, filed, signed and locked."""
        after, said = period.end, QUARTERS[period.code]
        programmes = {each.pk: each.code for each in queries.programmes()}
        officer, chief = (self.users[name] for name in PEOPLE["PWB"][:2])
        with clock.set_to(at(114, after.month, 1, 6, 5)):
            found = filing.open_round(self.users["rdec"], programme_filing.CODE, period.code)
        for each in filing_queries.returns_of(self.users["rdec"], found.pk):
            quantity, text, issues = said[programmes[each.subject_pk]]
            texts = {"quantity": quantity, "text": text, "issues": issues}
            typed = [
                TypedEntry(programme_filing.WHOLE, name, words, None)
                for name, words in texts.items()
                if words
            ]
            for row in programme_filing.rows_of([each])[each.pk]:
                if row.title.endswith(HELP[0]):
                    typed.append(TypedEntry(row.key, "coordination", HELP[1], None))
            with clock.set_to(at(114, after.month, 10, 10)):
                filing.save_entries(officer, each.pk, typed)
                filing.submit_return(officer, each.pk, version=None)
                filing.sign_return(chief, each.pk, version=None)
        with clock.set_to(at(114, after.month, 21, 9)):
            filing.lock_round(self.users["rdec"], found.pk)

    def _select(self, programme_id: int) -> Any:
        values = {
            "programme_id": programme_id,
            "roc_year": 114,
            "central_agency": "中央補助主管機關",
            "selected_on": date(2025, 1, 20),
            "selection_note": "就各機關提報的八案審查，核列五案；其餘三案請機關補正後下年度再提。",
        }
        year = actions.create_grant_year(self.users["rdec"], values)
        tenders = {each.name: each.pk for each in queries.visible_to(self.users["rdec"])}
        for name, grant, own in ITEMS:
            given = {
                "project_id": tenders[name],
                "grant_amount": Decimal(grant * MILLION),
                "own_share": Decimal(own * MILLION),
            }
            actions.add_grant_item(self.users["rdec"], year.pk, given)
        return year

    def _return(
        self,
        kind: str,
        period: Period,
        filed: Any,
        locked: Any,
        texts: Callable[[ItemLine, Period], dict[str, str]],
    ) -> None:
        """The returns of a round, filed by each agency on a day, signed the day after and locked on another."""
        codes = {pk: code for code, pk in self.units.items()}
        with clock.set_to(filed.replace(day=1)):
            found = filing.open_round(self.users["rdec"], kind, period.code)
        rows_of = setup_rows if kind == grant_filing.SETUP else month_rows
        for each in filing_queries.returns_of(self.users["rdec"], found.pk):
            officer, chief = (self.users[name] for name in PEOPLE[codes[each.unit_id]][:2])
            typed = [
                TypedEntry(line.key, name, text, None)
                for line in rows_of([each])[each.pk]
                for name, text in texts(line, period).items()
            ]
            with clock.set_to(filed):
                if typed:
                    filing.save_entries(officer, each.pk, typed)
                filing.submit_return(officer, each.pk, version=None)
            with clock.set_to(filed.replace(day=filed.day + 1)):
                filing.sign_return(chief, each.pk, version=None)
        with clock.set_to(locked):
            filing.lock_round(self.users["rdec"], found.pk)

    @staticmethod
    def _set_up(line: ItemLine, period: Period) -> dict[str, str]:
        return {f"m{number}": str(line.annual * share // 100) for number, share in enumerate(SHARES, 1)}

    @staticmethod
    def _money(line: ItemLine, period: Period) -> dict[str, str]:
        """Only what the tender's month does not already say."""
        if "paid" in line.prefill:
            return {}
        allocated = line.annual * sum(SHARES[: period.number]) // 100
        spent = {"paid": allocated * 6 // 10, "payable": allocated // 20, "surplus": Decimal(0)}
        if "allocated" not in line.prefill:
            spent["allocated"] = allocated
        return {name: str(value) for name, value in spent.items()}
