"""From the stored value of a rule to a typed one; whatever does not fit its kind is refused with what to write."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from shizheng.common.errors import BadInput
from shizheng.common.words import N_, listed, tell
from shizheng.kernel.rulebook.rules import values as v
from shizheng.kernel.rulebook.rules.kinds import CHANNELS, PERIODS, PERSONS, SIGNERS, UNITS_OF_TIME, Kind

MOST_ROWS = 40
MOST_LETTERS = 500
LARGEST = Decimal(10) ** 15


def wrong(message: str) -> BadInput:
    """The refusal of a value; `message` in the reader's language."""
    return BadInput(tell("規則的值不能採用：%(what)s沒有儲存。", what=message), fields={"value": [message]})


def read_value(kind: Kind | str, raw: Any, shape: Mapping[str, Any] | None = None) -> v.Value:
    """The typed value of what is stored or typed. Raises BadInput.

    threshold, kpi_target: decimal string · count, rank: whole number · range: {min, max} ·
    deadline: {n, unit: days|working_days|months} · date: YYYY-MM-DD · monthly_deadline: {day, months} ·
    quarterly_deadline: {day, month: 1-3} · yearly_deadline: MM-DD · frequency: {times, per} | {every, unit} |
    {regular: true}, with months, days · stage_target: [{at: MM-DD, value}] · composition: {min, max} | [text] ·
    choice: one of shape.options · ladder: [{after, to, channel}] · table: [{min, label}] ·
    filing_round: {windows: [{period, opens, due, closes, next_year}], levels, ladder} · text.
    """
    return _READERS[Kind(kind)](raw, shape or {})


def read_proposed(kind: Kind | str, raw: Any, shape: Mapping[str, Any] | None = None) -> v.Value:
    """As `read_value`, for a value that is to count from now on. Raises BadInput, also for levels that no round takes."""
    found = read_value(kind, raw, shape)
    if isinstance(found, v.FilingRounds) and set(found.levels) - set(SIGNERS):
        raise wrong(tell("承辦人填報、送出，自己不核章；核章請選單位主管、機關研考、機關首長或研考會。"))
    return found


def read_shape(kind: Kind | str, raw: Any) -> dict[str, Any]:
    """What a rule fixes for all of its values: the options of a choice, nothing for the other kinds. Raises BadInput."""
    given = raw or {}
    if Kind(kind) is not Kind.CHOICE:
        return {}
    options = given.get("options") if isinstance(given, Mapping) else None
    if not isinstance(options, Mapping) or len(options) < 2:
        raise BadInput(
            tell("選項至少要有兩個。"), fields={"options": [tell("請一行一個：代碼、空白、說明；至少兩行。")]}
        )
    if len(options) > MOST_ROWS or not all(
        _is_code(code) and isinstance(text, str) and text.strip() for code, text in options.items()
    ):
        raise BadInput(
            tell("有選項看不懂。"),
            fields={"options": [tell("代碼用小寫英文、數字、底線；每個代碼後面要有說明；最多 40 個。")]},
        )
    return {"options": {str(code): str(text).strip()[:200] for code, text in options.items()}}


def _is_code(text: Any) -> bool:
    return isinstance(text, str) and text.isascii() and text.replace("_", "a").isalnum() and text.islower()


def _decimal(raw: Any, what: str = N_("數值")) -> Decimal:
    if isinstance(raw, bool) or not isinstance(raw, str | int):
        raise wrong(tell("%(what)s要是數字，例如 90 或 12.5。", what=tell(what)))
    try:
        number = Decimal(str(raw).strip().replace(",", ""))
    except InvalidOperation:
        raise wrong(tell("%(what)s要是數字，例如 90 或 12.5。", what=tell(what))) from None
    if not number.is_finite() or abs(number) > LARGEST:
        raise wrong(tell("%(what)s太大或不是數字。", what=tell(what)))
    return number


def _whole(raw: Any, low: int, high: int, what: str) -> int:
    if isinstance(raw, bool) or not isinstance(raw, int) or not low <= raw <= high:
        raise wrong(
            tell(
                "%(what)s要是 %(low)s 到 %(high)s 的整數。", what=tell(what), low=f"{low:,}", high=f"{high:,}"
            )
        )
    return int(raw)


def _numbers(raw: Any, most: int, what: str) -> tuple[int, ...]:
    if not isinstance(raw, list | tuple) or len(raw) > most:
        raise wrong(tell("%(what)s看不懂。", what=tell(what)))
    return tuple(sorted({_whole(each, 1, most, what) for each in raw}))


def _mapping(raw: Any, allowed: Sequence[str]) -> Mapping[str, Any]:
    if not isinstance(raw, Mapping) or set(raw) - set(allowed):
        raise wrong(tell("要有的欄位是 %(fields)s。", fields=listed(allowed)))
    return raw


