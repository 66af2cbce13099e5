"""What people of the demonstration city bring back from the site: photographs (drawn, not taken) and notes."""

import io
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from PIL import Image, ImageDraw
from PIL.ExifTags import GPS, IFD, Base

from shizheng.common import clock
from shizheng.common.permissions import SYSTEM
from shizheng.config.demonstration.days import at
from shizheng.domains.projects import actions, visit_items
from shizheng.domains.projects.queries import projects as queries
from shizheng.domains.projects.visit_items import FollowUp

PHOTOS = (
    # tender, day, file, caption, place, colours of sky and ground, may be public
    ("東嵐橋改建工程", (114, 5, 20, 10), "P3-cap.jpg", "P3 橋墩帽梁澆置完成", (120.905312, 24.192511), ("#9fb7c9", "#8a7d6a"), True),
    ("東嵐橋改建工程", (114, 6, 18, 15), "deck.jpg", "橋面版鋼筋綁紮，北側車道", (120.904871, 24.192287), ("#b9c6cf", "#77705f"), False),
    ("下嵐社會住宅新建工程", (114, 6, 24, 9), "B2.jpg", "地下二層結構體，缺工停頓中", (120.656021, 24.222305), ("#c4cdd1", "#6f6a63"), False),
    ("下嵐排水第三期護岸工程", (114, 6, 11, 14), "wall.jpg", "護岸 2K+650 至 2K+800 完成", None, ("#a8bccb", "#5f7358"), False),
)  # fmt: skip
NOTES = (
    ("東嵐橋改建工程", (114, 6, 18, 15), "北側橋面版鋼筋綁紮七成，預計下週澆置；南側模板還沒進場。", Decimal("92")),
    ("下嵐社會住宅新建工程", (114, 6, 24, 9), "現場僅 11 人，地下二層版未拆模；與機關所報 24 人不符，請廠商說明。", Decimal("21")),
)  # fmt: skip

VISITS = (
    # tender, called on, visit on, by, grounds, units, findings, conclusions, what follows: text, unit, until
    (
        "下嵐社會住宅新建工程", (114, 6, 13), (114, 6, 24), "參事室 何參事", "114 年 5 月施工進度落後超過 20 個百分點，已三個月沒有改善。",
        ("EPB", "D-L"), "現場僅 11 人；地下二層版拆模逾期；鋼筋料已到場三週。", "缺工是主因，材料無虞；夜間施工的噪音管制可先行協調。",
        (("提出分兩班施工的人力計畫", "PWB", date(2025, 7, 10)), ("夜間施工噪音管制個案同意", "EPB", date(2025, 7, 4))),
    ),
    (
        "東嵐橋引道用地取得", (114, 7, 14), (114, 8, 20), "參事室 何參事", "114 年 6 月標案進度落後超過 10 個百分點，徵收補償協議未成。",
        ("D-U",), "", "", (),
    ),
)  # fmt: skip

OPINIONS = {
    "control": ("chief", "情形屬實，同意申請。"),
    "control2": ("chief2", "已與主計單位確認，同意申請。"),
}
"""Who of the agency gives the opinion on what somebody has sent."""
APPLICATIONS = (
    (
        "道路路面修復開口契約", "control", (114, 6, 3), {"asked": "adjust", "level": "agency", "reason": "開口契約金額提高，改由局列管。"},
        ("approve_application", (114, 6, 6), "金額已達機關列管門檻，同意。"),
    ),
    (
        "下嵐橋耐震補強委託設計", "control", (114, 7, 9),
        {"asked": "withdraw", "ground": "merged", "reason": "併入下嵐橋改建案一併設計。", "late_reason": "併案六月底才核定。"},
        ("send_application_back", (114, 7, 11), "請附併案的核定函，並說明已付設計費怎麼處理。"),
    ),
    (
        "空品監測站設備更新", "control2", (114, 7, 22),
        {"asked": "withdraw", "ground": "resources", "reason": "中央補助未核定，明年度再提。", "late_reason": "補助結果七月中才通知。"},
        None,
    ),
)  # fmt: skip


