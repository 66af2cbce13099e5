"""A list's own fields: few, typed, and read the same from a form, the API and a spreadsheet."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from shizheng.common.roc import DateNotUnderstood, parse_date
from shizheng.common.words import N_, english, tell

KINDS = {"text": N_("文字"), "number": N_("數字"), "date": N_("日期"), "choice": N_("選項")}
CODE = re.compile(r"[a-z][a-z0-9_]{0,29}")
MOST, MOST_CHOICES, LONGEST = 8, 20, 500


@dataclass(frozen=True, slots=True)
class OwnField:
    """One field of a list. `choices`: what a choice may be."""

    code: str
    name: str
    kind: str
    name_en: str = ""
    required: bool = False
    choices: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """What the reader calls it."""
        return self.name_en if english() and self.name_en else self.name

    def as_json(self) -> dict[str, Any]:
        """As it is kept."""
        return {
            "code": self.code, "name": self.name, "kind": self.kind, "name_en": self.name_en,
            "required": self.required, "choices": list(self.choices),
        }  # fmt: skip


def own_fields(kept: Iterable[Mapping[str, Any]]) -> tuple[OwnField, ...]:
    """The fields of a list as they were kept."""
    return tuple(
        OwnField(
            str(each["code"]), str(each["name"]), str(each["kind"]), str(each.get("name_en", "")),
            bool(each.get("required")), tuple(each.get("choices", ())),
        )
        for each in kept
    )  # fmt: skip


def wrong_fields(fields: Sequence[OwnField]) -> list[str]:
    """What is wrong with the fields that somebody gives a list."""
    found: list[str] = []
    if len(fields) > MOST:
        found.append(tell("自訂欄位最多 %(n)s 個。", n=MOST))
    codes = [each.code for each in fields]
    for each in fields:
        if not CODE.fullmatch(each.code):
            found.append(
                tell("欄位代碼「%(code)s」要以小寫英文開頭，只用小寫英文、數字與底線。", code=each.code)
            )
        elif codes.count(each.code) > 1:
            found.append(tell("欄位代碼「%(code)s」用了兩次。", code=each.code))
        if not each.name.strip() or len(each.name) > 60:
            found.append(tell("欄位要有名稱，最多 60 字。"))
        if each.kind not in KINDS:
            found.append(tell("欄位「%(name)s」的類型不在可選的範圍。", name=each.name))
        if (each.kind == "choice") != bool(each.choices) or len(each.choices) > MOST_CHOICES:
            found.append(
                tell("欄位「%(name)s」是選項才要列選項，最多 %(n)s 個。", name=each.name, n=MOST_CHOICES)
            )
    return list(dict.fromkeys(found))


def read_own(
    fields: Sequence[OwnField], given: Mapping[str, Any], *, whole: bool = True
) -> tuple[dict[str, str], dict[str, list[str]]]:
    """Values as they are kept (texts: days as ISO, numbers plain), and what is wrong, by field `extra_<code>`.

    `whole`: required fields must be there.
    """
    kept: dict[str, str] = {}
    wrong: dict[str, list[str]] = {}
    known = {each.code: each for each in fields}
    for code in given:
        if code not in known:
            wrong[f"extra_{code}"] = [tell("這份清單沒有這個欄位。")]
    for each in fields:
        value = given.get(each.code)
        text = (
            value.isoformat() if isinstance(value, date) else str(value if value is not None else "").strip()
        )
        if not text:
            if each.required and whole:
                wrong[f"extra_{each.code}"] = [tell("「%(name)s」要填。", name=each.label)]
            continue
        try:
            kept[each.code] = _kept(each, text)
        except ValueError as failure:
            wrong[f"extra_{each.code}"] = [str(failure)]
    return kept, wrong


def _kept(field: OwnField, text: str) -> str:
    if len(text) > LONGEST or "\x00" in text:
        raise ValueError(tell("最多 %(n)s 字，不能有控制字元。", n=LONGEST))
    if field.kind == "date":
        try:
            return parse_date(text).isoformat()
        except DateNotUnderstood as failure:
            raise ValueError(str(failure)) from failure
    if field.kind == "number":
        try:
            number = Decimal(text.replace(",", ""))
        except InvalidOperation:
            number = Decimal("NaN")
        if not number.is_finite():
            raise ValueError(tell("要填數字。"))
        return f"{number:f}"
    if field.kind == "choice" and text not in field.choices:
        raise ValueError(tell("只能是：%(choices)s。", choices="、".join(field.choices)))
    return text


def shown_own(field: OwnField, kept: Mapping[str, str]) -> Any:
    """A kept value as it is shown: a day, a number, a text; None where there is none."""
    text = kept.get(field.code, "")
    if not text:
        return None
    if field.kind == "date":
        return date.fromisoformat(text)
    return Decimal(text) if field.kind == "number" else text
