"""標案管理 XML taken in, and agencies urged to enter their month in the national works system (B11; TC-21 to TC-23)."""

import hashlib
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from shizheng.common.errors import BadInput, CannotDo
from shizheng.common.permissions import Actor, require
from shizheng.common.reasons import need_reason
from shizheng.common.sheets import RowProblem
from shizheng.common.words import N_, for_the_record
from shizheng.domains.projects.actions.external import RECONCILE, receive_records
from shizheng.domains.projects.models import PccUrging
from shizheng.domains.projects.queries import pcc as queries
from shizheng.domains.projects.queries.external_in import Item
from shizheng.domains.projects.rules import pcc
from shizheng.domains.projects.rules.reconciling import Source, number_key
from shizheng.kernel.history.actions import recorded
from shizheng.kernel.intake import actions as intake
from shizheng.kernel.intake.reading import LARGEST, too_large, unpacked
from shizheng.kernel.intake.registry import Plan
from shizheng.kernel.intake.rules.mapping import Problem
from shizheng.kernel.intake.rules.typing import Kind, typed
from shizheng.kernel.intake.xml import tree
from shizheng.kernel.measures.rules.periods import Period
from shizheng.kernel.notifications import actions as notifications
from shizheng.kernel.organisations.queries import UnitNames
from shizheng.kernel.people.holders import user_ids_within
from shizheng.web.sheets import RowsRefused

TARGET = "projects.pcc_xml"
"""Under which reports of these files stand."""
TEMPLATE = "projects.pcc_urged"
Told = tuple[list[Item], list[Problem], int]


def read_pcc_xml(data: bytes) -> Told:
    """Items, problems and the number of tenders of a file. Raises BadInput for what is no such file."""
    if len(data) > LARGEST:
        raise BadInput(too_large(), fields={"file": [too_large()]})
    found = list(pcc.tenders(tree(unpacked(data)), _reader(Kind.DATE), _reader(Kind.AMOUNT)))
    if not found:
        message = _("XML 裡沒有任何「標案」，沒有讀入。請確認是標案管理系統匯出的檔案。")
        raise BadInput(message, fields={"file": [message]})
    units, items, problems = UnitNames(), [], []
    for each in found:
        problems += [
            Problem(each.place, pcc.LABELS.get(code, code), text, sort, refuses)
            for refuses, code, text, sort in each.wrong
        ]
        if not each.number:
            continue
        agency = each.basic.get("agency", "")
        unit_id = next((pk for name in (agency, each.agency_code) if name and (pk := units.find(name))), None)
        if unit_id is None:
            text = _("不認得執行機關「%(name)s」，只用案號比對。") % {
                "name": (agency or each.agency_code)[:60]
            }
            problems.append(
                Problem(each.place, pcc.LABELS["agency"], text, N_("不認得的機關"), refuses=False)
            )
        key = number_key(each.number)
        name = agency or each.agency_code
        title = each.basic.get("title", "")
        items.append(Item(each.place, key, each.number, title, name, unit_id, each.basic))
        items += [
            Item(each.place, key, each.number, "", "", None, told, period)
            for period, told in sorted(each.months.items())
        ]
    return items, problems, len(found)


def import_pcc_xml(actor: Actor, data: bytes, filename: str, *, reason: str, leave_out: bool = False) -> Any:
    """Take a 標案管理 XML in: all of its tenders, or (`leave_out`) all that have a number. Nothing of ours changes.

    Gives the report of intake.
    """
    require(actor, RECONCILE)
    text = need_reason(reason)
    with recorded(by=actor, action="projects.import_pcc", reason=text), for_the_record():
        items, problems, count = read_pcc_xml(data)
        refused = [each for each in problems if each.refuses]
        if refused and not leave_out:
            raise RowsRefused([RowProblem(each.line, N_("標案"), each.text) for each in refused])
        plan = receive_records(actor, Source.PCC, items, problems, reason=text)
        new, changed = set(plan.new), set(plan.changed) - set(plan.new)
        known = {each.line for each in items}
        by_tender = Plan(sorted(new), sorted(changed), sorted(known - new - changed), plan.problems)
        months = sorted({each.period for each in items if each.period})
        notes = [
            _("共 %(n)s 個標案、%(m)s 個標案月份。")
            % {"n": count, "m": sum(1 for each in items if each.period)}
        ]
        if months:
            notes.append(_("月份自 %(first)s 至 %(last)s。") % {"first": months[0], "last": months[-1]})
        return intake.keep_report(
            actor, target=TARGET, filename=filename, sha256=hashlib.sha256(data).hexdigest(), rows=count,
            plan=by_tender, reason=text, notes=notes,
        )  # fmt: skip


def _reader(kind: Kind) -> pcc.Reader:
    def read_it(text: str) -> Any:
        return typed(kind, text)

    return read_it


def urge(actor: Actor, period: Period, *, reason: str = "") -> PccUrging:
    """催辦: tell the agencies whose tenders have no data of the month in the national system; kept with the rate of then."""
    require(actor, RECONCILE)
    rate = queries.fill_rate(period)
    lacking = [each for each in rate.agencies if each.missing]
    if not lacking:
        raise CannotDo(_("這個月沒有缺資料的標案，沒有催辦任何人。"))
    with recorded(by=actor, action="projects.urge_pcc", reason=reason), for_the_record():
        told = 0
        kept = PccUrging.objects.filter(period=period.code).count()
        for each in lacking:
            told += notifications.notify(
                key=f"{TEMPLATE}:{period.code}:{each.agency_id}:{kept}",
                template=TEMPLATE,
                to=user_ids_within("projects.edit", each.agency_id),
                context={
                    "agency": each.name,
                    "period": period.label,
                    "missing": len(each.missing),
                    "owed": each.owed,
                    "due": rate.due.isoformat() if isinstance(rate.due, date) else "",
                },
                url=reverse("projects:pcc") + f"?period={period.code}&agency={each.agency_id}",
            )
        return PccUrging.objects.create(
            period=period.code, owed=rate.owed, filled=rate.filled, agencies=len(lacking), told=told
        )
