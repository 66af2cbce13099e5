"""待登錄: tenders that other systems know and the register does not; registered, linked, or said to be none of ours."""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

import django_filters
import django_tables2 as tables
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from shizheng.common import clock
from shizheng.common.errors import CannotDo
from shizheng.common.roc import FIRST_YEAR
from shizheng.common.routes import requires
from shizheng.domains.projects import actions
from shizheng.domains.projects.external_words import payload_rows
from shizheng.domains.projects.forms.external import LinkForm, WhyForm
from shizheng.domains.projects.forms.tenders import ProjectForm
from shizheng.domains.projects.models import ExternalRecord
from shizheng.domains.projects.pages.editing import back_to
from shizheng.domains.projects.pages.external import Told, ToldFilter, WordList
from shizheng.domains.projects.queries import candidates
from shizheng.domains.projects.queries import external as queries
from shizheng.domains.projects.rules.reconciling import SOURCE_LABELS, Source, amount_of, day_of
from shizheng.kernel.organisations import queries as organisations
from shizheng.kernel.rulebook.words import words_of
from shizheng.web.changing import FORMS, asked, posted
from shizheng.web.columns import AmountColumn, CodeColumn, MomentColumn, own_address
from shizheng.web.lists import Chip
from shizheng.web.refusals import show_refusal

SIZES = {"over": gettext_lazy("達門檻，應建檔"), "under": gettext_lazy("未達門檻"), "": "—"}
"""By TC-01: whether a tender of this amount is entered in the register."""


class CandidateFilter(ToldFilter):
    """By source, whether the agency is one of ours, and state."""

    source = django_filters.ChoiceFilter(
        label=gettext_lazy("來源"),
        method="by",
        choices=[(each.value, gettext_lazy(label)) for each, label in SOURCE_LABELS.items()],
    )
    agency = django_filters.ChoiceFilter(
        label=gettext_lazy("機關"),
        method="by_owner",
        choices=[("ours", gettext_lazy("本府機關")), ("others", gettext_lazy("其他機關"))],
    )
    size = django_filters.ChoiceFilter(
        label=gettext_lazy("列管門檻"),
        method="by_size",
        choices=[("over", gettext_lazy("達門檻")), ("under", gettext_lazy("未達門檻"))],
    )
    state = django_filters.ChoiceFilter(
        label=gettext_lazy("認定"),
        method="by",
        choices=[("open", gettext_lazy("待登錄")), ("dismissed", gettext_lazy("不列管"))],
    )

    def by(self, rows: Told, name: str, value: str) -> Told:
        return rows.only(name, (value,))

    def by_size(self, rows: Told, name: str, value: str) -> Told:
        return rows.only("size", (value,))

    def by_owner(self, rows: Told, name: str, value: str) -> Told:
        return rows.only("owned", (value,))


class CandidateTable(tables.Table):
    """One row a tender of a source."""

    title = tables.Column(verbose_name=gettext_lazy("標案名稱"), linkify=own_address)
    number = CodeColumn(verbose_name=gettext_lazy("採購案號"))
    agency = tables.Column(verbose_name=gettext_lazy("機關"))
    source_label = tables.Column(verbose_name=gettext_lazy("來源"))
    amount = AmountColumn(verbose_name=gettext_lazy("金額（元）"))
    size_label = tables.Column(verbose_name=gettext_lazy("列管門檻"))
    told = tables.Column(verbose_name=gettext_lazy("情形"))
    since = MomentColumn(verbose_name=gettext_lazy("讀入"))
    decision = tables.Column(verbose_name=gettext_lazy("認定"))


