"""Who handles a case: assigned (分案、改分), handed back (退分) within a limit, and ruled upon in the end (權責裁定)."""

from datetime import datetime

from django.utils.translation import gettext as _

from shizheng.common import clock
from shizheng.common.errors import BadInput, CannotDo
from shizheng.common.permissions import Actor, require
from shizheng.common.reasons import need_reason
from shizheng.common.roc import in_words
from shizheng.kernel.calendar import queries as calendar
from shizheng.kernel.cases.actions.shared import locked_case, need, need_open, touch, write_step
from shizheng.kernel.cases.actions.telling import tell
from shizheng.kernel.cases.models import Case, CaseAssignment, How, Part
from shizheng.kernel.cases.queries.handling import hand_back_ends, hand_back_times
from shizheng.kernel.cases.registry import CaseKind
from shizheng.kernel.history.actions import recorded
from shizheng.kernel.organisations import queries as organisations
from shizheng.kernel.people.holders import user_ids_within


def assign(
    actor: Actor,
    case_id: int,
    *,
    version: int | None,
    unit_id: int,
    officer_id: int | None = None,
    part: Part = Part.MAIN,
    how: How = How.MANUAL,
    reason: str = "",
) -> Case:
    """Give a case to a unit, and to an officer of it: as the main one in place of the one before (改分 takes a reason), or as one more.

    Raises NotPermitted (both units must be the actor's to assign), Conflict, CannotDo, BadInput.
    """
    with recorded(by=actor, action="cases.assign", reason=reason.strip()):
        case = locked_case(case_id, version)
        kind = need(actor, case, "assign")
        require(actor, kind.permission("assign"), unit_id)
        need_open(case)
        moves = part == Part.MAIN and unit_id != case.unit_id
        if moves and case.ruled_at is None and case.returned >= hand_back_times(kind, case):
            raise CannotDo(
                _("「%(case)s」已經退分 %(n)s 次，不能再改分，沒有執行。請由研考會裁定權責。")
                % {"case": case.number, "n": case.returned},
                code="must_be_ruled",
            )
        again = moves and how == How.MANUAL and case.returned == 0
        text = need_reason(reason) if again and not _fresh(case) else reason.strip()
        _assigned(actor, case, kind, unit_id, officer_id, part, how, text)
    return case


def _fresh(case: Case) -> bool:
    """Whether nobody has assigned the case yet: it lies where it came in."""
    return not CaseAssignment.objects.filter(case=case, part=Part.MAIN).exclude(how=How.OPENED).exists()


def release(actor: Actor, case_id: int, *, version: int | None, unit_id: int, reason: str) -> Case:
    """A unit handles a case no longer beside the main one. Raises NotPermitted, Conflict, BadInput."""
    text = need_reason(reason)
    with recorded(by=actor, action="cases.release", reason=text):
        case = locked_case(case_id, version)
        need(actor, case, "assign")
        done = CaseAssignment.objects.filter(case=case, part=Part.CO, unit_id=unit_id, until=None).update(
            until=clock.now()
        )
        if not done:
            raise BadInput(_("這個機關現在不是會辦機關，沒有執行。"), fields={"unit_id": [_("不是會辦機關")]})
        write_step(actor, case, "release", reason=text, fields={"unit": unit_id})
        touch(case)
    return case


def hand_back(
    actor: Actor,
    case_id: int,
    *,
    version: int | None,
    reason: str,
    suggested_unit_id: int | None = None,
) -> Case:
    """Hand a case back to who dispatches (退分), within the time and as often as the rules in force allow; say why, and whose it is.

    Raises NotPermitted, Conflict, CannotDo (too late, too often, ruled upon, lies there already), BadInput.
    """
    text = need_reason(reason)
    with recorded(by=actor, action="cases.hand_back", reason=text):
        case = locked_case(case_id, version)
        kind = need(actor, case, "handle")
        need_open(case)
        to = kind.dispatch_unit()
        _may_hand_back(case, kind, to)
        if suggested_unit_id == case.unit_id:
            raise BadInput(
                _("建議改由的機關不能是退分的機關，沒有執行。"),
                fields={"suggested_unit_id": [_("請選別的機關")]},
            )
        case.returned += 1
        _assigned(actor, case, kind, to, None, Part.MAIN, How.RETURNED, text, suggested_unit_id)
    return case


