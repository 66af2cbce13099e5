"""Why a failed tender stands on the agenda of the supervision group, in words (F01). Pure."""

from collections.abc import Sequence
from datetime import date

from shizheng.common.numbers import format_decimal, round_half_up
from shizheng.common.roc import in_words
from shizheng.common.words import listed, tell
from shizheng.domains.procurement.rules.failed import CAUSE_LABELS, Cause, Course, Settled


def rate_reason(settled: Settled) -> str:
    """決標率 with its numbers put in; without a denominator what there is."""
    if settled.percent is None:
        return tell("列管 %(listed)s 件，都不續辦，沒有決標率。", listed=settled.listed)
    return tell(
        "決標 %(awarded)s ÷（列管 %(listed)s − 不續辦 %(dropped)s）＝%(rate)s%%；還沒有決標 %(open)s 件。",
        awarded=settled.awarded, listed=settled.listed, dropped=settled.dropped, open=settled.open,
        rate=format_decimal(round_half_up(settled.percent, 2)),
    )  # fmt: skip


def open_reason(course: Course, said: str = "") -> str:
    """How often and when it failed, causes that came back, and what the agency said last."""
    parts = [
        tell("流標 %(failed)s 次、廢標 %(void)s 次", failed=course.failed, void=course.void)
        if course.failures
        else tell("還沒有流廢標紀錄")
    ]
    if course.last_failed_on is not None:
        parts.append(tell("最近一次在%(day)s", day=in_words(course.last_failed_on)))
    if course.repeated:
        parts.append(tell("同一原因再次流廢標：%(causes)s", causes=_causes(course.repeated)))
    if said:
        parts.append(tell("機關說明：%(text)s", text=said[:200]))
    return "；".join(parts)


def overdue_reason(planned: date, course: Course) -> str:
    """The day of the next opening is over, and nobody told what came of it."""
    return tell(
        "預定%(day)s再招標，日期已過，還沒有填報結果；%(course)s",
        day=in_words(planned), course=open_reason(course),
    )  # fmt: skip


def unexplained_reason(days: Sequence[date]) -> str:
    """Failures without a cause."""
    return tell("%(days)s的流廢標沒有填原因", days=listed([in_words(each) for each in days]))


def _causes(codes: Sequence[str]) -> str:
    return listed([tell(CAUSE_LABELS[Cause(each)]) for each in codes])
