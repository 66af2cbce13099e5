"""What an officer does to the calendar. Each makes a new version; none changes an old one."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, time
from typing import Any

from django.db import connection
from django.db.models import Q

from shizheng.common.errors import BadInput, Conflict
from shizheng.common.permissions import SYSTEM, Actor, require
from shizheng.common.roc import format_roc, in_words, year_number
from shizheng.common.words import listed, tell, written
from shizheng.kernel.calendar import queries
from shizheng.kernel.calendar.models import CalendarDay, CalendarVersion, CalendarYear, Closure, OfficeHours
from shizheng.kernel.calendar.rules import CalendarDayFact, DayKind, ShippedVersion, WorkHours
from shizheng.kernel.calendar.shipped import district_name, districts, shipped_versions
from shizheng.kernel.history.actions import recorded

REVISE = "calendar.revise"
LOCK = 0x5368_63_01  # one writer at a time makes versions; readers never wait


def _lock() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def _new_version(note: str, source: str, **more: Any) -> CalendarVersion:
    made = CalendarVersion.objects.create(
        number=queries.current_version() + 1, note=note[:500], source=source[:500], **more
    )
    queries.forget_check()
    return made


def _required(**texts: tuple[str, str]) -> None:
    """Refuse empty texts; each is given as (value, label)."""
    fields = {
        name: [tell("請填%(label)s。", label=label)]
        for name, (value, label) in texts.items()
        if not value.strip()
    }
    if fields:
        raise BadInput(tell("有欄位沒有填，沒有寫入任何資料。請補上再送一次。"), fields=fields)


@contextmanager
def _revising(actor: Actor, action: str, reason: str) -> Iterator[None]:
    """Permission, transaction, history and the lock, in this order."""
    require(actor, REVISE)
    with recorded(by=actor, action=action, reason=reason):
        _lock()
        yield


def revise_day(
    actor: Actor, *, day: date, kind: str, name: str, reason: str, source: str, version: int
) -> CalendarVersion:
    """Say what `day` is from now on. `version` is the version of the calendar that the officer was looking at.

    Raises BadInput, or Conflict when the day was revised since that version. `DayKind.ORDINARY` gives the day
    back to the rule of the week. Returns the new version.
    """
    _required(reason=(reason, tell("修訂理由")), source=(source, tell("依據")))
    chosen = _kind(kind)
    _sensible(day, chosen, name)
    with _revising(actor, REVISE + "_day", reason):
        _known_year(day)
        current = queries.day_row(day)
        _not_changed_since(day, version)
        was = (
            (DayKind(current.kind), current.name, current.source)
            if current
            else (DayKind.ORDINARY, "", source)
        )
        if was == (chosen, name.strip(), source.strip()):
            raise BadInput(tell("%(day)s本來就是這樣，沒有需要修訂的。", day=in_words(day)))
        new = _new_version(f"{format_roc(day)}：{_words(chosen, name)}。{reason}", source)
        if current:
            current.until = new.number
            current.save(update_fields=["until"])
        if chosen is not DayKind.ORDINARY:
            CalendarDay.objects.create(
                date=day,
                kind=chosen.value,
                name=name.strip(),
                reason=reason,
                source=source.strip(),
                since=new.number,
            )
        return new


def _words(kind: DayKind, name: str) -> str:
    return f"{kind.value}（{name.strip()}）" if name.strip() else kind.value


def _kind(kind: str) -> DayKind:
    try:
        return DayKind(kind)
    except ValueError:
        words = listed(tell(one.value) for one in DayKind)
        raise BadInput(
            tell("沒有「%(kind)s」這一種日子。", kind=kind[:20]),
            fields={"kind": [tell("請選：%(words)s", words=words)]},
        ) from None


def _sensible(day: date, kind: DayKind, name: str) -> None:
    fields: dict[str, list[str]] = {}
    if kind is not DayKind.ORDINARY and not name.strip():
        fields["name"] = [tell("請填這一天的名稱，例如 國慶日。")]
    if kind is DayKind.MAKE_UP and day.weekday() < 5:
        fields["kind"] = [tell("這一天是週一至週五，本來就上班，不會是補行上班。")]
    if kind in (DayKind.SUBSTITUTE, DayKind.ADJUSTED) and day.weekday() >= 5:
        fields["kind"] = [tell("這一天是週末，本來就放假，不會是補假或調整放假。")]
    if fields:
        raise BadInput(tell("內容不合理，沒有寫入任何資料。"), fields=fields)


def _known_year(day: date) -> None:
    if not CalendarYear.objects.filter(year=day.year, until=None).exists():
        raise BadInput(
            tell(
                "工作日曆沒有 %(year)s 年，所以不能修訂那一年的日子。請先新增那一年。",
                year=year_number(day.year - 1911),
            ),
            fields={"day": [tell("這一年沒有資料")]},
        )


def _not_changed_since(day: date, version: int) -> None:
    later = CalendarDay.objects.filter(date=day)
    changed = [n for row in later for n in (row.since, row.until) if n is not None and n > version]
    if changed:
        raise Conflict(
            tell(
                "%(day)s在您開啟表單之後（第 %(version)s 版）又修訂過了（第 %(changed)s 版），您的修訂沒有寫入。"
                "請看過現在的內容，仍要修訂就再送一次。",
                day=in_words(day),
                version=version,
                changed=max(changed),
            )
        )


def add_year(
    actor: Actor, *, year: int, days: Iterable[tuple[date, str, str]], reason: str, source: str
) -> CalendarVersion:
    """Add a year with its official table: (date, kind, name) of each named day. Raises BadInput."""
    _required(reason=(reason, tell("理由")), source=(source, tell("依據")))
    facts = [CalendarDayFact(day, _kind(kind), name, source) for day, kind, name in days]
    if not 1912 <= year <= 2910:
        raise BadInput(tell("年度要在民國 1 年至 999 年之間。"), fields={"year": [tell("年度超出範圍")]})
    wrong = [fact.day.isoformat() for fact in facts if fact.day.year != year]
    if wrong:
        raise BadInput(
            tell(
                "這些日子不在 %(year)s 年，沒有寫入任何資料：%(wrong)s。",
                year=year_number(year - 1911),
                wrong=listed(wrong[:5]),
            )
        )
    if len({fact.day for fact in facts}) != len(facts):
        raise BadInput(tell("同一天出現兩次，沒有寫入任何資料。"))
    for fact in facts:
        _sensible(fact.day, fact.kind, fact.name)
    with _revising(actor, REVISE + "_year", reason):
        if CalendarYear.objects.filter(year=year, until=None).exists():
            raise BadInput(
                tell(
                    "工作日曆已經有 %(year)s 年；要改哪一天，請到那一天修訂。", year=year_number(year - 1911)
                ),
                fields={"year": [tell("已有這一年")]},
            )
        new = _new_version(
            written("新增民國 %(year)s 年。%(reason)s", year=year - 1911, reason=reason), source
        )
        CalendarYear.objects.create(year=year, source=source, since=new.number)
        _create_days(facts, new.number, reason)
        return new


def _create_days(facts: Iterable[CalendarDayFact], number: int, reason: str = "") -> None:
    CalendarDay.objects.bulk_create(
        CalendarDay(date=f.day, kind=f.kind.value, name=f.name, source=f.source, reason=reason, since=number)
        for f in facts
        if f.kind is not DayKind.ORDINARY
    )


def record_closure(
    actor: Actor, *, day: date, district_codes: Iterable[str], start: time | None, end: time | None,
    cause: str, reason: str, source: str,
) -> CalendarVersion:  # fmt: skip
    """Record that offices were closed: one row for each district; "" is the whole city. Raises BadInput."""
    _required(cause=(cause, tell("事由")), source=(source, tell("依據")))
    codes = sorted(set(district_codes)) or [""]
    known = districts() if any(codes) else {}
    unknown = [code for code in codes if code and code not in known]
    if unknown:
        raise BadInput(
            tell("沒有這些行政區代碼：%(unknown)s。", unknown=listed(unknown[:5])),
            fields={"district_codes": [tell("沒有這個行政區")]},
        )
    if "" in codes and len(codes) > 1:
        raise BadInput(
            tell("已選全市，就不必再選行政區。"), fields={"district_codes": [tell("全市與行政區只能選一種")]}
        )
    if start and end and end <= start:
        raise BadInput(tell("停班的結束時間要在開始之後。"), fields={"end": [tell("要晚於開始時間")]})
    with _revising(actor, "calendar.record_closure", reason or cause):
        _known_year(day)
        same = Closure.objects.filter(
            date=day, until=None, start_time=start, end_time=end, district_code__in=codes
        )
        there = [district_name(row.district_code, known) for row in same]
        if there:
            raise BadInput(
                tell(
                    "%(day)s已登錄同一時段的停班：%(there)s。沒有寫入任何資料。",
                    day=in_words(day),
                    there=listed(there[:5]),
                )
            )
        where = listed(district_name(code, known) for code in codes)
        new = _new_version(
            written(
                "%(day)s停班：%(where)s（%(cause)s）。%(reason)s",
                day=format_roc(day),
                where=where,
                cause=cause,
                reason=reason,
            ),
            source,
        )
        for code in codes:
            Closure.objects.create(
                date=day, district_code=code, start_time=start, end_time=end, cause=cause.strip(),
                source=source.strip(), since=new.number,
            )  # fmt: skip
        return new


def withdraw_closure(actor: Actor, pk: int, *, reason: str, version: int) -> CalendarVersion:
    """Take a closure back from the version now made on; `version` is the closure's own. Raises Conflict."""
    _required(reason=(reason, tell("撤回理由")))
    require(actor, REVISE)
    with recorded(by=actor, action="calendar.withdraw_closure", reason=reason):
        _lock()
        found = Closure.objects.select_for_update().filter(pk=pk).first() or queries.closure(pk)
        if found.version != version or found.until is not None:
            raise Conflict(tell("這筆停班在您開啟之後已經撤回或修改，您的動作沒有執行。請重新整理再看。"))
        where = district_name(found.district_code)
        new = _new_version(
            written(
                "撤回 %(date)s停班：%(where)s（%(cause)s）。%(reason)s",
                date=format_roc(found.date),
                where=where,
                cause=found.cause,
                reason=reason,
            ),
            found.source,
        )
        found.until, found.version = new.number, found.version + 1
        found.save(update_fields=["until", "version"])
        return new


