"""歷史陳情: what files of earlier systems can be taken into, and the mappings that ship for published ones (B13)."""

import tomllib
from functools import cache
from importlib.resources import files

from django.urls import reverse

from shizheng.common.words import N_
from shizheng.domains.petitions.actions.importing import PERMISSION, apply_history, check_history
from shizheng.domains.petitions.channels import channels
from shizheng.domains.petitions.models import Category
from shizheng.domains.petitions.rules.classes import CLASS_LABELS, SOURCE_LABELS
from shizheng.domains.petitions.rules.history import ENDED_STATES, OPEN_STATES
from shizheng.domains.petitions.rules.workflow import WORKFLOW
from shizheng.kernel.intake.registry import KnownMapping, Target, TargetField, register_target
from shizheng.kernel.intake.rules.typing import Kind

CODE = "petitions.history"
FIELDS = (
    TargetField("origin", N_("來源系統"), ("origin",), required=True,
                help=N_("資料從哪個系統來，例如 1999；同一個系統的案號只收一次")),
    TargetField("source_number", N_("原系統案號"), ("案號", "service_request_id", "SRNumber", "CASE_ID", "id"),
                help=N_("沒有案號時，以整列的內容辨認，一樣的列只收一次")),
    TargetField("received_at", N_("收件時間"), ("受理時間", "requested_datetime", "CreatedDate", "case_dt_iso"), Kind.MOMENT, required=True),
    TargetField("closed_at", N_("結案時間"), ("ClosedDate", "closed_datetime"), Kind.MOMENT, lenient=True),
    TargetField("time_zone", N_("時間的時區"), ("timezone",), help=N_("例如 Asia/Taipei；沒有寫的時間都當作這個時區")),
    TargetField("state", N_("狀態"), ("status", "CASE_STATUS"), Kind.CHOICE,
                choices=lambda: [(code, str(WORKFLOW.by_code[code].label)) for code in (*OPEN_STATES, *ENDED_STATES)]),
    TargetField("petition_class", N_("類別"), ("class",), Kind.CHOICE, lenient=True,
                choices=lambda: [(code.value, label) for code, label in CLASS_LABELS.items()]),
    TargetField("category", N_("分類"), ("category", "service_name", "RequestType"), Kind.CHOICE, lenient=True,
                choices=lambda: list(Category.objects.values_list("code", "name"))),
    TargetField("matter", N_("原系統分類"), ("subproject",), help=N_("原來怎麼分類的，照原文留著")),
    TargetField("subject", N_("案由"), ("title", "主旨"), help=N_("清單上看得到，不能有個人資料；不對應就用分類")),
    TargetField("words", N_("陳情內容"), ("description", "內容"), help=N_("只有辦理的人看得到，保存期滿就清除")),
    TargetField("answer", N_("答復內容"), ("答復", "reply")),
    TargetField("unit", N_("主辦機關"), ("機關", "agency", "Owner"), Kind.UNIT, lenient=True),
    TargetField("source", N_("來源"), (), Kind.CHOICE, lenient=True,
                choices=lambda: [(code.value, label) for code, label in SOURCE_LABELS.items()]),
    TargetField("channel", N_("管道"), ("RequestSource",), Kind.CHOICE, lenient=True,
                choices=lambda: [(each.code, str(each.name)) for each in channels()]),
    TargetField("place", N_("地點"), ("地址", "address_string", "Address", "CASE_LOC")),
    TargetField("district", N_("行政區"), ("area", "TOWN_N", "district")),
    TargetField("longitude", N_("經度"), ("lng", "lon", "Longitude"), Kind.NUMBER, lenient=True),
    TargetField("latitude", N_("緯度"), ("lat", "Latitude"), Kind.NUMBER, lenient=True),
    TargetField("name", N_("陳情人姓名"), ("姓名",), help=N_("彌封保存")),
    TargetField("phone", N_("電話"), (), help=N_("彌封保存")),
    TargetField("email", N_("電子郵件"), (), help=N_("彌封保存")),
    TargetField("address", N_("陳情人地址"), (), help=N_("彌封保存")),
)  # fmt: skip


@cache
def known_mappings() -> tuple[KnownMapping, ...]:
    """Mappings that ship, by name: `data/mappings/<name>.toml`."""
    folder = files("shizheng.domains.petitions").joinpath("data", "mappings")
    found = []
    for each in sorted(folder.iterdir(), key=lambda one: one.name):
        if each.name.endswith(".toml"):
            found.append(mapping_of(each.name.removesuffix(".toml"), each.read_text(encoding="utf-8")))
    return tuple(found)


def mapping_of(name: str, text: str) -> KnownMapping:
    """A mapping as a TOML file says it: `title`, `[columns]` field = heading, `[constants]`, `[values.<field>]`.

    Raises ValueError (tomllib.TOMLDecodeError among them) where it is none.
    """
    given = tomllib.loads(text)
    parts = {part: given.get(part, {}) for part in ("columns", "constants", "values")}
    codes = {each.code for each in FIELDS}
    for part, said in parts.items():
        if not isinstance(said, dict):
            raise ValueError(f"[{part}]")
        for code, value in said.items():
            if code not in codes or not isinstance(value, dict if part == "values" else str):
                raise ValueError(f"[{part}] {code}")
    if not parts["columns"]:
        raise ValueError("[columns]")
    return KnownMapping(name, str(given.get("title", name)), **parts)


def register() -> None:
    """Called once when the app is ready."""
    register_target(
        Target(
            CODE,
            N_("歷史陳情"),
            FIELDS,
            check_history,
            apply_history,
            PERMISSION,
            N_("其他系統辦過的陳情：保留原來的時間與案號，不發通知；同一個案號只收一次。超過兩萬列，請用 shizheng petitions import。"),
            lambda: reverse("petitions:list"),
            known_mappings(),
        )
    )  # fmt: skip
