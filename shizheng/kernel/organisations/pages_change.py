"""Forms that change the tree: one page for each change, keeping what was typed when the action refuses."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from shizheng.common.errors import CannotDo
from shizheng.common.routes import requires
from shizheng.kernel.organisations import actions, forms, queries
from shizheng.kernel.organisations.pages import reader, visible_unit
from shizheng.kernel.organisations.rules import Node

TITLES = {
    "rename": lazy("更名"),
    "move": lazy("改隸"),
    "level": lazy("管制層級"),
    "merge": lazy("整併"),
    "split": lazy("分設"),
    "close": lazy("裁撤"),
    "aliases": lazy("別名"),
}  # fmt: skip


@requires("organisations.change")
def act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """One change of one unit; a refusal keeps what was typed."""
    found = visible_unit(request, pk)
    node = queries.tree().by_id.get(pk)
    if act not in TITLES or (node is None and act != "aliases"):
        raise Http404
    form = _form(act, found, node, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            target = _do(reader(request), act, pk, form)
        except CannotDo as failure:
            form.refuse(failure)
        else:
            messages.success(request, _("已儲存。"))
            return HttpResponseRedirect(reverse("organisations:unit", args=[target]))
    status = 422 if request.method == "POST" else 200
    context = {"unit": found, "form": form, "title": TITLES[act], "act": act}
    return render(request, "organisations/act.html", context, status=status)


def _form(act: str, found: Any, node: Node | None, data: Any) -> Any:
    initial: dict[str, Any] = {"version": found.version}
    if act == "aliases":
        initial["aliases"] = "\n".join(alias.name for alias in found.aliases.all())
        return forms.AliasForm(data, initial=initial)
    assert node is not None
    if act == "rename":
        initial |= {"name": node.name, "short_name": node.short_name, "name_en": node.name_en}
        return forms.NamesForm(data, initial=initial)
    if act == "level":
        return forms.LevelForm(data, initial={**initial, "control_level": node.control_level})
    if act == "close":
        return forms.CloseForm(data, initial=initial)
    kinds = {"move": forms.MoveForm, "merge": forms.MergeForm, "split": forms.SplitForm}
    return kinds[act](data, initial=initial, node=node)


def _do(actor: Any, act: str, pk: int, form: Any) -> int:
    """Call the action; the number of the unit to show next."""
    data = form.cleaned_data
    version = data.get("version")
    if act == "aliases":
        actions.set_aliases(actor, pk, data["aliases"].splitlines(), version=version, reason=data["reason"])
        return pk
    why = form.why()
    if act == "rename":
        names = {name: data[name] for name in ("name", "short_name", "name_en")}
        actions.rename_unit(actor, pk, version=version, **names, **why)
    elif act == "move":
        actions.move_unit(actor, pk, version=version, parent_id=int(data["parent"]), **why)
    elif act == "level":
        actions.change_unit(
            actor, pk, version=version, changes={"control_level": data["control_level"]}, **why
        )
    elif act == "close":
        actions.close_unit(actor, pk, version=version, **why)
    elif act == "merge":
        others = [int(one) for one in data["others"]]
        versions = {pk: version} if version is not None else {}
        return actions.merge_units(actor, [pk, *others], into=form.successor(), versions=versions, **why).pk
    elif act == "split":
        parts = data["parts"]
        opened = actions.split_unit(
            actor, pk, parts=parts, keeps=data["keeps"], children=form.given(), version=version, **why
        )
        return opened[0].pk
    return pk


@requires("organisations.change")
def open_unit(request: HttpRequest) -> HttpResponse:
    """Open a unit."""
    form = forms.OpenForm(request.POST or None, initial={"parent": request.GET.get("parent", "")})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            made = actions.open_unit(
                reader(request),
                code=data["code"], kind=data["kind"], name=data["name"], parent_id=int(data["parent"]),
                short_name=data["short_name"], name_en=data["name_en"], control_level=data["control_level"],
                **form.why(),
            )  # fmt: skip
        except CannotDo as failure:
            form.refuse(failure)
        else:
            messages.success(request, _("「%(name)s」已設立。") % {"name": made.name})
            return HttpResponseRedirect(reverse("organisations:unit", args=[made.pk]))
    status = 422 if request.method == "POST" else 200
    return render(
        request,
        "organisations/act.html",
        {"form": form, "title": _("設立機關"), "act": "open"},
        status=status,
    )
