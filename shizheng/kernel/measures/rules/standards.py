"""Read a printed 衡量標準 into a definition, or say plainly that an officer has to (A03, X-04, X-05, X-12, X-14, X-15, X-35).

Each reader below looks for one kind of wording and returns None when the text is not of its kind. Nothing is guessed
in silence: whatever rests on an assumption comes back as `ambiguous` with the assumption as a note.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from shizheng.common.words import for_the_record, written
from shizheng.kernel.measures.rules.arithmetic_standards import arithmetic
from shizheng.kernel.measures.rules.milestone_standards import composite, milestone
from shizheng.kernel.measures.rules.proposals import (
    Proposal,
    ProposedInput,
    ambiguous,
    clear,
    reading,
    unsure,
)

COUNT_UNITS = frozenset(
    [
        "件",
        "次",
        "人",
        "人次",
        "項",
        "場",
        "場次",
        "家",
        "處",
        "座",
        "份",
        "篇",
        "案",
        "戶",
        "天",
        "日",
        "小時",
        "個",
        "公里",
        "公噸",
        "公頃",
        "元",
        "萬元",
        "億元",
        "分",
        "分鐘",
        "輛",
        "班",
        "站",
    ]
)
PERCENT = frozenset({"%", "百分比", "％"})

_SIGNS = str.maketrans("×÷−–—", "*/---")
_GROWTH = re.compile(r"成長(?:比例|比率|率)")
_BASE = re.compile(
    r"以(?P<when>[^以,，]*?)(?P<what>[^\d以,，]*?)(?P<value>\d+(?:\.\d+)?)(?P<unit>[^\d\s為]{0,3})為(?:計算)?(?:基準|基期)"
)
_PRODUCT = re.compile(r"計算方式為(?P<first>[^,，。;；]+?)(?:乘以|乘上|×|\*)(?P<second>[^,，。;；]+)")
_CONTROLLED = re.compile(r"列管之?(?P<what>[^,，]*?案件)[,，]?(?:已?)(?P<done>完成[^,，。]*)")
_MEAN = re.compile(r"平均(?P<what>[^,，。]*?(?:分數|成績|得分|評分|時間|日數|天數))$")
_COUNTED = re.compile(
    r"(?:件數|次數|人數|人次|場次|場數|家數|項數|戶數|處數|個數|案數|數量|總數|統計數|時數|分數|天數|日數|金額|經費|面積|長度)$"
)
_LEVEL = re.compile(r"(?:滿意度|覆蓋率|普及率)$")
_RATE = re.compile(r"(?:率|比例|比率|百分比)$")


def formula_from_standard(formula_text: str, unit: str | None, *, name: str = "") -> Proposal:
    """Turn the printed text of a 衡量標準 into a `Proposal`.

    `unit` is the unit of the target ("%", "件", …) or None when none is printed; it is never derived from the KPI's
    name (X-05). `name` is only used to label a single input when the text itself is a bare word.
    """
    text = squeeze(formula_text)
    known_unit = unit.strip() if unit else ""
    if not text:
        return unsure(written("沒有印出衡量標準，請承辦人填寫公式。"))
    if len(text) > 2000:
        return unsure(written("衡量標準超過 2000 字，請承辦人填寫公式。"))
    with for_the_record():
        for read in _READERS:
            found = read(text, known_unit, name)
            if found is not None:
                return found
    return unsure(written("看不出「%(text)s」要怎麼計算，請承辦人填寫公式。", text=formula_text.strip()[:60]))


def squeeze(text: str) -> str:
    """One form for comparison: NFKC, typographic signs unified, no white space."""
    flat = unicodedata.normalize("NFKC", text)
    return re.sub(r"\s+", "", flat).translate(_SIGNS)


def is_percent(unit: str) -> bool:
    """Whether the unit is a percentage."""
    return unit in PERCENT


def growth(text: str, unit: str, name: str) -> Proposal | None:
    """Growth on a base: cumulative on the fixed base or yearly on last year is seldom said; both are shown (X-12)."""
    if not _GROWTH.search(text) or re.search(r"[/*]", text):
        return None
    subject = re.sub(r"[(（].*$", "", _GROWTH.split(text)[0]).removeprefix("每年") or name or written("數量")
    now = ProposedInput("n", written("本期%(subject)s", subject=subject))
    last = ProposedInput("p", written("上一期%(subject)s", subject=subject))
    yearly = reading(
        "yearly", written("逐年成長（與上一期比）"), "100*(n-p)/p", written("基期為上一期的數"), "X-12"
    )
    base = _BASE.search(text)
    if base is None:
        return ambiguous((now, last), (yearly,), written("沒有印出基期，先以上一期為基期。"))
    fixed = reading(
        "cumulative",
        written("累計成長（固定基期 %(value)s%(unit)s）", value=base["value"], unit=base["unit"]),
        f"100*(n-{base['value']})/{base['value']}",
        written("基期固定為印出的數"),
        "X-12",
    )
    note = written("未說明是對固定基期的累計成長，還是對上一年的成長；換算成人數時如何進位也未說明。")
    return ambiguous((now, last), (fixed, yearly), note)


def product(text: str, unit: str, name: str) -> Proposal | None:
    """計算方式為甲乘以乙: products summed row by row; the product of the totals is the other reading (X-15)."""
    found = _PRODUCT.search(text)
    if found is None:
        return None
    inputs = (
        ProposedInput("a", _trim(found["first"]), is_list=True),
        ProposedInput("b", _trim(found["second"]), is_list=True),
    )
    readings = (
        reading(
            "by_row",
            written("逐項相乘後合計"),
            "sum(a_i*b_i)",
            written("每一項目各有自己的使用機關數"),
            "X-15",
        ),
        reading("totals", written("合計相乘"), "sum(a)*sum(b)", written("兩個合計數相乘"), "X-15"),
    )
    return ambiguous(inputs, readings, written("印出的是兩數相乘，不是項目數；逐項或合計相乘未說明。"))


def controlled_cases(text: str, unit: str, name: str) -> Proposal | None:
    """列管之…案件，完成…: a share of the cases under control, less those that left control (54 ÷ (70 − 0))."""
    found = _CONTROLLED.search(text)
    if found is None or not is_percent(unit):
        return None
    inputs = (
        ProposedInput("a", written("%(done)s件數", done=_trim(found["done"]))),
        ProposedInput("t", written("列管%(what)s總件數", what=found["what"])),
        ProposedInput("c", written("撤銷或不計件數")),
    )
    readings = (
        reading(
            "less_cancelled",
            written("分母扣除撤銷或不計的案件"),
            "100*a/(t-c)",
            written("列管總件數減去不計的案件"),
        ),
        reading("all_cases", written("分母為全部列管案件"), "100*a/t", written("不扣除")),
    )
    return ambiguous(inputs, readings, written("衡量標準沒有印出算式；分母是否扣除撤銷的案件未說明。"))


def mean_of(text: str, unit: str, name: str) -> Proposal | None:
    """平均…分數: the mean of a list of scores."""
    found = _MEAN.search(text)
    if found is None or re.search(r"[/*+]", text):
        return None
    label = text.replace("平均", "") + written("（逐筆）")
    note = written("每一筆分數各填一列，平均由系統計算。")
    return clear((ProposedInput("scores", label, is_list=True, unit=unit),), "mean(scores)", note)


def direct(text: str, unit: str, name: str) -> Proposal | None:
    """One count or level filed as it is."""
    if re.search(r"[/*+=]", text) or len(text) > 40:
        return None
    one = (ProposedInput("a", text, unit=unit),)
    if is_percent(unit):
        if _LEVEL.search(text):
            return clear(one, "a")
        if not _RATE.search(text):
            return None
        return ambiguous(
            (
                ProposedInput("a", written("%(text)s：達成數", text=text)),
                ProposedInput("b", written("%(text)s：應達成數", text=text)),
            ),
            (
                reading(
                    "ratio", written("達成數除以應達成數"), "100*a/b", written("分子、分母未印出，由名稱推得")
                ),
                reading("as_filed", written("直接填報百分比"), "a", written("無法追到分子、分母")),
            ),
            written("只印出比率的名稱，沒有印出分子和分母。"),
        )
    if _COUNTED.search(text) or (
        unit in COUNT_UNITS and not _RATE.search(text) and text.endswith(("數", "次", "量"))
    ):
        if unit:
            return clear(one, "a")
        return ambiguous(one, (reading("as_filed", written("直接填報"), "a"),), written("目標沒有印出單位。"))
    return None


def _trim(label: str) -> str:
    return label.strip("()（）「」:：,，;；。")


_READERS: tuple[Callable[[str, str, str], Proposal | None], ...] = (
    composite,
    milestone,
    growth,
    product,
    arithmetic,
    controlled_cases,
    mean_of,
    direct,
)
