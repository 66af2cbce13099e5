"""Pages on people: who there is, what they may do, and what happened at the door."""

from typing import Any

import django_filters
import django_tables2 as tables
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shizheng.common import clock
from shizheng.common.errors import CannotDo
from shizheng.common.numbers import whole_number
from shizheng.common.routes import requires
from shizheng.common.words import called, listed
from shizheng.kernel.history.queries import entries_of, entries_of_all, of_latest_acts
from shizheng.kernel.people import actions, forms, queries
from shizheng.kernel.people.confirming import confirm
from shizheng.kernel.people.models import Role, User
from shizheng.web.columns import MomentColumn
from shizheng.web.lists import ListPage


def reader(request: HttpRequest) -> Any:
    """The reader: the guard of routes lets nobody else in."""
    return request.user


class PeopleTable(tables.Table):
    display_name = tables.Column(verbose_name=_("姓名"), linkify=("people:person", {"pk": tables.A("pk")}))
    username = tables.Column(verbose_name=_("帳號"))
    job_title = tables.Column(verbose_name=_("職稱"), default="")
    holdings = tables.Column(verbose_name=_("角色"), accessor="pk", orderable=False)
    is_active = tables.BooleanColumn(verbose_name=_("啟用"), yesno=(_("啟用"), _("停用")))
    last_login = MomentColumn(verbose_name=_("上次登入"), default="—")

    def render_holdings(self, record: User) -> str:
        return listed(f"{called(a.unit, short=True)} {called(a.role)}" for a in record.current)  # type: ignore[attr-defined]

    def value_holdings(self, record: User) -> str:
        return self.render_holdings(record)

    def render_is_active(self, value: bool) -> str:
        return _now("啟用") if value else _now("停用")


class PeopleFilter(django_filters.FilterSet):
    role = django_filters.ModelChoiceFilter(
        label=_("角色"), queryset=lambda request: queries.roles(), method="by_role"
    )
    is_active = django_filters.ChoiceFilter(
        label=_("狀態"), choices=[("1", _("啟用")), ("0", _("停用"))], method="by_state"
    )

    class Meta:
        model = User
        fields: tuple[str, ...] = ()

    def by_role(self, rows: Any, name: str, value: Role) -> Any:
        return rows.filter(pk__in=queries.user_ids_with_role(value.pk))

    def by_state(self, rows: Any, name: str, value: str) -> Any:
        return rows.filter(is_active=value == "1")


class PeopleList(ListPage):
    permission = "people.view"
    title = pgettext_lazy("nav", "人員")
    table_class = PeopleTable
    filterset_class = PeopleFilter
    search_fields = ("display_name", "username", "job_title", "name_en")
    default_sort = ("username",)
    export_name = "people"
    main_action = True
    empty_title = _("沒有符合的人員")

    def get_queryset(self) -> Any:
        return queries.with_current_assignments(queries.visible_to(reader(self.request)))

    def get_actions(self) -> Any:
        return (
            [(_("建立帳號"), reverse("people:new"), "user-plus")]
            if reader(self.request).may("people.manage")
            else []
        )


def _person(request: HttpRequest, pk: int) -> User:
    found = queries.visible_to(reader(request)).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@requires("people.view")
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """One person: roles in time, sessions and tokens for who manages accounts. Contact data is not shown."""
    found = _person(request, pk)
    manages = queries.may_manage(reader(request), pk)
    assignments = list(queries.assignments_of(pk))
    today = clock.today()
    context = {
        "person": found,
        "assignments": [
            (a, a.end_date is None or a.end_date > today, reader(request).may("people.assign_roles", a.unit_id))
            for a in assignments
        ],
        "second_factor": queries.has_second_factor(pk),
        "sessions": queries.sessions_of(pk) if manages else [],
        "tokens": queries.tokens_of(pk) if manages else [],
        "now": clock.now(),
        "sign_ins": queries.sign_ins_of(pk)[:20] if manages else [],
        "entries": list(entries_of(found)[:20]) if manages else [],
        "assignment_entries": of_latest_acts(
            entries_of_all("people.roleassignment", [a.pk for a in assignments]), 20
        ) if manages else [],
        "actions": _acts(request, found),
    }  # fmt: skip
    return render(request, "people/person.html", context)