@dataclass
class Field:
    """Who goes on site, by account; units by code."""

    users: dict[str, Any]
    units: dict[str, int]

    def build(self) -> None:
        """Everything in the order in which it happened."""
        projects = {each.name: each for each in queries.visible_to(SYSTEM)}
        for number, (name, moment, file, caption, place, colours, public) in enumerate(PHOTOS, 1):
            taken = at(*moment)
            with clock.set_to(taken.replace(hour=17)):
                actions.add_photo(
                    self.users["officer" if number % 2 else "control"],
                    projects[name].pk,
                    drawn(taken, place, *colours),
                    name=file,
                    values={"caption": caption, "public": public},
                )
        for number, (name, moment, text, works) in enumerate(NOTES, 1):
            project = projects[name]
            with clock.set_to(at(*moment)):
                actions.add_site_note(
                    self.users["control"],
                    project.pk,
                    values={
                        "text": text,
                        "works": works,
                        "longitude": project.longitude,
                        "latitude": project.latitude,
                    },
                    key=f"demonstration-{number}",
                )
        self._visits(projects)

    def _visits(self, projects: dict[str, Any]) -> None:
        """Called by the commission, and recorded on the evening of the day."""
        rdec = self.users["rdec"]
        for name, called, day, who, grounds, units, findings, conclusions, items in VISITS:
            with clock.set_to(at(*called)):
                visit = actions.call_visit(
                    rdec,
                    projects[name].pk,
                    {
                        "visit_on": at(*day).date(), "called_by": who, "why": "severe", "grounds": grounds,
                        "units": [self.units[code] for code in units],
                    },
                )  # fmt: skip
            if not findings:
                continue
            wanted = [FollowUp(text, self.units[code], due) for text, code, due in items]
            with clock.set_to(at(*day, 18)):
                actions.record_visit(
                    rdec, visit.pk, version=None, findings=findings, conclusions=conclusions,
                    items=wanted if visit_items.kept() else [],
                )  # fmt: skip

    def applications(self) -> None:
        """One approved in June, one that waits for the commission, one that came back."""
        projects = {each.name: each for each in queries.visible_to(SYSTEM)}
        for name, who, day, values, decided in APPLICATIONS:
            with clock.set_to(at(*day)):
                sent = actions.apply_for(self.users[who], projects[name].pk, values)
            code, opinion = OPINIONS[who]
            with clock.set_to(at(*day, 15)):
                actions.give_opinion(self.users[code], sent.pk, version=None, opinion=opinion)
            if decided is not None:
                act, after, words = decided
                with clock.set_to(at(*after)):
                    getattr(actions, act)(self.users["rdec"], sent.pk, version=None, decision=words)


def drawn(taken: datetime, place: tuple[float, float] | None, sky: str, ground: str) -> bytes:
    """A picture of a building site with what a phone writes into it: the moment, and the place in WGS 84."""
    picture = Image.new("RGB", (800, 600), sky)
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 380, 800, 600), fill=ground)
    pen.rectangle((120, 250, 680, 290), fill="#d9d5cc", outline="#6b665c", width=3)
    for left in (170, 380, 590):
        pen.rectangle((left, 290, left + 50, 430), fill="#c9c4b8", outline="#6b665c", width=3)
    pen.line((700, 400, 700, 90, 420, 90), fill="#b5651d", width=8)
    pen.line((470, 90, 470, 230), fill="#333333", width=2)
    exif = Image.Exif()
    exif[Base.Make], exif[Base.Model] = "Shizheng", "Demonstration"
    exif.get_ifd(IFD.Exif)[Base.DateTimeOriginal] = f"{taken:%Y:%m:%d %H:%M:%S}"
    if place is not None:
        about = exif.get_ifd(IFD.GPSInfo)
        about[GPS.GPSLatitudeRef], about[GPS.GPSLatitude] = "N", (place[1], 0.0, 0.0)
        about[GPS.GPSLongitudeRef], about[GPS.GPSLongitude] = "E", (place[0], 0.0, 0.0)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=85, exif=exif)
    return out.getvalue()
