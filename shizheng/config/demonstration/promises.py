"""A fictitious mayor's programme of the demonstration city: twelve action plans, two quarters filed, one agency late."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from importlib.resources import files
from typing import Any

from shizheng.common import clock
from shizheng.config.demonstration.days import at
from shizheng.config.demonstration.rounds import PEOPLE
from shizheng.domains.planning.actions import promise_sheets, promises
from shizheng.domains.planning.promise_filing import CODE
from shizheng.domains.planning.queries import promises as queries
from shizheng.kernel.filing import actions as filing
from shizheng.kernel.filing import queries as filing_queries
from shizheng.kernel.filing.actions import TypedEntry

TERM = date(2022, 12, 25), date(2026, 12, 24)
THIRD = {
    "PWB": {
        "1-1-1": ("42", "完成上嵐國小、東市場周邊，累計 42 公里。", ""),
        "1-1-2": ("30", "完成 30 處，其餘設計中。", "管線遷移延後；已與管線單位訂定每月會勘。"),
        "1-2-1": ("70", "主體結構完成，引道施工中。", "用地協議價購較預期久；排入每週會議追蹤。"),
        "1-2-2": ("13", "完成 13 座。", ""),
        "2-1-1": ("4.6", "第二期完成 1.2 公里。", ""),
        "2-1-2": ("171", "汛期前後各清疏一次。", ""),
    },
    "EPB": {
        "3-1-1": ("", "回收量逐季檢討，下嵐隊增加班次。", ""),
        "3-1-2": ("16", "新設下嵐四站。", ""),
        "3-2-1": ("9", "首批 9 輛上路。", "車體交貨延後；已請廠商分批提前交車。"),
    },
    "RDEC": {
        "4-1-1": ("19", "今年度五案進入票選。", ""),
        "4-1-2": ("100", "查詢頁面上線，全部完成。", ""),
    },
}
FOURTH = {
    "PWB": {
        "1-1-1": ("46", "再完成 4 公里。", ""),
        "1-1-2": ("37", "管線遷移完成後趕上進度。", ""),
        "1-2-1": ("78", "引道完成八成。", "協議價購尚餘兩戶；辦理徵收中。"),
        "1-2-2": ("13", "本季無完工。", "招標兩次流標；已檢討底價重新上網。"),
        "2-1-1": ("5.1", "第三期開工。", ""),
        "2-1-2": ("186", "完成年度清疏。", ""),
    },
    "EPB": {
        "3-1-1": ("", "夜間回收站啟用後回升。", ""),
        "3-1-2": ("17", "新設一站。", ""),
        "3-2-1": ("18", "第二批 9 輛上路，趕上進度。", ""),
    },
}


@dataclass
class Promises:
    """What people of the city do with the mayor's programme; `users` and `units` by code."""

    users: dict[str, Any]
    units: dict[str, int]

    def build(self, recycling: int) -> None:
        """Set down in June of 114, published in July, filed for the third and the fourth quarter."""
        data = files("shizheng.config.demonstration").joinpath("promises.csv").read_bytes()
        rdec = self.users["rdec"]
        with clock.set_to(at(114, 6, 20, 15, 10)):
            made = promises.create_programme(
                rdec, title="嵐川市第四屆市長政見", term_from=TERM[0], term_to=TERM[1],
                note="虛構的示範資料。",
            )  # fmt: skip
            promise_sheets.import_promises(
                rdec, made.pk, data, "promises.csv", reason="依市長政見分工會議紀錄"
            )
        with clock.set_to(at(114, 6, 24, 11, 0)):
            row = queries.promises_of(made.pk).get(code="3-1-1")
            promises.edit_promise(
                rdec, row.pk, version=row.version, reason="進度改由施政計畫的指標帶入，不重複填報。",
                changes={"measure_id": recycling, "measure_unit_id": self.units["EPB"]},
            )  # fmt: skip
        with clock.set_to(at(114, 7, 1, 9, 0)):
            made.refresh_from_db()
            promises.publish_programme(
                self.users["rdechead"], made.pk, version=made.version, reason="依政見公開"
            )
        self._quarter(made, "2025-Q3", THIRD, (114, 10))
        self._quarter(made, "2025-Q4", FOURTH, (115, 1))

    def _quarter(
        self,
        made: Any,
        period: str,
        typed: Mapping[str, Mapping[str, tuple[str, str, str]]],
        month: tuple[int, int],
    ) -> None:
        """Opened on the first, filed on the eighth, signed on the ninth and twelfth, locked on the twenty-third."""

        def on(day: int, hour: int) -> datetime:
            return at(*month, day, hour)

        rows = {each.code: each for each in queries.promises_of(made.pk)}
        codes = {pk: code for code, pk in self.units.items()}
        with clock.set_to(on(1, 6)):
            found = filing.open_round(self.users["rdec"], CODE, period)
        for each in filing_queries.returns_of(self.users["rdec"], found.pk):
            code = codes[each.unit_id]
            if code not in typed:
                continue
            filer, *signers = (self.users[name] for name in PEOPLE[code])
            with clock.set_to(on(8, 14)):
                entries = [
                    TypedEntry(str(rows[key].pk), name, text, None)
                    for key, (amount, said, why) in typed[code].items()
                    for name, text in (
                        ("percent" if rows[key].target_quantity is None else "quantity", amount),
                        ("text", said),
                        ("obstacles", why),
                    )
                    if text
                ]
                filing.save_entries(filer, each.pk, entries)
                filing.submit_return(filer, each.pk, version=None)
            for signer, day in zip(signers, (9, 12), strict=True):
                with clock.set_to(on(day, 10)):
                    filing.sign_return(signer, each.pk, version=None)
        with clock.set_to(on(23, 9)):
            filing.lock_round(self.users["rdec"], found.pk, reason="未填報的機關另行催報。")
