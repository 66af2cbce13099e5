"""What agencies of the demonstration city ask of each other for their tenders, and the month's bulletin as it went out."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from shizheng.common import clock
from shizheng.common.permissions import SYSTEM
from shizheng.config.demonstration.days import at
from shizheng.domains.projects import actions
from shizheng.domains.projects.queries import projects as queries

MATTERS = (
    # tender, who asks, whom, on, for what, settled on, outcome
    (
        "東嵐橋引道用地取得", "control", "D-U", (114, 5, 22), "請協助邀集三戶未達成協議的地主，於六月底前開第二次協調會。", None, "",
    ),
    (
        "下嵐社會住宅新建工程", "control", "EPB", (114, 5, 26), "夜間施工的噪音管制請個案協調，否則無法分兩班趕工。",
        (114, 7, 4), "同意平日晚間十時前施工，並派員抽測。",
    ),
    (
        "焚化廠爐管汰換", "control2", "PWB", (114, 7, 8), "請同意大型機具夜間通行下嵐排水便橋，七月下旬吊運爐管。", None, "",
    ),
)  # fmt: skip
FOREWORD = (
    "五月份受缺工與用地協議影響，落後案件較上月增加；請各機關依會報裁示按週追蹤，並檢討年底前可完成的檢核點。"
)
PERIOD = "2025-05"


@dataclass
class Bulletins:
    """Who asks and who publishes, by account; units by code."""

    users: dict[str, Any]
    units: dict[str, int]

    def build(self) -> None:
        """Matters raised in May and July, one of them settled; the bulletin of May out in the middle of June."""
        for name, who, whom, day, text, settled, outcome in MATTERS:
            with clock.set_to(at(*day, 11)):
                project = queries.visible_to(SYSTEM).get(name=name)
                given = {"unit_id": self.units[whom], "text": text}
                made = actions.raise_matter(self.users[who], project.pk, given)
            if settled is not None:
                with clock.set_to(at(*settled, 16)):
                    on = date(settled[0] + 1911, *settled[1:])
                    actions.settle_matter(self.users[who], made.pk, version=1, outcome=outcome, on=on)
        with clock.set_to(at(114, 6, 13, 15)):
            actions.write_foreword(self.users["rdec"], PERIOD, version=0, text=FOREWORD)
        with clock.set_to(at(114, 6, 16, 9)):
            actions.publish_bulletin(self.users["rdechead"], PERIOD, reason="五月份月報")
