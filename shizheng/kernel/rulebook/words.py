"""A rule's value in words, in the reader's language."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from shizheng.common.numbers import format_decimal, without_scale
from shizheng.common.roc import in_words
from shizheng.common.words import N_, english, listed, read, tell
from shizheng.kernel.rulebook import rules
from shizheng.kernel.rulebook.queries import RuleValue

PERIOD_WORDS: dict[str, Any] = {
    "day": gettext_lazy("每日"),
    "week": gettext_lazy("每週"),
    "month": gettext_lazy("每月"),
    "quarter": gettext_lazy("每季"),
    "half_year": gettext_lazy("每半年"),
    "year": gettext_lazy("每年"),
    "session": gettext_lazy("每會期"),
}
UNIT_WORDS: dict[str, Any] = {
    "days": pgettext_lazy("期間", "天"),
    "weeks": pgettext_lazy("期間", "週"),
    "months": pgettext_lazy("期間", "個月"),
    "years": pgettext_lazy("期間", "年"),
}
DEADLINE_WORDS: dict[str, Any] = {
    "days": pgettext_lazy("期間", "日曆天"),
    "working_days": pgettext_lazy("期間", "工作天"),
    "months": pgettext_lazy("期間", "個月"),
}
ONE: dict[str, str] = {
    "days": N_("1 天"), "working_days": N_("1 工作天"), "weeks": N_("1 週"), "months": N_("1 個月"), "years": N_("1 年"),
}  # fmt: skip
PERSON_WORDS: dict[str, Any] = {
    "officer": gettext_lazy("承辦人"),
    "supervisor": gettext_lazy("單位主管"),
    "control_officer": gettext_lazy("機關研考"),
    "head": gettext_lazy("機關首長"),
    "rdec": gettext_lazy("研考會"),
}
CHANNEL_WORDS: dict[str, Any] = {"in_app": gettext_lazy("站內"), "email": gettext_lazy("電子郵件")}


def words_of(found: RuleValue | None) -> str:
    """The whole value in words: 「90%」, 「每月 7 日前（4 至 12 月）」; empty for None."""
    if found is None:
        return ""
    return say(found.value, unit=found.unit, shape=found.shape)


def say(value: rules.Value, unit: str = "", shape: Mapping[str, Any] | None = None) -> str:
    """A typed value in words."""
    match value:
        case Decimal():
            return _with_unit(format_decimal(without_scale(value)), unit)
        case int():
            return _with_unit(f"{value:,}", unit)
        case str():
            options = (shape or {}).get("options", {})
            return read(str(options.get(value, value))) if options else _with_unit(value, unit)
        case date():
            return in_words(value)
        case rules.Range():
            low, high = (format_decimal(without_scale(each)) for each in (value.low, value.high))
            return _with_unit(f"{low}–{high}", unit)
        case rules.Composition():
            return _composition(value, unit)
        case tuple():
            return _("；").join(_row(each, unit) for each in value)
        case rules.FilingRounds():
            return _rounds(value)
        case _:
            return _days(value)


def _with_unit(text: str, unit: str) -> str:
    unit = read(unit)
    return f"{text}{unit}" if unit in ("%", "℃") else f"{text} {unit}".strip()


def month_day(value: rules.YearlyDeadline) -> str:
    """4月30日"""
    return _("%(month)s月%(day)s日") % {"month": value.month, "day": value.day}


def _days(value: rules.Value) -> str:
    match value:
        case rules.Deadline():
            return _("%(span)s內") % {"span": _span(value.n, value.unit.value, DEADLINE_WORDS)}
        case rules.MonthlyDeadline():
            text = _("每月 %(day)s 日前") % {"day": value.day}
            return text if len(value.months) == 12 else text + _months(value.months)
        case rules.QuarterlyDeadline():
            return _("每季第 %(month)s 個月 %(day)s 日前") % {"month": value.month, "day": value.day}
        case rules.YearlyDeadline():
            return _("每年 %(day)s前") % {"day": month_day(value)}
        case rules.Frequency():
            return _frequency(value)
    raise TypeError(type(value).__name__)


def _span(n: int, unit: str, words: Mapping[str, Any]) -> str:
    """So long a time: 「3 個月」."""
    if english() and n == 1:
        return tell(N_("1 日曆天") if unit == "days" and words is DEADLINE_WORDS else ONE[unit])
    return f"{n} {words[unit]}"


def _months(months: tuple[int, ...]) -> str:
    return _("（%(months)s 月）") % {"months": listed(str(each) for each in months)}


def _frequency(value: rules.Frequency) -> str:
    if value.times is not None:
        text = _("%(per)s %(n)s 次") % {"per": PERIOD_WORDS[value.per], "n": value.times}
    elif value.every is not None:
        text = _("每 %(span)s 1 次") % {"span": _span(value.every, value.unit, UNIT_WORDS)}
    else:
        text = _("定期（沒有寫次數）")
    if value.months:
        text += _months(value.months)
    if value.days:
        text += _("（%(days)s 日）") % {"days": listed(str(each) for each in value.days)}
    return text


def _composition(value: rules.Composition, unit: str) -> str:
    if value.parts:
        return listed(value.parts)
    if value.most is None:
        return _("至少 %(n)s") % {"n": _with_unit(str(value.least), unit)}
    if value.least == value.most:
        return _with_unit(str(value.least), unit)
    return _with_unit(f"{value.least}–{value.most}", unit)


def _row(row: rules.StageTarget | rules.LadderStep | rules.Band, unit: str) -> str:
    match row:
        case rules.StageTarget():
            return f"{month_day(row.at)} {_with_unit(format_decimal(without_scale(row.value)), unit)}"
        case rules.Band():
            return _("%(low)s以上%(label)s") % {
                "low": _with_unit(format_decimal(without_scale(row.least)), unit), "label": row.label,
            }  # fmt: skip
    if row.after < 0:
        when = _("到期前 %(n)s 工作天") % {"n": -row.after}
    elif row.after == 0:
        when = _("到期當日")
    else:
        when = _("逾期 %(n)s 工作天") % {"n": row.after}
    channels = listed(str(CHANNEL_WORDS[each]) for each in row.channels)
    return f"{when} {PERSON_WORDS[row.to]}（{channels}）"


def _rounds(value: rules.FilingRounds) -> str:
    parts = []
    for each in value.windows:
        days = [month_day(day) for day in (each.opens, each.due, each.closes)]
        text = _("%(period)s：%(opens)s開始、%(due)s到期、%(closes)s關閉") % {
            "period": each.period, "opens": days[0], "due": days[1], "closes": days[2],
        }  # fmt: skip
        parts.append(text + (_("（次年）") if each.next_year else ""))
    levels = "→".join(str(PERSON_WORDS[each]) for each in value.levels)
    parts.append(_("核章：%(levels)s") % {"levels": levels})
    parts.append(_("稽催依 %(code)s") % {"code": value.ladder})
    return _("；").join(parts)