def _rows(raw: Any) -> Sequence[Any]:
    if not isinstance(raw, list | tuple) or not raw:
        raise wrong(tell("至少要有一列。"))
    if len(raw) > MOST_ROWS:
        raise wrong(tell("最多 %(most)s 列。", most=MOST_ROWS))
    return raw


def _text(raw: Any, what: str = N_("文字"), most: int = MOST_LETTERS) -> str:
    if not isinstance(raw, str) or not raw.strip() or len(raw) > most or "\x00" in raw:
        raise wrong(tell("請寫%(what)s，最多 %(most)s 字。", what=tell(what), most=most))
    return raw.strip()


def _one_of(raw: Any, allowed: Sequence[str], what: str) -> str:
    if not isinstance(raw, str) or raw not in allowed:
        raise wrong(tell("%(what)s要是其中一個：%(allowed)s。", what=tell(what), allowed=listed(allowed)))
    return raw


def _month_day(raw: Any) -> v.YearlyDeadline:
    parts = raw.split("-") if isinstance(raw, str) else []
    if len(parts) != 2 or not all(p.isascii() and p.isdigit() and len(p) <= 2 for p in parts):
        raise wrong(tell("月日請寫成 04-30。"))
    month, day = int(parts[0]), int(parts[1])
    try:
        date(2000, month, day)  # a leap year: 02-29 may be meant, and is 02-28 in other years
    except ValueError:
        raise wrong(tell("沒有 %(month)s 月 %(day)s 日這一天。", month=month, day=day)) from None
    return v.YearlyDeadline(month, day)


def _deadline(raw: Any, _shape: Mapping[str, Any]) -> v.Deadline:
    given = _mapping(raw, ("n", "unit"))
    unit = _one_of(given.get("unit"), [unit.value for unit in v.DeadlineUnit], N_("單位"))
    return v.Deadline(_whole(given.get("n"), 0, 3_660, N_("期間")), v.DeadlineUnit(unit))


def _date(raw: Any, _shape: Mapping[str, Any]) -> date:
    try:
        return date.fromisoformat(raw) if isinstance(raw, str) else _no_date()
    except ValueError:
        return _no_date()


def _no_date() -> date:
    raise wrong(tell("日期請寫成 2018-06-30。"))


def _monthly(raw: Any, _shape: Mapping[str, Any]) -> v.MonthlyDeadline:
    given = _mapping(raw, ("day", "months"))
    months = _numbers(given.get("months", v.EVERY_MONTH), 12, N_("月份"))
    if not months:
        raise wrong(tell("至少要有一個月份。"))
    return v.MonthlyDeadline(_whole(given.get("day"), 1, 31, N_("每月的哪一日")), months)


def _quarterly(raw: Any, _shape: Mapping[str, Any]) -> v.QuarterlyDeadline:
    given = _mapping(raw, ("day", "month"))
    month = _whole(given.get("month", 1), 1, 3, N_("季的第幾個月"))
    return v.QuarterlyDeadline(_whole(given.get("day"), 1, 31, N_("每月的哪一日")), month)


def _frequency(raw: Any, _shape: Mapping[str, Any]) -> v.Frequency:
    given = _mapping(raw, ("times", "per", "every", "unit", "regular", "months", "days"))
    months = _numbers(given.get("months", ()), 12, N_("月份"))
    days = _numbers(given.get("days", ()), 31, N_("每月的哪一日"))
    ways = [name for name in ("times", "every", "regular") if given.get(name)]
    if len(ways) != 1:
        raise wrong(tell("請三選一：每一段時間幾次、每隔多久一次、或定期（沒有寫次數）。"))
    if ways == ["times"]:
        times = _whole(given.get("times"), 1, 10_000, N_("次數"))
        return v.Frequency(
            times, _one_of(given.get("per"), PERIODS, N_("每一段時間")), None, "", months, days
        )
    if ways == ["every"]:
        every = _whole(given.get("every"), 1, 1_000, N_("間隔"))
        return v.Frequency(
            None, "", every, _one_of(given.get("unit"), UNITS_OF_TIME, N_("間隔的單位")), months, days
        )
    return v.Frequency(months=months, days=days)


def _stages(raw: Any, _shape: Mapping[str, Any]) -> tuple[v.StageTarget, ...]:
    found = []
    for row in _rows(raw):
        given = _mapping(row, ("at", "value"))
        found.append(v.StageTarget(_month_day(given.get("at")), _decimal(given.get("value"), N_("目標值"))))
    days = [(each.at.month, each.at.day) for each in found]
    if days != sorted(set(days)):
        raise wrong(tell("各階段要依日期先後，同一天只能有一個目標。"))
    return tuple(found)