def _acts(request: HttpRequest, found: User) -> list[dict[str, Any]]:
    user = reader(request)
    acts: list[tuple[str, Any]] = []
    if user.may("people.assign_roles"):
        acts.append(("assign", _("指派角色")))
    if queries.may_manage(user, found.pk):
        acts += [
            ("change", _("改資料")),
            ("password", _("給臨時密碼")),
            ("factor", _("重設動態密碼")),
            ("sessions", _("結束登入")),
            ("close", _("停用帳號")) if found.is_active else ("reopen", _("啟用帳號")),
        ]
    return [{"label": label, "url": reverse("people:act", args=[found.pk, act])} for act, label in acts]


@requires("people.manage")
def new(request: HttpRequest) -> HttpResponse:
    """Make an account; its first password is shown once."""
    form = forms.NewPersonForm(request.POST or None, actor=reader(request))
    if request.method == "POST" and form.is_valid():
        confirm(request)
        data = form.cleaned_data
        try:
            made, password = actions.create_person_with_role(
                reader(request),
                username=data["username"], display_name=data["display_name"], name_en=data["name_en"],
                job_title=data["job_title"], email=data["email"],
                role_id=int(data["role"]) if data["role"] else None, unit_id=int(data["unit"]) if data["unit"] else None,
            )  # fmt: skip
        except CannotDo as failure:
            form.refuse(failure)
        else:
            return _show_password(request, made, password)
    return form_page(
        request,
        form,
        _("建立帳號"),
        reverse("people:people"),
        [(pgettext_lazy("nav", "人員"), reverse("people:people"))],
    )


def _show_password(request: HttpRequest, user: User, password: str) -> HttpResponse:
    response = render(request, "people/password.html", {"person": user, "password": password})
    response["Cache-Control"] = "no-store"
    return response


def form_page(
    request: HttpRequest, form: Any, title: Any, back: str, crumbs: Any, **more: Any
) -> HttpResponse:
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "title": title, "back": back, "crumbs": crumbs, **more}
    return render(request, "people/form.html", context, status=status)


ACTS = {
    "assign": ("people.assign_roles", _("指派角色")),
    "change": ("people.manage", _("改資料")),
    "password": ("people.manage", _("給臨時密碼")),
    "factor": ("people.manage", _("重設動態密碼")),
    "sessions": ("people.manage", _("結束登入")),
    "close": ("people.manage", _("停用帳號")),
    "reopen": ("people.manage", _("啟用帳號")),
}
# What hands out access asks again who is there; what takes it away in a hurry does not.
WEIGHTY = frozenset({"assign", "password", "factor", "reopen"})


@requires("people.view")
def act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """One act on one person; a refusal keeps what was typed."""
    found = _person(request, pk)
    if act not in ACTS or not reader(request).may(ACTS[act][0]):
        raise Http404
    data = request.POST if request.method == "POST" else None
    initial: dict[str, Any] = {"version": found.version}
    form: Any
    if act == "assign":
        form = forms.AssignForm(data, initial=initial, actor=reader(request))
    elif act == "change":
        names = ("display_name", "name_en", "job_title")
        form = forms.PersonForm(data, initial={**initial, **{n: getattr(found, n) for n in names}})
        form.fields["email"].help_text = _("不顯示目前的；留白就不改。")
    else:
        form = forms.ReasonForm(data, initial=initial)
    back = reverse("people:person", args=[pk])
    if request.method == "POST" and form.is_valid():
        if act in WEIGHTY:
            confirm(request)
        try:
            shown = _do(request, act, found, form.cleaned_data)
        except CannotDo as failure:
            form.refuse(failure)
        else:
            if shown:
                return _show_password(request, found, shown)
            messages.success(request, _("已儲存。"))
            return HttpResponseRedirect(back)
    return form_page(
        request,
        form,
        ACTS[act][1],
        back,
        [(pgettext_lazy("nav", "人員"), reverse("people:people")), (found.display_name, back)],
    )


