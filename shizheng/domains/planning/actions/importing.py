"""A document becomes a draft plan: all of it or nothing; the same file twice is the same plan (A02)."""

import hashlib
from dataclasses import dataclass

from django.core.exceptions import ObjectDoesNotExist
from django.utils.translation import gettext as _

from shizheng.common import clock
from shizheng.common.errors import BadInput, NotPermitted
from shizheng.common.permissions import Actor, Carrying, require
from shizheng.common.reasons import need_reason
from shizheng.common.words import called, listed, written
from shizheng.domains.planning.actions.shared import (
    lock_for_import,
    locked_plan,
    need_transition,
)
from shizheng.domains.planning.actions.writing import write_content
from shizheng.domains.planning.models import Plan, SourceDocument
from shizheng.domains.planning.parsing import ParsedPlan, parse_document
from shizheng.domains.planning.parsing.decoding import decode
from shizheng.domains.planning.rules.definitions import year_of
from shizheng.kernel.history.actions import recorded
from shizheng.kernel.organisations import actions as organisation_actions
from shizheng.kernel.organisations import queries as organisations
from shizheng.kernel.people import queries as people


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of an import. `created` is False where the same file was in already."""

    plan: Plan
    created: bool
    parsed: ParsedPlan


def read_document(data: bytes, filename: str) -> ParsedPlan:
    """Read a document without saving anything. Raises CannotReadPlan."""
    return parse_document(data, filename)


def import_plan(
    actor: Actor,
    data: bytes,
    filename: str,
    *,
    agency_id: int | None = None,
    agency_name: str = "",
    create_agency: bool = False,
    roc_year: int | None = None,
    parsed: ParsedPlan | None = None,
) -> Imported:
    """Save a document as a draft plan, as one transaction.

    The agency is the one given, else the one that the document prints. Raises CannotReadPlan for a document that is no
    plan, BadInput where agency or year is not known.
    """
    if not actor.may("planning.import"):
        require(actor, "planning.import")
    read = parsed or parse_document(data, filename)
    digest = hashlib.sha256(data).hexdigest()
    year = _year(read, roc_year)
    reason = _("匯入 %(file)s") % {"file": filename}
    with recorded(by=actor, action="planning.import_plan", reason=reason):
        agency = _agency(actor, read, digest, year, agency_id, agency_name, create_agency)
        _need_right(actor, agency)
        lock_for_import(agency)
        existing = (
            Plan.objects.filter(agency_id=agency, source__sha256=digest).select_related("agency").first()
        )
        if existing is not None:
            return Imported(existing, False, read)
        plan = _new_plan(actor, data, filename, digest, agency, year)
        write_content(plan, read)
    return Imported(plan, True, read)


def discard_plan(actor: Actor, plan_id: int, *, version: int | None, reason: str) -> None:
    """Undo an import while the plan is a draft. What was read goes; the source document and the record stay."""
    with recorded(by=actor, action="planning.discard_plan", reason=need_reason(reason)):
        plan = locked_plan(plan_id, version)
        require(actor, "planning.import", plan.agency_id)
        need_transition(plan, "discard_plan")
        plan.delete()


def _new_plan(actor: Actor, data: bytes, filename: str, digest: str, agency_id: int, year: int) -> Plan:
    source = SourceDocument.objects.filter(sha256=digest).first()
    if source is None:
        text, encoding = decode(data, filename)
        source = SourceDocument.objects.create(
            file_name=filename[-255:], sha256=digest, size=len(data), encoding=encoding, text=text
        )
    editions = Plan.objects.filter(agency_id=agency_id, roc_year=year).order_by("-edition")
    last = editions.values_list("edition", flat=True).first() or 0
    return Plan.objects.create(
        agency_id=agency_id,
        roc_year=year,
        edition=last + 1,
        title=written("%(year)s 年度施政計畫", year=year),
        source=source,
        imported_at=clock.now(),
        imported_by=actor.display_name,
    )


def _year(read: ParsedPlan, given: int | None) -> int:
    year = given or read.roc_year
    if year is None or not 1 <= year <= 300:
        text = _("文件沒有印出年度，沒有存。請指明民國年度（例如 107）後再匯入。")
        raise BadInput(text, fields={"roc_year": [text]}, code="year_not_printed")
    if given and read.roc_year and given != read.roc_year:
        text = _("文件印的是 %(printed)s 年度，您指定 %(given)s 年度，沒有存。請確認是哪一年。") % {
            "printed": read.roc_year,
            "given": given,
        }
        raise BadInput(text, fields={"roc_year": [text]}, code="year_differs")
    return year


def _agency(
    actor: Actor, read: ParsedPlan, digest: str, year: int, agency_id: int | None, name: str, create: bool
) -> int:
    """The agency meant: the one given, which must not contradict the document, else the one printed."""
    printed = find_agency(read.agency, year) if read.agency else None
    given = agency_id if agency_id is not None else _named(actor, name, year, create) if name else None
    if given is not None:
        if printed is not None and printed != given:
            text = _("文件印的機關是「%(name)s」，與您選的機關不同，沒有存。請確認是哪一個機關的計畫。")
            raise _bad_agency(text % {"name": read.agency}, "agency_differs")
        return given
    if printed is not None:
        return printed
    known = list(Plan.objects.filter(source__sha256=digest).values_list("agency_id", flat=True)[:2])
    if len(known) == 1:
        return int(known[0])
    if not read.agency:
        text = _("文件沒有印出是哪個機關的計畫，沒有存。請指明機關（指令列用 --agency 名稱）後再匯入。")
        raise _bad_agency(text, "agency_not_printed")
    return _named(actor, read.agency, year, create)


def _named(actor: Actor, name: str, year: int, create: bool) -> int:
    found = find_agency(name, year)
    if found is not None:
        return found
    if create:
        return _open_agency(actor, name, year)
    text = _(
        "機關清單裡沒有「%(name)s」，沒有存。請照機關清單的名稱指明；新的機關請先在組織頁新設（指令列可加 --create-agency）。"
    )
    raise _bad_agency(text % {"name": name}, "agency_unknown")


def _bad_agency(text: str, code: str) -> BadInput:
    return BadInput(text, fields={"agency": [text]}, code=code)


def find_agency(name: str, roc_year: int) -> int | None:
    """The unit that bore the name in that year, or bears it today (X-26)."""
    start, end = year_of(roc_year)
    for day in (start, end, clock.today()):
        found = organisations.unit_by_name(name, day)
        if found is not None:
            return found.pk
    return None


def _need_right(actor: Actor, agency_id: int) -> None:
    """Who may import for one agency only is told whose plan this is and whose right it would be."""
    if actor.may("planning.import", agency_id):
        return
    agency = organisations.unit(agency_id)
    roles = people.roles().filter(is_active=True, permissions__contains=["planning.import"])
    raise NotPermitted(
        _(
            "這是「%(agency)s」的計畫，您的匯入權限不包括這個機關，沒有存。"
            "請由%(agency)s的匯入人員辦理，或由研考會代為匯入（有匯入權限的角色：%(roles)s）。"
        )
        % {"agency": called(agency) if agency else "", "roles": listed(called(role) for role in roles)}
    )


def _open_agency(actor: Actor, name: str, roc_year: int) -> int:
    """Open a first-level agency for a plan whose agency is not in the directory."""
    require(actor, "organisations.change")
    city = _city()
    start, _end = year_of(roc_year)
    if city is None:
        government = name.split("政府")[0] + "政府" if "政府" in name else _("市政府")
        made = organisation_actions.set_up_city(
            Carrying(actor, frozenset({"organisations.change"})),
            city_name=government.removesuffix("政府"),
            on=start,
            government_name=government,
        )
        city, begins = made.pk, start
    else:
        first = organisations.periods_of(city).first()
        begins = max(start, first.start_date) if first else start
    unit = organisation_actions.open_unit(
        actor,
        code=_free_code(),
        kind="agency",
        name=name,
        parent_id=city,
        on=begins,
        legal_basis=written("匯入 %(year)s 年度施政計畫時新設", year=roc_year),
    )
    return unit.pk


def _city() -> int | None:
    try:
        return organisations.city().pk
    except ObjectDoesNotExist:
        return None


def _free_code() -> str:
    number = 1
    while organisations.unit_by_code(f"A{number:02d}") is not None:
        number += 1
    return f"A{number:02d}"
