"""Why the deadline is that day, sentence by sentence, in the reader's language."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from shizheng.common.clock import TAIPEI
from shizheng.common.roc import in_words
from shizheng.common.words import listed, tell
from shizheng.kernel.calendar.rules.calendar import WorkCalendar, days_after
from shizheng.kernel.calendar.rules.days import weekday_name
from shizheng.kernel.calendar.rules.deadlines import Unit
from shizheng.kernel.cases.rules.clock import Due, Standing, Way, base_days, stand
from shizheng.kernel.cases.rules.facts import ONE_DAY, Facts, Pause, Revised, day_of

MOST_SENTENCES = 80


@dataclass(frozen=True, slots=True)
class Told:
    """One sentence of the explanation. `kind`: received, period, off, partly, paused, make_up, reached, moved, extended, revised, standing."""

    kind: str
    text: str
    day: date | None = None


def explain(
    facts: Facts,
    calendar: WorkCalendar,
    now: datetime,
    *,
    announced: WorkCalendar | None = None,
    revised: Revised = Revised.LATER,
) -> tuple[Told, ...]:
    """The way from receipt to deadline, as `stand` goes it. Raises CalendarYearMissing."""
    standing = stand(facts, calendar, now, announced=announced, revised=revised)
    by = announced if announced is not None and announced.version == standing.due.version else calendar
    way = Way(facts, by, now)
    told = [_received(facts), _period(facts), *_jumped(way, standing.due), *_stages(way, standing.due)]
    if standing.revised:
        told.append(_revision(standing, revised))
    told.append(Told("standing", _now(standing)))
    return tuple(told)


def day_words(day: date) -> str:
    """115.10.05（星期一）."""
    return tell("%(day)s（%(weekday)s）", day=in_words(day, "short"), weekday=weekday_name(day))


def moment_words(moment: datetime) -> str:
    """115.10.05（星期一）14:30."""
    there = moment.astimezone(TAIPEI)
    return f"{day_words(there.date())} {there:%H:%M}"


def amount_words(minutes_or_days: int, unit: Unit) -> str:
    """So much time as people say it: 3 個工作天, 5 天, 2 小時 15 分."""
    if unit in (Unit.HOURS, Unit.OFFICE_HOURS):
        hours, minutes = divmod(minutes_or_days, 60)
        if unit is Unit.OFFICE_HOURS:
            return tell("%(hours)s 小時 %(minutes)s 分（上班時間）", hours=hours, minutes=minutes)
        return tell("%(hours)s 小時 %(minutes)s 分", hours=hours, minutes=minutes)
    if unit is Unit.WORKING_DAYS:
        return tell("%(n)s 個工作天", n=minutes_or_days)
    return tell("%(n)s 個日曆天", n=minutes_or_days)


def left_words(standing: Standing, *, ended: bool = False) -> str:
    """What is left of the time, or by how much it is over; of a case that has ended, how much was left."""
    if standing.late:
        return tell("逾期 %(amount)s", amount=amount_words(standing.over, standing.unit))
    if ended and not standing.left:
        return tell("如期辦結")
    if ended:
        return tell("提前 %(amount)s辦結", amount=amount_words(standing.left, standing.unit))
    if standing.paused_now:
        return tell("停止計算中，還有 %(amount)s", amount=amount_words(standing.left, standing.unit))
    return tell("還有 %(amount)s", amount=amount_words(standing.left, standing.unit))


def _received(facts: Facts) -> Told:
    if facts.period.in_hours:
        return Told(
            "received",
            tell("%(moment)s 收到，從這一刻起算。", moment=moment_words(facts.received_at)),
            facts.received_on,
        )
    return Told(
        "received",
        tell("%(day)s收到，當天不計（行政程序法第 48 條第 2 項）。", day=day_words(facts.received_on)),
        facts.received_on,
    )


def _period(facts: Facts) -> Told:
    period = facts.period
    if period.unit is Unit.MONTHS:
        said = tell("期限 %(n)s 個月，即收到後 %(days)s 個日曆天。", n=period.amount, days=base_days(facts))
    elif period.in_hours:
        said = tell("期限 %(amount)s。", amount=amount_words(period.amount * 60, period.unit))
    else:
        said = tell("期限 %(amount)s。", amount=amount_words(period.amount, period.unit))
    return Told("period", said)


def _jumped(way: Way, due: Due) -> list[Told]:
    """Time on the way that does not count, days that belong together in one sentence; and days that count against expectation."""
    said = list(_stopped(way, due)) if way.facts.period.in_hours else []
    for kind, days in _runs(way, due):
        span = day_words(days[0])
        if len(days) > 1:
            span = tell("%(first)s至%(last)s", first=span, last=day_words(days[-1]))
        if kind == "paused":
            said.append(
                Told(kind, tell("%(span)s停止計算：%(why)s。", span=span, why=_why(way, days)), days[0])
            )
            continue
        why = listed(dict.fromkeys(way.calendar.reason(day, way.district) for day in days))
        if kind == "make_up":
            said.append(Told(kind, tell("%(span)s要算：%(why)s。", span=span, why=why), days[0]))
        elif kind == "partly":
            said.append(Told(kind, tell("%(span)s部分時段不算：%(why)s。", span=span, why=why), days[0]))
        else:
            said.append(Told(kind, tell("%(span)s不算：%(why)s。", span=span, why=why), days[0]))
    return sorted(said, key=lambda each: each.day or date.min)[:MOST_SENTENCES]


def _stopped(way: Way, due: Due) -> Iterator[Told]:
    """Where hours are counted: from when until when the clock stood still."""
    for since, until in way.stops.moments:
        if since < due.at:
            span = tell("%(first)s至%(last)s", first=moment_words(since), last=moment_words(until))
            held = (p for p in way.facts.pauses if p.since < until and (p.until is None or p.until > since))
            yield Told(
                "paused", tell("%(span)s停止計算：%(why)s。", span=span, why=_reasons(held)), since.date()
            )


def _runs(way: Way, due: Due) -> Iterator[tuple[str, list[date]]]:
    run: list[date] = []
    kind = ""
    first = way.facts.received_on - (ONE_DAY if way.facts.period.in_hours else 0 * ONE_DAY)
    for day in days_after(first, due.on):
        here = _kind(way, day)
        if run and here == kind and kind != "make_up":
            run.append(day)
            continue
        if run and kind:
            yield kind, run
        run, kind = [day], here
    if run and kind:
        yield kind, run


def _kind(way: Way, day: date) -> str:
    """What is to be said of a day: `paused`, `off`, `make_up`, `partly`, or nothing."""
    if way.stops.on(day) and not way.facts.period.in_hours:
        return "paused"
    if way.unit not in (Unit.WORKING_DAYS, Unit.OFFICE_HOURS):
        return ""
    state = way.calendar.state(day, way.district)
    if state.state == "partly_closed":
        return "partly" if way.unit is Unit.OFFICE_HOURS else "make_up"
    return "off" if not state.working else "make_up" if state.state == "make_up" else ""


def _why(way: Way, days: list[date]) -> str:
    """Why the clock stood still on these days."""
    return _reasons(
        each
        for each in way.facts.pauses
        if day_of(each.since) <= days[-1] and (each.until is None or day_of(each.until) > days[0])
    )


def _reasons(pauses: Iterable[Pause]) -> str:
    return listed(dict.fromkeys(each.reason for each in pauses if each.reason)) or tell("沒有寫原因")


def _stages(way: Way, due: Due) -> Iterable[Told]:
    facts = way.facts
    first = due.stages[0]
    if facts.period.in_hours:
        assert isinstance(first, datetime)
        yield Told("reached", tell("所以到 %(moment)s 為止。", moment=moment_words(first)), first.date())
    else:
        end = way.after(facts.received_on, base_days(facts))
        yield Told("reached", tell("所以最後一天是 %(day)s。", day=day_words(end)), end)
        if first != end:
            yield _moved(way, end, _day(first))
    for granted, stage in zip(facts.granted, due.stages[1:], strict=True):
        when = moment_words(stage) if isinstance(stage, datetime) else day_words(stage)
        on = in_words(day_of(granted.approved_at), "short")
        if granted.until is not None:
            said = tell(
                "%(on)s 核准展延到 %(until)s，期限是 %(when)s。",
                on=on,
                until=day_words(granted.until),
                when=when,
            )
        else:
            minutes = granted.amount * 60 if facts.period.in_hours else granted.amount
            unit = Unit.CALENDAR_DAYS if way.unit is Unit.MONTHS else way.unit
            amount = amount_words(minutes, unit)
            said = tell("%(on)s 核准展延 %(amount)s，期限到 %(when)s。", on=on, amount=amount, when=when)
        yield Told("extended", said, _day(stage))


def _moved(way: Way, end: date, to: date) -> Told:
    why = tell("那一天停止計算") if way.stops.on(end) else way.calendar.reason(end, way.district)
    return Told(
        "moved",
        tell(
            "這一天不上班（%(why)s），依行政程序法第 48 條第 4 項，以次一上班日 %(day)s為末日。",
            why=why,
            day=day_words(to),
        ),
        to,
    )


def _revision(standing: Standing, revised: Revised) -> Told:
    assert standing.announced is not None and standing.current is not None
    rule = {
        Revised.LATER: tell("取較晚的一天"),
        Revised.CURRENT: tell("依現行的版次"),
        Revised.ANNOUNCED: tell("依告知時的版次"),
    }[revised]
    return Told(
        "revised",
        tell(
            "工作日曆改過：告知時的第 %(old)s 版算到 %(then)s，現行的第 %(new)s 版算到 %(now)s；%(rule)s，期限是 %(day)s。",
            old=standing.announced.version,
            then=day_words(standing.announced.on),
            new=standing.current.version,
            now=day_words(standing.current.on),
            rule=rule,
            day=day_words(standing.due.on),
        ),
        standing.due.on,
    )


def _now(standing: Standing) -> str:
    used = amount_words(standing.used, standing.unit)
    return tell("到現在用了 %(used)s，%(left)s。", used=used, left=left_words(standing))


def _day(stage: date | datetime) -> date:
    return stage.date() if isinstance(stage, datetime) else stage