def set_office_hours(
    actor: Actor, *, since_date: date, sessions: list[tuple[time, time]], partly_closed_counts: bool,
    reason: str, source: str,
) -> CalendarVersion:  # fmt: skip
    """Say the office hours from a day on, and how a day closed for some hours counts. Raises BadInput."""
    _required(reason=(reason, tell("理由")), source=(source, tell("依據")))
    ends = [moment for pair in sessions for moment in pair]
    if not sessions or ends != sorted(set(ends)):
        raise BadInput(
            tell("辦公時段要有先後，不能重疊。"), fields={"sessions": [tell("請依時間先後填寫，不重疊")]}
        )
    with _revising(actor, "calendar.set_office_hours", reason):
        new = _new_version(
            written(
                "自 %(since_date)s起的辦公時間與計算約定。%(reason)s",
                since_date=format_roc(since_date),
                reason=reason,
            ),
            source,
        )
        OfficeHours.objects.filter(since_date=since_date, until=None).update(until=new.number)
        _create_hours(since_date, sessions, partly_closed_counts, source, new.number)
        return new


def _create_hours(
    since_date: date, sessions: Iterable[tuple[time, time]], counts: bool, source: str, number: int
) -> None:
    OfficeHours.objects.create(
        since_date=since_date, partly_closed_counts=counts, source=source, since=number,
        sessions=[[a.strftime("%H:%M"), b.strftime("%H:%M")] for a, b in sessions],
    )  # fmt: skip


