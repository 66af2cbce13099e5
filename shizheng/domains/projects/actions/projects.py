"""Tenders entered and changed. The state follows from happenings, the curves from plan versions: neither is set here."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.db.models.functions import Length
from django.utils.translation import gettext as _

from shizheng.common.checks import check_place, refuse, refuse_unknown
from shizheng.common.permissions import Actor, require
from shizheng.common.reasons import need_reason
from shizheng.domains.projects.actions.shared import (
    EDIT,
    FIRST_DAY,
    LAST_DAY,
    bad,
    check_money,
    check_text,
    locked_project,
    one_at_a_time,
    unit_of,
)
from shizheng.domains.projects.models import Level, Programme, Project, ProjectProgramme, ProjectType
from shizheng.domains.projects.queries.projects import unit_in_charge
from shizheng.domains.projects.rules.codes import number_stem, project_number
from shizheng.kernel.history.actions import recorded
from shizheng.kernel.measures.queries.figures import names_of
from shizheng.kernel.organisations import queries as organisations
from shizheng.kernel.organisations.rules import Tree
from shizheng.kernel.people import queries as people

FIELDS = (
    "name", "type_id", "agency_id", "unit_id", "officer_id", "level", "roc_year", "tender_no", "budget",
    "funds_held_on", "place", "longitude", "latitude", "note", "measure_id",
    "promise_codes",
)  # fmt: skip
TEXTS = {"name": 300, "tender_no": 60, "place": 200, "note": 20_000, "promise_codes": 300}
FIXED = ("agency_id", "roc_year")
"""They stand in the number, which is given once."""
MOST_PROGRAMMES = 20
Quantities = Mapping[int, Decimal | None]


def create_project(actor: Actor, values: Mapping[str, Any]) -> Project:
    """Enter a tender (TC-01, TC-11); its number is given: year, agency, the next one.

    `values`: FIELDS, and `programmes`: programme id → quantity brought, or None.
    """
    require(actor, EDIT)
    with recorded(by=actor, action="projects.create_project"):
        one_at_a_time()
        row = Project(version=0, level=Level.AGENCY)
        set_fields(actor, row, values)
    return row


def edit_project(
    actor: Actor, project_id: int, *, version: int | None, changes: Mapping[str, Any], reason: str
) -> Project:
    """Change a tender, with a reason; nothing is written where nothing differs."""
    require(actor, EDIT, unit_of(project_id))
    with recorded(by=actor, action="projects.edit_project", reason=need_reason(reason)):
        row = locked_project(project_id, version)
        require(actor, EDIT, unit_in_charge(row))
        set_fields(actor, row, changes)
    return row


def set_fields(actor: Actor, row: Project, values: Mapping[str, Any], tree: Tree | None = None) -> bool:
    """Set what differs, check the whole, save; whether anything changed (helper: the caller records and locks).

    `tree`: that of today, where many rows are set one after another.
    """
    refuse_unknown(values, {*FIELDS, "programmes"})
    new = row.pk is None
    changed = [name for name in FIELDS if name in values and _set(row, name, values[name])]
    tags = _wanted_tags(row, values["programmes"]) if "programmes" in values else None
    wrong = problems_of(row, changed, tree)
    if not new:
        for name in FIXED:
            if name in changed:
                wrong[name] = [_("已經在列管編號裡，不能改。建錯的請撤銷列管，另建一筆。")]
    refuse(wrong)
    require(actor, EDIT, unit_in_charge(row))
    if not (new or changed or tags is not None):
        return False
    if new:
        row.number = _next_number(row, tree or organisations.tree())
    row.version += 1
    row.save()
    if tags is not None:
        _put_tags(row, tags)
    return True


def problems_of(row: Project, changed: Iterable[str], tree: Tree | None = None) -> dict[str, list[str]]:
    """What is wrong with a tender, by field. Units and people are looked up only where they changed."""
    wrong: dict[str, list[str]] = {}
    for name, text in (
        ("name", _("名稱要填。")),
        ("type_id", _("請選類型。")),
        ("agency_id", _("請選主辦機關。")),
        ("roc_year", _("列管年度要填。")),
    ):
        if not getattr(row, name):
            wrong[name] = [text]
    if row.budget is None:
        wrong["budget"] = [_("預算金額要填。")]
    for name, most in TEXTS.items():
        check_text(getattr(row, name), most, name, wrong)
    check_money(row.budget, "budget", wrong)
    if row.level not in Level.values:
        wrong["level"] = [_("沒有這個列管層級。")]
    if row.roc_year and not 34 <= row.roc_year <= 199:
        wrong["roc_year"] = [_("列管年度不合理，請填民國年。")]
    if row.funds_held_on and not FIRST_DAY <= row.funds_held_on <= LAST_DAY:
        wrong["funds_held_on"] = [_("日期不合理。")]
    check_place(row.longitude, row.latitude, wrong)
    _check_others(row, set(changed), wrong, tree)
    return wrong


def _check_others(row: Project, changed: set[str], wrong: dict[str, list[str]], known: Tree | None) -> None:
    if "type_id" in changed and not ProjectType.objects.filter(pk=row.type_id, in_use=True).exists():
        wrong["type_id"] = [_("沒有這個類型，或已停用。請從清單選一個。")]
    if {"agency_id", "unit_id"} & changed and row.agency_id:
        tree = known or organisations.tree()
        if row.agency_id not in tree:
            wrong["agency_id"] = [_("沒有這個機關，或已裁撤。請從清單選一個。")]
        elif row.unit_id and row.unit_id not in tree.subtree_ids(row.agency_id):
            wrong["unit_id"] = [_("承辦單位要是主辦機關或它下面的單位。")]
    if "officer_id" in changed and row.officer_id and not people.active_among([row.officer_id]).exists():
        wrong["officer_id"] = [_("沒有這個人，或帳號已停用。")]
    if "measure_id" in changed and row.measure_id and not names_of([row.measure_id]):
        wrong["measure_id"] = [_("沒有這個指標。請從清單選一個。")]


def _set(row: Project, name: str, value: Any) -> bool:
    if isinstance(value, str):
        value = value.strip()
    if value is None and name in TEXTS:
        value = ""
    if value == "" and name not in TEXTS:
        value = None
    if name == "level" and value is None:
        value = Level.AGENCY
    if getattr(row, name) == value:
        return False
    setattr(row, name, value)
    return True


def _next_number(row: Project, tree: Tree) -> str:
    code = tree.by_id[row.agency_id].code
    stem = number_stem(row.roc_year, code)
    given = Project.objects.filter(number__startswith=stem).order_by(Length("number").desc(), "-number")
    return project_number(row.roc_year, code, set(given.values_list("number", flat=True)[:1]))


def _wanted_tags(row: Project, wanted: Quantities) -> Quantities | None:
    """Programmes as they are to be; None where they are so already."""
    there = dict(row.tags.values_list("programme_id", "quantity")) if row.pk else {}
    if there == dict(wanted):
        return None
    if len(wanted) > MOST_PROGRAMMES:
        raise bad("programmes", _("專案計畫最多 %(n)s 個。") % {"n": MOST_PROGRAMMES})
    known = {each.pk: each for each in Programme.objects.filter(pk__in=list(wanted))}
    for pk, quantity in wanted.items():
        if pk not in known or not (known[pk].in_use or pk in there):
            raise bad("programmes", _("沒有這個專案計畫，或已停用。請從清單選。"))
        if quantity is not None and (not quantity.is_finite() or not 0 <= quantity < Decimal(10) ** 18):
            raise bad("programmes", _("貢獻數量要是 0 以上的數。"))
    return wanted


def _put_tags(row: Project, wanted: Quantities) -> None:
    row.tags.exclude(programme_id__in=list(wanted)).delete()
    there = {tag.programme_id: tag for tag in row.tags.all()}
    for pk, quantity in wanted.items():
        tag = there.get(pk)
        if tag is None:
            ProjectProgramme.objects.create(project=row, programme_id=pk, quantity=quantity)
        elif tag.quantity != quantity:
            tag.quantity = quantity
            tag.save(update_fields=["quantity"])
    vars(row).pop("_prefetched_objects_cache", None)