def _do(request: HttpRequest, act: str, found: User, data: dict[str, Any]) -> str | None:
    actor = reader(request)
    if act == "assign":
        actions.assign_role(
            actor, user_id=found.pk, role_id=int(data["role"]), unit_id=int(data["unit"]),
            start_date=data["start_date"], end_date=data["end_date"], reason=data["reason"],
        )  # fmt: skip
    elif act == "change":
        changes = {n: data[n] for n in ("display_name", "name_en", "job_title")}
        if data["email"]:
            changes["email"] = data["email"]
        actions.change_person(actor, found.pk, version=data["version"], changes=changes)
    elif act in ("close", "reopen"):
        actions.change_person(
            actor,
            found.pk,
            version=data["version"],
            changes={"is_active": act == "reopen"},
            reason=data["reason"],
        )
    elif act == "password":
        return actions.reset_password(actor, found.pk, reason=data["reason"])
    elif act == "factor":
        actions.reset_second_factor(actor, found.pk, reason=data["reason"])
    elif act == "sessions":
        actions.end_sessions(actor, found.pk, reason=data["reason"])
    return None


@requires("people.assign_roles")
def end_assignment(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a role away on a day."""
    assignment = queries.assignment(reader(request), pk)
    if assignment is None:
        raise Http404
    form = forms.EndForm(request.POST or None, initial={"version": assignment.version})
    back = reverse("people:person", args=[assignment.user_id])
    if request.method == "POST" and form.is_valid():
        confirm(request)
        data = form.cleaned_data
        try:
            actions.end_assignment(
                reader(request),
                pk,
                on=data["on"],
                version=data["version"],
                reason=data["reason"],
            )
        except CannotDo as failure:
            form.refuse(failure)
        else:
            messages.success(request, _("已儲存。"))
            return HttpResponseRedirect(back)
    crumbs = [(pgettext_lazy("nav", "人員"), reverse("people:people")), (assignment.user.display_name, back)]
    note = _now("%(unit)s 的 %(role)s") % {"unit": assignment.unit.name, "role": assignment.role.name}
    return form_page(request, form, _("結束角色"), back, crumbs, note=note)


@requires("people.manage")
def revoke_token(request: HttpRequest, pk: int) -> HttpResponse:
    """Make somebody else's token worthless, with a reason."""
    token = queries.token_managed_by(reader(request), pk)
    if token is None:
        raise Http404
    form = forms.ReasonForm(request.POST or None)
    back = reverse("people:person", args=[token.user_id])
    if request.method == "POST" and form.is_valid():
        try:
            actions.revoke_token(reader(request), pk, reason=form.cleaned_data["reason"])
        except CannotDo as failure:
            form.refuse(failure)
        else:
            messages.success(request, _("權杖已撤銷。"))
            return HttpResponseRedirect(back)
    crumbs = [(pgettext_lazy("nav", "人員"), reverse("people:people")), (token.user.display_name, back)]
    note = _now("「%(name)s」，%(hint)s…，用它的程式會立刻停擺。") % {"name": token.name, "hint": token.hint}
    return form_page(request, form, _("撤銷權杖"), back, crumbs, note=note)


@requires("people.manage")
def guards(request: HttpRequest) -> HttpResponse:
    """Accounts and addresses with failures; unlocking needs a reason."""
    if request.method == "POST":
        try:
            actions.unlock(
                reader(request),
                whole_number(request.POST.get("guard")) or 0,
                reason=request.POST.get("reason", ""),
            )
            messages.success(request, _("已解除鎖定。"))
        except CannotDo as failure:
            messages.error(request, failure.message)
        return HttpResponseRedirect(reverse("people:guards"))
    now = clock.now()
    rows = [(g, bool(g.locked_until and g.locked_until > now)) for g in queries.guards(reader(request))]
    return render(request, "people/guards.html", {"rows": rows})