def _may_hand_back(case: Case, kind: CaseKind, to: int) -> None:
    if case.ruled_at is not None:
        raise CannotDo(
            _("「%(case)s」已經權責裁定，不能再退分，沒有執行。對裁定有意見，請洽裁定機關。")
            % {"case": case.number},
            code="ruled",
        )
    if case.unit_id == to:
        raise CannotDo(
            _("「%(case)s」就在分案單位，沒有可退的對象。請直接分案。") % {"case": case.number},
            code="at_dispatch",
        )
    times = hand_back_times(kind, case)
    if case.returned >= times:
        raise CannotDo(
            _("「%(case)s」已經退分 %(n)s 次，不能再退，沒有執行。請由研考會裁定權責。")
            % {"case": case.number, "n": case.returned},
            code="must_be_ruled",
        )
    ends = hand_back_ends(kind, case, calendar.current_calendar())
    if ends is not None and clock.now() > ends.at:
        raise CannotDo(
            _("「%(case)s」的退分時限是 %(day)s，已經過了，沒有執行。請自行辦理，或洽分案單位改分。")
            % {"case": case.number, "day": in_words(ends.on)},
            code="too_late",
        )


def rule_on_responsibility(
    actor: Actor,
    case_id: int,
    *,
    version: int | None,
    unit_id: int,
    reason: str,
    officer_id: int | None = None,
) -> Case:
    """Decide whose case it is (權責裁定); it cannot be handed back any more. Raises NotPermitted, Conflict, CannotDo, BadInput."""
    text = need_reason(reason)
    with recorded(by=actor, action="cases.rule_on_responsibility", reason=text):
        case = locked_case(case_id, version)
        kind = need(actor, case, "rule")
        require(actor, kind.permission("rule"), unit_id)
        need_open(case)
        case.ruled_at = clock.now()
        _assigned(actor, case, kind, unit_id, officer_id, Part.MAIN, How.RULED, text)
    return case


def _assigned(
    actor: Actor,
    case: Case,
    kind: CaseKind,
    unit_id: int,
    officer_id: int | None,
    part: Part,
    how: How,
    reason: str,
    suggested_id: int | None = None,
) -> None:
    now = clock.now()
    _check(case, kind, unit_id, officer_id, part)
    _ended(case, unit_id, part, now)
    CaseAssignment.objects.create(
        case=case, part=part, unit_id=unit_id, officer_id=officer_id, since=now, how=how, reason=reason,
        suggested_id=suggested_id, by_id=actor.pk,
    )  # fmt: skip
    if part == Part.MAIN:
        unit = organisations.unit(unit_id)
        assert unit is not None  # it stands in the tree
        case.unit, case.officer_id = unit, officer_id
    write_step(
        actor,
        case,
        str(how),
        reason=reason,
        fields={"unit": unit_id, "officer": officer_id, "part": str(part)},
        at=now,
    )
    touch(case, "unit", "officer", "returned", "ruled_at")
    tell(actor, case, kind, how, unit_id, officer_id, reason)


def _check(case: Case, kind: CaseKind, unit_id: int, officer_id: int | None, part: Part) -> None:
    if not organisations.tree().by_id.get(unit_id):
        raise BadInput(_("找不到這個機關，或已經裁併，沒有執行。"), fields={"unit_id": [_("請選現有的機關")]})
    if officer_id is not None and officer_id not in user_ids_within(kind.permission("handle"), unit_id):
        raise BadInput(
            _("這個人在該機關沒有辦理這種案件的權限，沒有執行。請選別人，或先給他角色。"),
            fields={"officer_id": [_("不能辦理這種案件")]},
        )
    if part == Part.CO and unit_id == case.unit_id:
        raise BadInput(_("主辦機關不用再會辦，沒有執行。"), fields={"unit_id": [_("已經是主辦機關")]})


def _ended(case: Case, unit_id: int, part: Part, now: datetime) -> None:
    """End what the new assignment takes the place of."""
    there = CaseAssignment.objects.filter(case=case, until=None)
    if part == Part.MAIN:
        there.filter(part=Part.MAIN).update(until=now)
    there.filter(part=Part.CO, unit_id=unit_id).update(until=now)
