"""Rounds of results in the demonstration city: one that was locked and published, and one that is open now."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from shizheng.common import clock
from shizheng.config.demonstration.days import at, morning
from shizheng.domains.planning import queries as planning_queries
from shizheng.domains.planning.queries.result_forms import lines_of
from shizheng.domains.planning.rounds import CODE
from shizheng.domains.planning.rules import result_forms as forms
from shizheng.kernel.filing import actions
from shizheng.kernel.filing import queries as filing
from shizheng.kernel.filing.actions import TypedEntry
from shizheng.kernel.publication import actions as publication

PEOPLE = {
    "PWB": ("officer", "chief", "head"),
    "EPB": ("control2", "chief2", "head2"),
    "RDEC": ("control3", "chief3", "head3"),
}
"""Who files, and who signs as supervisor and as head."""
SAID = {
    "PWB": ("重大工程進度相符率", "落後的工程逐案檢討，用地問題排入每週會議。"),
    "EPB": ("資源回收率", "下嵐隊增加夜間回收站後，回收量回升。"),
}
STEPS = {"東嵐橋改建進度": ("114-06-27", forms.NOT_DONE)}
STILL_OPEN = 365
"""Days for which the round of the year stays open, so that a visitor can file in it."""


@dataclass
class Rounds:
    """What people of the city do with their returns; `users` and `units` by code."""

    users: dict[str, Any]
    units: dict[str, int]

    def half_year_of_114(self) -> None:
        """Opened on the first of July, filed, signed and locked but for the commission's; the works agency's published."""
        with clock.set_to(at(114, 7, 1, 6, 5)):
            found = actions.open_round(self.users["rdec"], CODE, "2025-H1")
        returns = self._returns(found)
        for code in ("PWB", "EPB"):
            with clock.set_to(at(114, 7, 15, 14, 20)):
                self._file(code, returns[code], "114 年上半年業務統計", "名冊清查中，年底前確認")
            self._sign(code, returns[code], at(114, 7, 16, 9, 40), at(114, 7, 17, 16, 40))
        with clock.set_to(at(114, 8, 1)):
            actions.lock_round(
                self.users["rdec"],
                found.pk,
                reason="研考會的訓練統計還沒有結算，先鎖定已簽核的機關，該份另案補報。",
            )
        works = planning_queries.published().get(roc_year=114, agency_id=self.units["PWB"])
        with clock.set_to(at(114, 8, 4)):
            publication.issue(
                self.users["rdechead"], CODE, works.pk, period="2025-H1", reason="依半年成果公布"
            )

    def year_of_114(self) -> None:
        """Open still: the works agency waits for its signature, the environment's was sent back, the commission is late."""
        today = max(clock.today(), date(2026, 2, 2))
        with clock.set_to(at(115, 1, 1, 6, 5)):
            found = actions.open_round(self.users["rdec"], CODE, "2025")
        with clock.set_to(at(115, 1, 2)):
            actions.change_round(
                self.users["rdec"], found.pk, version=None, due_on=max(today - timedelta(days=3), found.due_on),
                closes_on=today + timedelta(days=STILL_OPEN), reason="首年採用線上填報，延長受理。",
            )  # fmt: skip
        returns = self._returns(found)
        with clock.set_to(morning(today - timedelta(days=5))):
            self._file("PWB", returns["PWB"], "114 年工程年報", "年報編製中，二月底前補報")
        with clock.set_to(morning(today - timedelta(days=4))):
            self._file("EPB", returns["EPB"], "114 年環境統計", "名冊清查中，人數待確認")
        with clock.set_to(morning(today - timedelta(days=2))):
            actions.send_back(
                self.users["chief2"], returns["EPB"].pk, version=None,
                reason="資源回收率請寫與前一年比較的原因。",
            )  # fmt: skip

    def _returns(self, found: Any) -> dict[str, Any]:
        codes = {pk: code for code, pk in self.units.items()}
        return {codes[each.unit_id]: each for each in filing.returns_of(self.users["rdec"], found.pk)}

    def _file(self, code: str, each: Any, evidence: str, why: str) -> None:
        """Write what is not there already, as an officer would, and send it in; what is not known yet is 待確認."""
        filer = self.users[PEOPLE[code][0]]
        name, said = SAID[code]
        typed = []
        for line in lines_of(each):
            asked = [field.name for field in line.fields if field.name.startswith("in_")]
            if asked and line.name in STEPS and asked[0] not in line.prefill:
                typed += [(line.key, *step) for step in zip(asked, STEPS[line.name], strict=True)]
            elif asked and forms.MISSING in line.prefill:
                typed.append((line.key, forms.WHY, why))
            elif asked and asked[0] not in line.prefill:
                typed += [(line.key, forms.MISSING, "to_be_confirmed"), (line.key, forms.WHY, why)]
            typed.append((line.key, forms.EVIDENCE, evidence))
            if line.name == name:
                typed.append((line.key, forms.NARRATIVE, forms.lead_of(name) + said))
        actions.save_entries(filer, each.pk, [TypedEntry(*one, None) for one in typed])
        actions.submit_return(filer, each.pk, version=None)

    def _sign(self, code: str, each: Any, first: datetime, second: datetime) -> None:
        for name, moment in zip(PEOPLE[code][1:], (first, second), strict=True):
            with clock.set_to(moment):
                actions.sign_return(self.users[name], each.pk, version=None)