def _range(raw: Any, _shape: Mapping[str, Any]) -> v.Range:
    given = _mapping(raw, ("min", "max"))
    low, high = _decimal(given.get("min"), N_("下限")), _decimal(given.get("max"), N_("上限"))
    if low > high:
        raise wrong(tell("下限不能大於上限。"))
    return v.Range(low, high)


def _composition(raw: Any, _shape: Mapping[str, Any]) -> v.Composition:
    if isinstance(raw, list | tuple):
        return v.Composition(parts=tuple(_text(each, N_("成員"), 100) for each in _rows(raw)))
    given = _mapping(raw, ("min", "max"))
    least = _whole(given.get("min"), 0, 100_000, N_("最少"))
    most = None if given.get("max") is None else _whole(given["max"], 0, 100_000, N_("最多"))
    if most is not None and least > most:
        raise wrong(tell("最少不能大於最多。"))
    return v.Composition(least, most)


def _choice(raw: Any, shape: Mapping[str, Any]) -> str:
    return _one_of(raw, list(shape.get("options", {})), N_("選項"))


def _ladder(raw: Any, _shape: Mapping[str, Any]) -> tuple[v.LadderStep, ...]:
    found = []
    for row in _rows(raw):
        given = _mapping(row, ("after", "to", "channel"))
        channels = given.get("channel")
        if not isinstance(channels, list | tuple) or not channels:
            raise wrong(tell("每一階至少選一種通知方式。"))
        found.append(
            v.LadderStep(
                _whole(given.get("after"), -250, 250, N_("到期後的工作天數（到期前用負數）")),
                _one_of(given.get("to"), PERSONS, N_("通知對象")),
                tuple(dict.fromkeys(_one_of(each, CHANNELS, N_("通知方式")) for each in channels)),
            )
        )
    if [each.after for each in found] != sorted(each.after for each in found):
        raise wrong(tell("各階要依時間先後。"))
    return tuple(found)


def _table(raw: Any, _shape: Mapping[str, Any]) -> tuple[v.Band, ...]:
    found = []
    for row in _rows(raw):
        given = _mapping(row, ("min", "label"))
        found.append(
            v.Band(_decimal(given.get("min"), N_("分數下限")), _text(given.get("label"), N_("等第"), 40))
        )
    lows = [each.least for each in found]
    if lows != sorted(set(lows), reverse=True):
        raise wrong(tell("各級要由高分到低分，下限不能相同。"))
    return tuple(found)


def _rounds(raw: Any, _shape: Mapping[str, Any]) -> v.FilingRounds:
    given = _mapping(raw, ("windows", "levels", "ladder"))
    windows = []
    for row in _rows(given.get("windows")):
        each = _mapping(row, ("period", "opens", "due", "closes", "next_year"))
        opens, due, closes = (_month_day(each.get(name)) for name in ("opens", "due", "closes"))
        window = v.FilingWindow(
            _text(each.get("period"), N_("期別"), 4), opens, due, closes, bool(each.get("next_year", False))
        )
        days = window.in_year(2000)
        if list(days) != sorted(days):
            raise wrong(tell("%(period)s 的開始、到期、關閉要依先後。", period=window.period))
        windows.append(window)
    if len({each.period for each in windows}) != len(windows):
        raise wrong(tell("同一期別只能有一列。"))
    levels = tuple(_one_of(each, PERSONS, N_("核章層級")) for each in _rows(given.get("levels")))
    if len(set(levels)) != len(levels):
        raise wrong(tell("同一層級只能核章一次。"))
    return v.FilingRounds(tuple(windows), levels, _text(given.get("ladder"), N_("稽催規則的代碼"), 60))


_READERS: dict[Kind, Callable[[Any, Mapping[str, Any]], v.Value]] = {
    Kind.THRESHOLD: lambda raw, _shape: _decimal(raw),
    Kind.KPI_TARGET: lambda raw, _shape: _decimal(raw),
    Kind.COUNT: lambda raw, _shape: _whole(raw, 0, 10**9, N_("數量")),
    Kind.RANK: lambda raw, _shape: _whole(raw, 1, 10_000, N_("名次")),
    Kind.RANGE: _range,
    Kind.DEADLINE: _deadline,
    Kind.DATE: _date,
    Kind.MONTHLY_DEADLINE: _monthly,
    Kind.QUARTERLY_DEADLINE: _quarterly,
    Kind.YEARLY_DEADLINE: lambda raw, _shape: _month_day(raw),
    Kind.FREQUENCY: _frequency,
    Kind.STAGE_TARGET: _stages,
    Kind.COMPOSITION: _composition,
    Kind.CHOICE: _choice,
    Kind.LADDER: _ladder,
    Kind.TABLE: _table,
    Kind.FILING_ROUND: _rounds,
    Kind.TEXT: lambda raw, _shape: _text(raw),
}