class CandidateList(WordList):
    """待登錄清單."""

    permission = "projects.view"
    shows_today = True
    title = gettext_lazy("外部資料待登錄")
    subtitle = gettext_lazy("工程會系統、公告與議員建議裡有、標案清單裡還沒有的")
    table_class = CandidateTable
    filterset_class = CandidateFilter
    search_fields: ClassVar[Sequence[str]] = ("title", "number", "agency")
    search_hint = gettext_lazy("找名稱、案號、機關")
    default_sort = ("-since", "title")
    export_name = "tender-candidates"
    empty_title = gettext_lazy("沒有待登錄的資料")
    empty_text = gettext_lazy("讀入公告、標案管理 XML 或議員建議工程之後，還沒有列管的列在這裡。")

    def get_queryset(self) -> Told:
        return rows_of(self.request.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rule = candidates.floor_rule()
        if rule is not None:
            vars(self)["subtitle"] = _(
                "工程會系統、公告與議員建議裡有、標案清單裡還沒有的；%(amount)s以上的要建檔（%(rule)s）"
            ) % {"amount": words_of(rule), "rule": rule.title}
        return super().get_context_data(**kwargs)

    def get_chips(self) -> Iterable[Chip]:
        rows = rows_of(self.request.user)
        return [
            Chip(_("全部"), {}, len(rows)),
            Chip(_("本府機關待登錄"), {"state": "open", "agency": "ours"},
                 sum(row["state"] == "open" and row["owned"] == "ours" for row in rows)),
            Chip(_("達門檻，應建檔"), {"state": "open", "agency": "ours", "size": "over"},
                 sum((row["state"], row["owned"], row["size"]) == ("open", "ours", "over") for row in rows)),
            Chip(_("不列管"), {"state": "dismissed"}, len(rows.only("state", ("dismissed",)))),
        ]  # fmt: skip


def rows_of(user: Any) -> Told:
    """All candidates as rows of a list."""
    if not user.may("projects.view"):
        return Told()
    rule = candidates.floor_rule()
    return Told(
        {
            "pk": each.record.pk,
            "url": reverse("projects:candidate", args=[each.record.pk]),
            "title": each.record.title or each.record.number or "—",
            "number": each.record.number,
            "agency": each.record.agency_name,
            "owned": "ours" if each.record.unit_id else "others",
            "source": each.record.source,
            "source_label": _(SOURCE_LABELS[Source(each.record.source)]),
            "amount": candidates.worth(each.record),
            "size": (size := candidates.size(each.record, rule)),
            "size_label": SIZES[size],
            "told": _told(each.record),
            "since": each.record.recorded_at,
            "state": "dismissed" if each.dismissed else "open",
            "decision": _("不列管") if each.dismissed else _("待登錄"),
        }
        for each in queries.reconciled().candidates
    )


def _told(record: ExternalRecord) -> str:
    told = {code: record.payload[code] for code in ("status", "way", "contractor") if code in record.payload}
    return "　".join(value for _label, value in payload_rows(told))


@requires("projects.view")
@require_http_methods(FORMS)
def candidate(request: HttpRequest, record_id: int) -> HttpResponse:
    """What a source tells of one of its tenders; what it is for us is decided here."""
    user: Any = request.user
    found = queries.record(user, record_id)
    linked, dismissed = queries.project_of(found), queries.dismissal_of(found)
    act = request.POST.get("act", "")
    link = LinkForm(request.POST if act == "link" else None, prefix="link")
    why = WhyForm(request.POST if act in ("dismiss", "reopen") else None, prefix="why")
    form = link if act == "link" else why
    if act and form.is_valid():
        given = form.cleaned_data
        doings: dict[str, Any] = {
            "link": lambda: actions.link_record(user, record_id, given["number"], reason=given["reason"]),
            "dismiss": lambda: actions.dismiss_record(user, record_id, reason=given["reason"]),
            "reopen": lambda: actions.reopen_record(user, record_id, reason=given["reason"]),
        }
        try:
            doings[act]()
        except (CannotDo, KeyError) as failure:
            if isinstance(failure, CannotDo):
                show_refusal(form, failure)
        else:
            messages.success(request, _("已認定，理由記在這筆資料上。"))
            return redirect("projects:candidate", record_id)
    may = user.may("projects.edit")
    return render(
        request,
        "projects/candidate.html",
        {
            "record": found,
            "source": _(SOURCE_LABELS[Source(found.source)]),
            "told": payload_rows(found.payload),
            "earlier": [
                (each, payload_rows(each.payload)) for each in queries.told_by(found) if each.pk != found.pk
            ],
            "linked": linked,
            "dismissed": dismissed,
            "link": link,
            "why": why,
            "may": may,
            "may_dismiss": user.may("projects.reconcile") or bool(found.unit_id and user.may("projects.edit", found.unit_id)),
        },
        status=422 if link.errors or why.errors else 200,
    )  # fmt: skip


@requires("projects.edit")
@require_http_methods(FORMS)
def register_candidate(request: HttpRequest, record_id: int) -> HttpResponse:
    """建檔: the form of a new tender, filled in with what the source tells; what it does not tell stays empty."""
    user: Any = request.user
    found = queries.record(user, record_id)
    sent = posted(request)
    form = ProjectForm(sent, units=user.units_where("projects.edit"), initial=first_values(found))
    return asked(
        request,
        form,
        lambda: actions.register_record(user, record_id, form.values()),
        _("依外部資料建檔"),
        _("建檔"),
        reverse("projects:candidate", args=[record_id]),
        said=lambda made: (
            _("已建檔，列管編號 %(number)s；公告與決標也登錄了。接著訂定預定進度。") % {"number": made.number}
        ),
        then=lambda made: back_to(made.pk),
        crumbs=[(_("外部資料待登錄"), reverse("projects:candidates"))],
        subtitle=found.title,
    )


def first_values(found: ExternalRecord) -> dict[str, Any]:
    """What the form of a new tender starts with."""
    told = found.payload
    day = next(
        (day for code in ("announced_on", "published_on", "award_on") if (day := day_of(told.get(code)))),
        None,
    )
    year = str(told.get("year", ""))
    place, agency_id, unit_id = told.get("place", ""), None, None
    if found.unit_id:
        tree = organisations.tree()
        line = [*tree.up_to_agency(found.unit_id)]
        agency_id = line[-1].id if line else found.unit_id
        unit_id = found.unit_id if line else None
    budget = next(
        (value for code in ("budget", "approved", "suggested") if (value := amount_of(told.get(code)))), None
    )
    return {
        "name": found.title, "tender_no": found.number, "agency_id": agency_id, "unit_id": unit_id, "place": str(place)[:200],
        "roc_year": int(year) if year.isdigit() else (day or clock.today()).year - FIRST_YEAR,
        "budget": f"{budget:f}" if budget is not None else "", "level": "agency",
    }  # fmt: skip
