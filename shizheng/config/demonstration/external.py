"""What other systems told of the demonstration city's tenders in July of 114, and what officers made of it."""

from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from shizheng.common import clock
from shizheng.config.demonstration.days import at
from shizheng.domains.projects import actions
from shizheng.domains.projects.queries import external
from shizheng.domains.projects.rules.reconciling import Part
from shizheng.kernel.intake import actions as intake
from shizheng.kernel.measures.rules.periods import parse_period

FOLDER = "shizheng.config.demonstration"


@dataclass
class External:
    """What people of the city do with foreign data; `users` and `units` by code."""

    users: dict[str, Any]
    units: dict[str, int]

    def build(self) -> None:
        """The commission reads the works system and the notices in, and urges; an officer decides two differences."""
        rdec = self.users["rdec"]
        with clock.set_to(at(114, 7, 4, 10)):
            actions.import_pcc_xml(
                rdec, self._bytes("external.xml"), "標案管理-11406.xml", reason="六月份標案管理系統匯出"
            )
        with clock.set_to(at(114, 7, 5, 9)):
            actions.urge(rdec, parse_period("2025-06"))
        with clock.set_to(at(114, 7, 11, 9)):
            self._take("projects.notice", "notices.csv", "七月上旬公告")
            self._take("projects.suggested", "suggested.csv", "上半年議員建議事項")
        with clock.set_to(at(114, 7, 14, 15)):
            self._decide()

    @staticmethod
    def _bytes(name: str) -> bytes:
        return files(FOLDER).joinpath(name).read_bytes()

    def _take(self, target: str, name: str, reason: str) -> None:
        row = intake.receive(self.users["rdec"], target, self._bytes(name), name)
        intake.apply(self.users["rdec"], row.pk, version=row.version, reason=reason)

    def _decide(self) -> None:
        """The contract's amount is that of the works system; its name is not."""
        control, of_works = self.users["control"], self.units["PWB"]
        for each in external.reconciled().open:
            if each.agency_id != of_works:
                continue
            if each.part is Part.AWARD_AMOUNT:
                actions.take_difference(
                    control,
                    each.project_id,
                    each.record_id,
                    each.part.value,
                    version=None,
                    reason="與契約書相同，原登錄誤植。",
                )
            elif each.part is Part.NAME:
                actions.keep_ours(
                    control,
                    each.project_id,
                    each.record_id,
                    each.part.value,
                    version=None,
                    reason="便橋另案辦理，名稱不改。",
                )