def load_shipped_calendar() -> int:
    """Load the versions that ship and are not there yet; run again, it does nothing. Returns how many were new.

    A day that an officer has revised is left as the officer had it.
    """
    there = set(CalendarVersion.objects.exclude(shipped_number=None).values_list("shipped_number", flat=True))
    fresh = [version for version in shipped_versions() if version.number not in there]
    if fresh:
        with recorded(by=SYSTEM, action="calendar.load_shipped", reason=written("隨附的行事曆")):
            _lock()
            for version in fresh:
                _load(version)
    return len(fresh)


def _load(shipped: ShippedVersion) -> None:
    new = _new_version(
        shipped.note, shipped.source, published_date=shipped.published, shipped_number=shipped.number
    )
    known = set(CalendarYear.objects.filter(until=None).values_list("year", flat=True))
    CalendarYear.objects.bulk_create(
        CalendarYear(year=year, source=shipped.source, since=new.number)
        for year in sorted(shipped.years - known)
    )
    local = CalendarVersion.objects.filter(shipped_number=None).values("number")
    by_officers = set(
        CalendarDay.objects.filter(Q(since__in=local) | Q(until__in=local)).values_list("date", flat=True)
    )
    facts = [fact for fact in shipped.days if fact.day not in by_officers]
    CalendarDay.objects.filter(date__in=[fact.day for fact in facts], until=None).update(until=new.number)
    _create_days(facts, new.number)
    for hours in shipped.hours:
        _load_hours(hours, new.number)


def _load_hours(hours: WorkHours, number: int) -> None:
    if not OfficeHours.objects.filter(since_date=hours.since, until=None).exists():
        sessions = [(one.start, one.end) for one in hours.sessions]
        _create_hours(hours.since, sessions, hours.partly_closed_counts, hours.source, number)
