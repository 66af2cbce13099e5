"""The yearly assessment of the demonstration city's tenders of 114: some visited, one on paper, the others still to be seen."""

from datetime import date
from decimal import Decimal
from typing import Any

from shizheng.common import clock
from shizheng.config.demonstration.days import at
from shizheng.domains.projects.actions import assessments as actions
from shizheng.domains.projects.queries import assessments as queries

YEAR = 114
SEEN = (
    ("62", "材料試驗報告晚交兩次，趕工計畫未依核定執行。", ""),
    ("93", "自主檢查落實，民眾陳情三日內回覆。", "主辦人員嘉獎二次"),
    ("70", "缺工未補足；交通維持告示牌有一面倒伏，當場改善。", ""),
)


def assess(users: dict[str, Any]) -> None:
    """Opened in March of 115 by the commission; the group was at three sites, and leaves one to its records."""
    with clock.set_to(at(115, 3, 2, 9)):
        made = actions.open_assessment(users["rdec"], YEAR)
    rows = list(queries.tenders_of(made).order_by("project__number"))
    for day, (row, (score, findings, reward)) in enumerate(zip(rows, SEEN, strict=False), start=10):
        with clock.set_to(at(115, 3, day, 16)):
            values = {
                "visited_on": date(2026, 3, day), "group": "研考會主委召集，工務局、主計處、外聘委員二人",
                "site_score": Decimal(score), "findings": findings, "reward": reward,
            }  # fmt: skip
            actions.score_tender(users["rdec"], YEAR, row.project_id, version=None, values=values)
    with clock.set_to(at(115, 3, 20, 10)):
        last = rows[-1].project_id
        actions.score_tender(users["rdec"], YEAR, last, version=None, values={"mode": "paper"})
