"""Lists made and changed in the browser, and those that ship."""

import tomllib
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any

from django.utils.translation import gettext as _

from shizheng.common.checks import check_text, refuse
from shizheng.common.errors import NotFound
from shizheng.common.permissions import SYSTEM, Actor, require
from shizheng.common.reasons import need_reason
from shizheng.domains.commitments.actions.shared import compare, one_at_a_time
from shizheng.domains.commitments.models import Commitment, CommitmentList
from shizheng.domains.commitments.rules.days import Cycle
from shizheng.domains.commitments.rules.fields import OwnField, own_fields, wrong_fields
from shizheng.domains.commitments.rules.workflow import LISTS, Needed, Releaser
from shizheng.kernel.history.actions import recorded

FIELDS = ("name", "name_en", "note", "cycle", "releaser", "needed", "fields", "in_use", "order")
TEXTS = {"name": 60, "name_en": 100, "note": 2000}
CHOICES: Mapping[str, type[Cycle] | type[Releaser] | type[Needed]] = {
    "cycle": Cycle, "releaser": Releaser, "needed": Needed,
}  # fmt: skip


def create_list(actor: Actor, values: Mapping[str, Any]) -> CommitmentList:
    """Make a list. `values`: `code` (fixed from then on) and FIELDS; `fields` are `rules.fields.OwnField`s."""
    require(actor, LISTS)
    with recorded(by=actor, action="commitments.create_list"):
        one_at_a_time()
        row = CommitmentList(version=0, order=CommitmentList.objects.count() * 10 + 10)
        row.code = str(values.get("code", "")).strip().lower()
        _set(row, {name: value for name, value in values.items() if name != "code"})
    return row


def edit_list(
    actor: Actor, list_id: int, *, version: int | None, changes: Mapping[str, Any], reason: str
) -> CommitmentList:
    """Change a list, with a reason: what is on it stays; cycle, release and fields hold from now on."""
    require(actor, LISTS)
    with recorded(by=actor, action="commitments.edit_list", reason=need_reason(reason)):
        one_at_a_time()
        row = CommitmentList.objects.select_for_update().filter(pk=list_id).first()
        if row is None:
            raise NotFound(_("找不到這份列管清單。請從列管清單管理進入。"))
        compare(row.version, version)
        _set(row, changes)
    return row


def _set(row: CommitmentList, values: Mapping[str, Any]) -> None:
    wrong: dict[str, list[str]] = {}
    before = {name: getattr(row, name) for name in FIELDS}
    for name, value in values.items():
        if name not in FIELDS:
            wrong[name] = [_("這一欄不能改。")]
        elif name == "fields":
            row.fields = _fields(row, value, wrong)
        else:
            setattr(row, name, value.strip() if isinstance(value, str) else value)
    if not row.pk:
        _check_code(row, wrong)
    for name, most in TEXTS.items():
        check_text(getattr(row, name), most, name, wrong, needed=_("名稱要填。") if name == "name" else "")
    for name, kind in CHOICES.items():
        if getattr(row, name) not in [each.value for each in kind]:
            wrong[name] = [_("沒有這個選項。")]
    if CommitmentList.objects.filter(name=row.name).exclude(pk=row.pk or 0).exists():
        wrong.setdefault("name", []).append(_("已經有這個名稱的清單。"))
    refuse(wrong)
    if row.pk and before == {name: getattr(row, name) for name in FIELDS}:
        return
    row.version += 1
    row.save()


def _check_code(row: CommitmentList, wrong: dict[str, list[str]]) -> None:
    if (
        not row.code
        or len(row.code) > 20
        or not row.code.replace("-", "").isalnum()
        or not row.code.isascii()
    ):
        wrong["code"] = [_("代碼用英文字母、數字與連字號，最多 20 字；它會在列管編號裡。")]
    elif CommitmentList.objects.filter(code=row.code).exists():
        wrong["code"] = [_("這個代碼已經有清單在用。")]


def _fields(
    row: CommitmentList, given: Sequence[OwnField], wrong: dict[str, list[str]]
) -> list[dict[str, Any]]:
    found = wrong_fields(given)
    kinds = {each.code: each.kind for each in given}
    used: set[str] = set()
    if row.pk:
        for extra in Commitment.objects.filter(list=row).exclude(extra={}).values_list("extra", flat=True):
            used |= set(extra)
    for each in own_fields(row.fields):
        if each.code in used and kinds.get(each.code) != each.kind:
            found.append(
                _("欄位「%(name)s」已經有資料，不能拿掉，也不能改類型。可以改它的名稱。")
                % {"name": each.name}
            )
    if found:
        wrong["fields"] = found
    return [each.as_json() for each in given]


def load_shipped_lists() -> int:
    """Make the lists that ship and are not there yet; what people changed stays. Returns how many were made."""
    text = files("shizheng.domains.commitments").joinpath("data/lists.toml").read_text("utf-8")
    made = 0
    with recorded(by=SYSTEM, action="commitments.load_shipped"):
        one_at_a_time()
        there = set(CommitmentList.objects.values_list("code", flat=True))
        for order, (code, given) in enumerate(tomllib.loads(text).items(), start=1):
            if code not in there:
                fields = [each.as_json() for each in own_fields(given.pop("fields", []))]
                CommitmentList.objects.create(code=code, order=order * 10, fields=fields, **given)
                made += 1
    return made
