"""Pages on roles: the matrix role × permission, and one role."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from shizheng.common import clock
from shizheng.common.errors import CannotDo
from shizheng.common.numbers import whole_number
from shizheng.common.permissions import declared
from shizheng.common.routes import requires
from shizheng.common.words import called, listed, tell
from shizheng.kernel.history.queries import entries_of, entries_of_all, of_latest_acts
from shizheng.kernel.people import actions, forms, queries
from shizheng.kernel.people.confirming import confirm
from shizheng.kernel.people.pages import form_page, reader
from shizheng.web import exports


def _may_edit(user: Any) -> bool:
    return bool(user.may("people.manage") and user.units_where("people.manage") is None)


@requires("people.view")
def matrix(request: HttpRequest) -> HttpResponse:
    """Every role × every permission; an administrator of the whole city edits it with a reason."""
    roles = list(queries.roles())
    if request.GET.get("export") in exports.FORMATS:
        return _export(request.GET["export"], roles)
    typed: dict[int, set[str]] = {role.pk: set(role.permissions) for role in roles}
    versions = {role.pk: role.version for role in roles}
    problem, reason, status = "", "", 200
    if request.method == "POST":
        reason = request.POST.get("reason", "")
        typed = {role.pk: set(request.POST.getlist(f"role-{role.pk}")) for role in roles}
        if reason.strip() and _may_edit(reader(request)):
            confirm(request)
        versions = {role.pk: whole_number(request.POST.get(f"version-{role.pk}")) or 0 for role in roles}
        try:
            changed = actions.set_matrix(
                reader(request),
                {pk: sorted(codes) for pk, codes in typed.items()},
                versions=versions,
                reason=reason,
            )
        except CannotDo as failure:
            problem, status = failure.message, failure.status
        else:
            names = listed(called(role) for role in changed)
            text = (
                _now("已儲存：%(names)s。") % {"names": names}
                if changed
                else _now("沒有不同，沒有儲存任何東西。")
            )
            messages.success(request, text)
            return HttpResponseRedirect(reverse("people:matrix"))
    english = (get_language() or "").startswith("en")
    groups: dict[str, list[Any]] = {}
    for permission in declared():
        label = permission.label_en if english else permission.label
        cells = [
            (role, permission.code in typed[role.pk], permission.code in role.permissions) for role in roles
        ]
        groups.setdefault(_now(permission.group), []).append((permission.code, label, cells))
    context = {
        "roles": [(role, versions[role.pk]) for role in roles],
        "groups": list(groups.items()),
        "may_edit": _may_edit(reader(request)),
        "problem": problem,
        "reason": reason,
        "entries": of_latest_acts(entries_of_all("people.role", [role.pk for role in roles]), 15),
    }
    return render(request, "people/matrix.html", context, status=status)


def _export(kind: str, roles: list[Any]) -> HttpResponse:
    head = [_now("組別"), _now("權限"), _now("代碼"), *(called(role) for role in roles)]
    rows = [
        [tell(p.group), p.shown, p.code, *("○" if p.code in role.permissions else "" for role in roles)]
        for p in declared()
    ]
    name = f"permissions-{clock.today().isoformat()}"
    return exports.response(kind, [head, *rows], _now("角色與權限"), name)  # type: ignore[return-value]


@requires("people.view")
def role(request: HttpRequest, pk: int) -> HttpResponse:
    """One role: what it allows, who holds it as far as the reader may see, and its history."""
    found = queries.roles().filter(pk=pk).first()
    if found is None:
        raise Http404
    labels = {p.code: p for p in declared()}
    context = {
        "role": found,
        "permissions": [labels[code] for code in found.permissions if code in labels],
        "holders": queries.holders_of_role(reader(request), pk),
        "entries": list(entries_of(found)[:20]),
        "may_edit": _may_edit(reader(request)),
    }
    return render(request, "people/role.html", context)


@requires("people.manage")
def new_role(request: HttpRequest) -> HttpResponse:
    """Make a role; what it allows is then set in the matrix."""
    form = forms.NewRoleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        confirm(request)
        try:
            actions.create_role(reader(request), **_without(form.cleaned_data, "version"))
        except CannotDo as failure:
            form.refuse(failure)
        else:
            messages.success(request, _("角色已建立，請在表裡勾選它的權限。"))
            return HttpResponseRedirect(reverse("people:matrix"))
    back = reverse("people:matrix")
    return form_page(request, form, _("建立角色"), back, [(_("角色與權限"), back)])


@requires("people.manage")
def change_role(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a role's words, second factor and state."""
    found = queries.roles().filter(pk=pk).first()
    if found is None:
        raise Http404
    names = ("name", "name_en", "description", "requires_second_factor", "is_active")
    form = forms.RoleForm(
        request.POST or None, initial={"version": found.version, **{n: getattr(found, n) for n in names}}
    )
    back = reverse("people:role", args=[pk])
    if request.method == "POST" and form.is_valid():
        confirm(request)
        data = form.cleaned_data
        try:
            actions.change_role(
                reader(request),
                pk,
                version=data["version"],
                changes={n: data[n] for n in names},
                reason=data["reason"],
            )
        except CannotDo as failure:
            form.refuse(failure)
        else:
            messages.success(request, _("已儲存。"))
            return HttpResponseRedirect(back)
    crumbs = [(_("角色與權限"), reverse("people:matrix")), (found.name, back)]
    return form_page(request, form, _("改角色"), back, crumbs)


def _without(data: dict[str, Any], *names: str) -> dict[str, Any]:
    return {key: value for key, value in data.items() if key not in names}
