"""Commitments entered and changed; what follows from something elsewhere comes in by `add_from_source` and goes with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from shizheng.common import clock
from shizheng.common.checks import check_day, check_text, refuse, refuse_unknown
from shizheng.common.errors import BadInput, CannotDo, NotFound
from shizheng.common.permissions import Actor, require
from shizheng.common.reasons import need_reason
from shizheng.common.roc import roc_year
from shizheng.domains.commitments import progress
from shizheng.domains.commitments.actions.shared import (
    check_quantity,
    controlling_unit,
    known_list,
    locked_commitment,
    one_at_a_time,
    require_control,
    settle,
)
from shizheng.domains.commitments.actions.units import put_units
from shizheng.domains.commitments.models import Commitment, CommitmentUnit, Part
from shizheng.domains.commitments.queries.commitments import OPEN_STATES, list_by_code, numbers_taken
from shizheng.domains.commitments.rules.codes import commitment_number
from shizheng.domains.commitments.rules.fields import own_fields, read_own
from shizheng.domains.commitments.rules.workflow import EDIT, UnitState
from shizheng.kernel.history.actions import recorded
from shizheng.kernel.organisations import queries as organisations

FIELDS = (
    "text", "agreed_on", "agreed_due", "target_quantity", "quantity_unit", "note", "source_label", "source_url",
    "link_kind", "link_key",
)  # fmt: skip
TEXTS = {
    "text": 5000, "quantity_unit": 20, "note": 5000, "source_label": 300, "source_url": 300, "link_kind": 60, "link_key": 60,
}  # fmt: skip
GIVEN = (*FIELDS, "main_id", "joint_ids", "extra")
MOST_JOINT = 30


@dataclass(frozen=True, slots=True)
class Source:
    """Whence a commitment comes: a kind, its key there (one commitment each), what it is called, its page on this site."""

    kind: str
    key: str
    label: str
    url: str = ""


def create_commitment(actor: Actor, values: Mapping[str, Any], *, source: Source | None = None) -> Commitment:
    """Enter a commitment; its number is given: year of the decision, list, the next one.

    `values`: `list_id`, FIELDS, `main_id`, `joint_ids`, `extra` (own fields of the list by code). Whether something near
    is listed already is for the page to ask (`queries.near.near_ones`, C05): it is a warning, not a refusal.
    """
    require(actor, EDIT)
    with recorded(by=actor, action="commitments.create"):
        one_at_a_time()
        row = Commitment(version=0)
        of_list = known_list(values.get("list_id"))
        if of_list is None or not of_list.in_use:
            raise BadInput(
                _("有欄位要改，沒有存。"), fields={"list_id": [_("沒有這份清單，或已停用。請從清單選一個。")]}
            )
        row.list = of_list
        if source is not None:
            row.source_kind, row.source_key = source.kind, source.key
            values = {**values, "source_label": source.label, "source_url": source.url}
        set_fields(actor, row, {name: value for name, value in values.items() if name != "list_id"})
    return row


def edit_commitment(
    actor: Actor, commitment_id: int, *, version: int | None, changes: Mapping[str, Any], reason: str
) -> Commitment:
    """Change a commitment, with a reason; nothing is written where nothing differs. List and number stay."""
    with recorded(by=actor, action="commitments.edit", reason=need_reason(reason)):
        row = locked_commitment(commitment_id, version)
        require_control(actor, EDIT, row)
        if row.state not in OPEN_STATES:
            raise CannotDo(
                _("已經解列或撤銷，不能修改，沒有存。要改請先重新列管或恢復列管。"), code="wrong_state"
            )
        set_fields(actor, row, changes, reason=reason)
    return row


def add_from_source(
    actor: Actor,
    list_code: str,
    *,
    text: str,
    main: int,
    joint: Sequence[int] = (),
    due: date | None = None,
    source: Source,
    agreed_on: date | None = None,
    extra: Mapping[str, Any] | None = None,
) -> Commitment:
    """Put what follows from something elsewhere on a list (B07, B03): a resolution, a visit. Called by journeys.

    `main`, `joint`: numbers of units. The same source again changes nothing and gives the commitment that is there.
    Raises BadInput, NotFound (no such list), NotPermitted.
    """
    there = Commitment.objects.filter(source_kind=source.kind, source_key=source.key).first()
    if there is not None:
        return there
    of_list = list_by_code(list_code)
    if of_list is None:
        raise NotFound(_("沒有代碼是「%(code)s」的列管清單。請先在列管清單管理新增。") % {"code": list_code})
    values = {
        "list_id": of_list.pk, "text": text, "main_id": main, "joint_ids": list(joint), "agreed_due": due,
        "agreed_on": agreed_on or clock.today(), "extra": dict(extra or {}),
    }  # fmt: skip
    return create_commitment(actor, values, source=source)


def set_fields(actor: Actor, row: Commitment, values: Mapping[str, Any], *, reason: str = "") -> bool:
    """Set what differs, check the whole, save; whether anything changed (helper: the caller records and locks)."""
    refuse_unknown(values, GIVEN)
    new = row.pk is None
    changed = [name for name in FIELDS if name in values and _put(row, name, values[name])]
    wrong = problems_of(row, changed)
    extra, wrong_extra = read_own(own_fields(row.list.fields), values.get("extra", row.extra))
    if new or "extra" in values:
        wrong |= wrong_extra
    owing = list(CommitmentUnit.objects.filter(commitment=row).select_for_update()) if not new else []
    wanted = _wanted(owing, values, wrong)
    refuse(wrong)
    require(actor, EDIT, controlling_unit(row.list.releaser, wanted[0]))
    if "extra" in values and extra != row.extra:
        row.extra, changed = extra, [*changed, "extra"]
    if new:
        row.roc_year = roc_year(row.agreed_on)
        row.number = commitment_number(
            row.roc_year, row.list.code, numbers_taken(row.roc_year, row.list.code)
        )
        row.due_on, row.version = row.agreed_due, 0
        row.save()
    moved = put_units(actor, row, owing, wanted, reason or row.source_label or _("新增列管"))
    if new or changed or moved:
        settle(row)
    return bool(new or changed or moved)


def problems_of(row: Commitment, changed: Sequence[str]) -> dict[str, list[str]]:
    """What is wrong with a commitment, by field. Days are compared, and links looked up, only where they changed."""
    wrong: dict[str, list[str]] = {}
    for name, most in TEXTS.items():
        check_text(
            getattr(row, name), most, name, wrong, needed=_("列管事項要填。") if name == "text" else ""
        )
    check_day(row.agreed_on, "agreed_on", wrong, needed=_("決定日要填。"))
    check_day(row.agreed_due, "agreed_due", wrong)
    if row.agreed_on and row.agreed_due and row.agreed_due < row.agreed_on:
        wrong.setdefault("agreed_due", []).append(_("期限不能早於決定日。"))
    if row.agreed_on and row.agreed_on > clock.today() and "agreed_on" in changed:
        wrong.setdefault("agreed_on", []).append(_("決定日不能在今天以後。"))
    check_quantity(row.target_quantity, "target_quantity", wrong, above=True)
    if row.target_quantity is not None and not row.quantity_unit:
        wrong.setdefault("quantity_unit", []).append(_("有目標數量就要寫單位，例如戶、公里、棵。"))
    if row.source_url and not (
        row.source_url.startswith(("/", "https://", "http://")) and row.source_url[:2] != "//"
    ):
        wrong.setdefault("source_url", []).append(_("網址要以 / 或 https:// 開頭。"))
    if bool(row.link_kind) != bool(row.link_key):
        wrong.setdefault("link_key", []).append(_("進度來源的種類與編號要一起填，或都留空。"))
    elif row.link_kind and {"link_kind", "link_key"} & set(changed):
        known = progress.source(row.link_kind)
        if known is None or row.link_key not in known.read([row.link_key]):
            wrong.setdefault("link_key", []).append(_("找不到這個進度來源。"))
    return wrong


def _wanted(
    owing: Sequence[CommitmentUnit], values: Mapping[str, Any], wrong: dict[str, list[str]]
) -> tuple[int, list[int]]:
    """Main and joint units as they are to be; units are looked up only where they are new."""
    standing = [each for each in owing if each.state != UnitState.DROPPED.value]
    main = next((each.unit_id for each in standing if each.part == Part.MAIN), None)
    joint = [each.unit_id for each in standing if each.part == Part.JOINT]
    known = {each.unit_id for each in standing}
    main = values.get("main_id", main)
    joint = list(dict.fromkeys(values.get("joint_ids", joint)))
    tree = organisations.tree() if {main, *joint} - known else None
    if not main:
        wrong["main_id"] = [_("請選主辦單位。")]
    elif main not in known and tree is not None and main not in tree:
        wrong["main_id"] = [_("沒有這個單位，或已裁撤。請從清單選一個。")]
    lost = [each for each in joint if each not in known and tree is not None and each not in tree]
    if lost:
        wrong["joint_ids"] = [_("有協辦單位不存在，或已裁撤。請從清單選。")]
    if len(joint) > MOST_JOINT:
        wrong["joint_ids"] = [_("協辦單位最多 %(n)s 個。") % {"n": MOST_JOINT}]
    return main or 0, [each for each in joint if each != main]


def _put(row: Commitment, name: str, value: Any) -> bool:
    if isinstance(value, str):
        value = value.strip()
    if value is None and name in TEXTS:
        value = ""
    if value == "" and name not in TEXTS:
        value = None
    if getattr(row, name) == value:
        return False
    setattr(row, name, value)
    return True
