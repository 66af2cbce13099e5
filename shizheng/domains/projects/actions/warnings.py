"""Early warnings of a month, worked out after its lock and kept as given."""

from decimal import Decimal
from typing import Any

from shizheng.common.numbers import plain
from shizheng.common.permissions import Actor
from shizheng.domains.projects.models import CurveKind, EarlyWarning
from shizheng.domains.projects.queries import situations
from shizheng.domains.projects.queries.judging import MARGIN, TENDER, WORKS, Judge, judges
from shizheng.domains.projects.rules.warning import Chance, Experience, Situation, is_near
from shizheng.kernel.history.actions import recorded
from shizheng.kernel.jobs.actions import defer
from shizheng.kernel.measures.rules.periods import Period, parse_period

BATCH = 1000
FOUR = Decimal("0.0001")


def warn_later(period: str) -> None:
    """Queue the warnings of a month that is being locked, in the running transaction."""
    defer("projects.warn", lock="projects.warn", period=period)


def warn(actor: Actor, period: Period) -> int:
    """Warn of a month: a chance for every tender that may fall, none where the past is too short. What was said stays.

    Returns how many warnings were new; asked again, only tenders that had none are told of.
    """
    found = situations.courses(period)
    judged = judges(parse_period(code) for code in situations.periods_in(found))
    if period.code not in judged:
        return 0
    here, severe = judged[period.code], situations.severe_already(found, judged)
    told = set(EarlyWarning.objects.filter(period=period.code).values_list("project_id", "curve"))
    made = []
    for curve in CurveKind:
        limit = situations.threshold(here, curve)
        if not limit.is_finite():
            continue
        experience = Experience(limit)
        for _code, months in sorted(situations.past(found, curve, judged, severe).items()):
            experience.learn(months)
        for each in situations.asked(found, curve, period, severe):
            if (each.project_id, curve.value) not in told:
                near = here.margin is not None and is_near(each.situation, limit, here.margin)
                made.append(_warning(period, curve, each, experience, here, near=near))
    with recorded(by=actor, action="projects.warn"):
        EarlyWarning.objects.bulk_create(made, batch_size=BATCH)
    return len(made)


def _warning(
    period: Period,
    curve: CurveKind,
    each: situations.Asked,
    experience: Experience,
    here: Judge,
    *,
    near: bool,
) -> EarlyWarning:
    situation = each.situation
    projected, chance = situation.projected, experience.chance(situation)
    made = EarlyWarning(
        project_id=each.project_id,
        period=period.code,
        curve=curve,
        lag=situation.lag.quantize(FOUR),
        projected=None if projected is None else projected.quantize(FOUR),
        near=near,
        trace=_trace(situation, experience.threshold, here),
    )
    if chance is not None:
        made.share, made.less, made.alike = chance.share.quantize(FOUR), chance.less, chance.alike
        made.needed, made.narrow = chance.needed, chance.group.alike_in
        made.trace |= _steps(chance)
    return made


def _trace(situation: Situation, threshold: Decimal, here: Judge) -> dict[str, Any]:
    """What was asked and by which rules; shares and percentage points as texts."""
    return {
        "type": situation.type,
        "stage": situation.stage,
        "threshold": plain(threshold),
        "margin": None if here.margin is None else plain(here.margin),
        "dues": [plain(each.quantize(FOUR)) for each in situation.dues],
        "needed": [None if each is None else f"{each:.4f}" for each in situation.needed(threshold)],
        "pace": _text(situation.pace),
        "latest": _text(situation.latest),
        "rules": {each.code: each.version_id for each in here.of(MARGIN, TENDER, WORKS)},
    }


def _steps(chance: Chance) -> dict[str, Any]:
    return {
        "levels": [
            {"alike_in": each.group.alike_in, "less": each.less, "alike": each.alike, "share": _text(each.share)}
            for each in chance.levels
        ],
        "examples": [
            {
                "project": each.past.of[0], "period": each.past.of[1], "little": each.little,
                "done": [None if share == float("inf") else f"{share:.4f}" for share in each.past.shares],
            }
            for each in chance.examples if each.past.of is not None
        ],
    }  # fmt: skip


def _text(share: Decimal | None) -> str | None:
    return None if share is None else str(share.quantize(FOUR))
