"""Programmes and their promises: made, changed, moved, no longer followed, published. Progress comes by filing alone."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from shizheng.common import clock
from shizheng.common.checks import refuse, refuse_unknown
from shizheng.common.errors import BadInput, CannotDo, Conflict, NotFound
from shizheng.common.permissions import Actor, require
from shizheng.common.reasons import need_reason
from shizheng.domains.planning.models.promises import JointAgency, Programme, Promise, PromiseKind
from shizheng.domains.planning.rules.promises import (
    CodeNotUnderstood,
    level_of,
    order_of,
    parent_of,
    read_code,
    recoded,
)
from shizheng.kernel.history.actions import recorded
from shizheng.kernel.measures.queries.figures import names_of
from shizheng.kernel.organisations import queries as organisations

MANAGE, PUBLISH = "planning.manage_promises", "planning.publish_promises"
MAX_TITLE, MAX_TEXT, MAX_JOINT = 300, 20_000, 30
FIELDS = (
    "title", "description", "happiness", "main_agency_id", "joint", "starts_on", "ends_on", "target_quantity", "unit",
    "measure_id", "measure_unit_id",
)  # fmt: skip
OF_ACTIONS = ("starts_on", "ends_on", "target_quantity", "unit", "measure_id", "measure_unit_id", "joint")


def create_programme(
    actor: Actor, *, title: str, term_from: date, term_to: date, note: str = ""
) -> Programme:
    """A programme for a term of office (`term_to` is its last day)."""
    require(actor, MANAGE)
    with recorded(by=actor, action="planning.create_programme"):
        made = Programme(title=title.strip(), term_from=term_from, term_to=term_to, note=note.strip())
        _check_programme(made)
        made.save()
    return made


def edit_programme(
    actor: Actor, programme_id: int, *, version: int | None, changes: Mapping[str, Any], reason: str
) -> Programme:
    """Change title, term or note of a programme, with a reason."""
    require(actor, MANAGE)
    with recorded(by=actor, action="planning.edit_programme", reason=need_reason(reason)):
        found = locked_programme(programme_id, version)
        for name in ("title", "term_from", "term_to", "note"):
            if name in changes:
                value = changes[name]
                setattr(found, name, value.strip() if isinstance(value, str) else value)
        _check_programme(found)
        _touch(found, "title", "term_from", "term_to", "note")
    return found


def publish_programme(actor: Actor, programme_id: int, *, version: int | None, reason: str = "") -> Programme:
    """Show a programme, with what is filed and locked, to everybody."""
    require(actor, PUBLISH)
    with recorded(by=actor, action="planning.publish_programme", reason=reason.strip()):
        found = locked_programme(programme_id, version)
        if found.published_at is not None:
            raise Conflict(_("這個政見方案已經公布，沒有再公布一次。"))
        if not found.promises.filter(kind=PromiseKind.ACTION).exists():
            raise CannotDo(_("這個政見方案還沒有任何行動計畫，沒有公布。請先新增或匯入。"))
        found.published_at = clock.now()
        _touch(found, "published_at")
    return found


def withdraw_programme(actor: Actor, programme_id: int, *, version: int | None, reason: str) -> Programme:
    """Take a programme back from the public site, with a reason."""
    require(actor, PUBLISH)
    with recorded(by=actor, action="planning.withdraw_programme", reason=need_reason(reason)):
        found = locked_programme(programme_id, version)
        if found.published_at is None:
            raise Conflict(_("這個政見方案沒有公布，沒有什麼可以撤回。"))
        found.published_at = None
        _touch(found, "published_at")
    return found


def create_promise(actor: Actor, programme_id: int, code: str, values: Mapping[str, Any]) -> Promise:
    """Add a promise (8), a part (8-1) or an action plan (8-1-1); what is above it must be there."""
    require(actor, MANAGE)
    with recorded(by=actor, action="planning.create_promise"):
        found = locked_programme(programme_id)
        plain = _code(code)
        _free(found, plain)
        made = Promise(programme=found, parent=_above(found, plain), version=0)
        made.code, made.order, made.kind = plain, order_of(plain), level_of(plain).value
        set_fields(made, values, new=True)
    return made


def edit_promise(
    actor: Actor, promise_id: int, *, version: int | None, changes: Mapping[str, Any], reason: str
) -> Promise:
    """Change a promise, with a reason; nothing is written where nothing differs."""
    require(actor, MANAGE)
    with recorded(by=actor, action="planning.edit_promise", reason=need_reason(reason)):
        found = locked_promise(promise_id, version)
        set_fields(found, changes)
    return found


def move_promise(actor: Actor, promise_id: int, *, version: int | None, code: str, reason: str) -> Promise:
    """Give another code, and with it another place; what is below goes along."""
    require(actor, MANAGE)
    with recorded(by=actor, action="planning.move_promise", reason=need_reason(reason)):
        found = locked_promise(promise_id, version)
        plain = _code(code)
        if plain == found.code:
            raise _bad("code", _("編號與現在的相同，沒有移動。"))
        if level_of(plain).value != found.kind:
            raise _bad(
                "code",
                _("「%(code)s」不是%(kind)s的編號，沒有移動。請寫同一層的編號。")
                % {"code": plain, "kind": found.get_kind_display()},
            )
        if plain.startswith(f"{found.code}-"):
            raise _bad("code", _("不能移到自己的下面。"))
        _free(found.programme, plain)
        above = _above(found.programme, plain)
        old = found.code
        below = list(
            Promise.objects.select_for_update(of=("self",)).filter(
                programme_id=found.programme_id, code__startswith=f"{old}-"
            )
        )
        found.parent = above
        for each in (found, *below):
            each.code = recoded(each.code, old, plain)
            each.order = order_of(each.code)
            _touch(each, "code", "order", *(("parent",) if each is found else ()))
    return found


def retire_promise(actor: Actor, promise_id: int, *, version: int | None, reason: str) -> Promise:
    """Follow it no longer, from today on, with a reason; what was filed stays. Refused while something below is followed."""
    require(actor, MANAGE)
    text = need_reason(reason)
    with recorded(by=actor, action="planning.retire_promise", reason=text):
        found = locked_promise(promise_id, version)
        if found.retired_on is not None:
            raise Conflict(_("這一項已經停止列管，沒有再做一次。"))
        open_below = found.children.filter(retired_on=None).count()
        if open_below:
            raise CannotDo(
                _("下面還有 %(n)s 項在列管，沒有停止。請先停止下層各項，或把它們移到別處。")
                % {"n": open_below}
            )
        found.retired_on, found.retired_reason = clock.today(), text
        _touch(found, "retired_on", "retired_reason")
    return found


def resume_promise(actor: Actor, promise_id: int, *, version: int | None, reason: str) -> Promise:
    """Follow it again, with a reason."""
    require(actor, MANAGE)
    with recorded(by=actor, action="planning.resume_promise", reason=need_reason(reason)):
        found = locked_promise(promise_id, version)
        if found.retired_on is None:
            raise Conflict(_("這一項正在列管，沒有什麼要恢復。"))
        if found.parent is not None and found.parent.retired_on is not None:
            raise CannotDo(
                _("上層「%(above)s」已停止列管，沒有恢復。請先恢復上層。") % {"above": found.parent}
            )
        found.retired_on, found.retired_reason = None, ""
        _touch(found, "retired_on", "retired_reason")
    return found


def locked_programme(programme_id: int, version: int | None = None) -> Programme:
    """The programme, locked until the transaction ends: its tree changes one at a time."""
    found = Programme.objects.select_for_update(of=("self",)).filter(pk=programme_id).first()
    if found is None:
        raise NotFound(_("找不到這個政見方案，沒有執行。請從政見清單進入。"))
    _compare(found.version, version)
    return found


def locked_promise(promise_id: int, version: int | None = None) -> Promise:
    """The promise, locked with its programme."""
    at = Promise.objects.filter(pk=promise_id).values_list("programme_id", flat=True).first()
    if at is None:
        raise NotFound(_("找不到這個政見項目，沒有執行。請從政見清單進入。"))
    locked_programme(at)
    found = (
        Promise.objects.select_for_update(of=("self",))
        .select_related("programme", "parent")
        .get(pk=promise_id)
    )
    _compare(found.version, version)
    return found


def set_fields(row: Promise, values: Mapping[str, Any], *, new: bool = False) -> bool:
    """Set what differs, check the whole, save; whether anything changed (helper: the caller records)."""
    refuse_unknown(values, FIELDS)
    changed = [
        name for name in FIELDS if name != "joint" and name in values and _set(row, name, values[name])
    ]
    joint = _joint(row, values["joint"]) if "joint" in values else None
    problems = problems_of(row, joint)
    refuse(problems)
    if not (new or changed or joint is not None):
        return False
    row.version += 1
    row.save()
    if joint is not None:
        row.joint.exclude(agency_id__in=joint).delete()
        there = set(row.joint.values_list("agency_id", flat=True))
        JointAgency.objects.bulk_create(
            JointAgency(promise=row, agency_id=pk) for pk in joint if pk not in there
        )
    return True


def problems_of(row: Promise, joint: Sequence[int] | None = None) -> dict[str, list[str]]:
    """What is wrong with a promise, by field."""
    found: dict[str, list[str]] = {}

    def wrong(name: str, text: str) -> None:
        found.setdefault(name, []).append(text)

    _check_texts(row, wrong)
    if row.kind == PromiseKind.ACTION:
        _check_action(row, joint or (), wrong)
        _check_target(row, wrong)
    else:
        for name in OF_ACTIONS:
            if joint if name == "joint" else getattr(row, name):
                wrong(name, _("只有行動計畫有這一欄。"))
    return found


def _check_texts(row: Promise, wrong: Any) -> None:
    if not row.title:
        wrong("title", _("名稱要填。"))
    for name, most in (("title", MAX_TITLE), ("description", MAX_TEXT), ("unit", 20)):
        text = getattr(row, name)
        if len(text) > most or "\x00" in text:
            wrong(name, _("最多 %(n)s 字，不能有控制字元。") % {"n": most})


def _check_action(row: Promise, joint: Sequence[int], wrong: Any) -> None:
    for name, text in (
        ("main_agency_id", _("行動計畫要有主辦機關。")),
        ("starts_on", _("行動計畫要有開始日。")),
        ("ends_on", _("行動計畫要有結束日。")),
    ):
        if not getattr(row, name):
            wrong(name, text)
    if row.starts_on and row.ends_on and row.ends_on < row.starts_on:
        wrong("ends_on", _("結束日不能早於開始日。"))
    there = joint or (row.joint.values_list("agency_id", flat=True) if row.pk else ())
    if row.main_agency_id in there:
        wrong("joint", _("主辦機關不能同時是協辦機關。"))


def _check_target(row: Promise, wrong: Any) -> None:
    target = row.target_quantity
    if target is not None and (not target.is_finite() or target <= 0):
        wrong("target_quantity", _("目標數量要大於 0；沒有數量的就留空，改填進度百分比。"))
    elif target is not None and (
        target >= Decimal(10) ** 18 or -int(target.normalize().as_tuple().exponent) > 6
    ):
        wrong("target_quantity", _("數字太大，或小數超過 %(n)s 位。") % {"n": 6})
    if row.unit and target is None:
        wrong("unit", _("有目標數量才有單位。"))
    if row.measure_id is not None and target is not None:
        wrong("target_quantity", _("已連結指標，進度與目標都來自指標，這裡請留空。"))
    if (row.measure_id is None) != (row.measure_unit_id is None):
        wrong("measure_unit_id", _("連結指標時，要說是哪個機關的值；沒有連結就留空。"))


def _set(row: Promise, name: str, value: Any) -> bool:
    if isinstance(value, str):
        value = value.strip()
    if value == "" and name not in ("title", "description", "unit"):
        value = None
    if name == "happiness":
        value = bool(value)
    if name in ("main_agency_id", "measure_unit_id") and value is not None:
        _need_units([value], name)
    if name == "measure_id" and value is not None and not names_of([value]):
        raise _bad(name, _("沒有這個指標。請從清單選一個。"))
    if getattr(row, name) == value:
        return False
    setattr(row, name, value)
    return True


def _joint(row: Promise, wanted: Iterable[int]) -> list[int] | None:
    """The joint agencies as they are to be; None where they are so already."""
    asked = sorted(set(wanted))
    if len(asked) > MAX_JOINT:
        raise _bad("joint", _("協辦機關最多 %(n)s 個。") % {"n": MAX_JOINT})
    there = sorted(row.joint.values_list("agency_id", flat=True)) if row.pk else []
    if asked == there:
        return None
    _need_units(asked, "joint")
    return asked


def _need_units(units: Sequence[int], name: str) -> None:
    known = organisations.tree().by_id
    if any(pk not in known for pk in units):
        raise _bad(name, _("沒有這個機關，或已裁撤。請從清單選一個。"))


def _code(text: str) -> str:
    try:
        return read_code(text)
    except CodeNotUnderstood as failure:
        raise _bad("code", str(failure)) from failure


def _free(programme: Programme, code: str) -> None:
    if programme.promises.filter(code=code).exists():
        raise _bad("code", _("編號 %(code)s 已經有了，沒有存。請用別的編號。") % {"code": code})


def _above(programme: Programme, code: str) -> Promise | None:
    wanted = parent_of(code)
    if not wanted:
        return None
    found = programme.promises.filter(code=wanted).first()
    if found is None:
        raise _bad("code", _("沒有上層 %(code)s，沒有存。請先新增它。") % {"code": wanted})
    if found.retired_on is not None:
        raise _bad("code", _("上層「%(above)s」已停止列管，沒有存。請先恢復上層。") % {"above": found})
    return found


def _check_programme(row: Programme) -> None:
    fields: dict[str, list[str]] = {}
    if not row.title or len(row.title) > 200 or "\x00" in row.title:
        fields["title"] = [_("名稱要填，最多 %(n)s 字。") % {"n": 200}]
    elif Programme.objects.exclude(pk=row.pk).filter(title=row.title).exists():
        fields["title"] = [_("已經有同名的政見方案。")]
    if len(row.note) > MAX_TEXT or "\x00" in row.note:
        fields["note"] = [_("最多 %(n)s 字，不能有控制字元。") % {"n": MAX_TEXT}]
    if row.term_to < row.term_from:
        fields["term_to"] = [_("最後一天不能早於第一天。")]
    refuse(fields)


def _compare(there: int, read: int | None) -> None:
    if read is not None and read != there:
        raise Conflict(
            _(
                "您打開之後，這一筆又存過一次（可能是別人，也可能是您自己在另一個分頁），您改的沒有存。請看過現在的內容，再決定要不要存您的。"
            )
        )


def _touch(row: Programme | Promise, *fields: str) -> None:
    row.version += 1
    row.save(update_fields=[*fields, "version"])


def _bad(name: str, text: str) -> BadInput:
    return BadInput(text, fields={name: [text]})
