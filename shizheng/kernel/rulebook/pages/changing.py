"""Changing the rulebook: a proposal with its effects shown first, the second person's decision, a new rule."""

from hashlib import sha256
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from shizheng.common.errors import BadInput, CannotDo
from shizheng.common.routes import requires
from shizheng.kernel.rulebook import actions, queries
from shizheng.kernel.rulebook.forms import ChangeForm, DecisionForm, NewRuleForm
from shizheng.kernel.rulebook.forms_values import ValueForm
from shizheng.kernel.rulebook.models import Rule, RuleVersion
from shizheng.kernel.rulebook.pages.common import line, preview, reader
from shizheng.kernel.rulebook.pages.looking import name_of


@requires("rulebook.propose")
def propose(request: HttpRequest, code: str) -> HttpResponse:
    """Propose a value in the form of the rule's kind. The effects come first; sending is a second step."""
    rule = queries.rule(code)
    newest = queries.versions_of(rule).first()
    context: dict[str, Any] = {"rule": rule, "name": name_of(rule), "preview": None, "seen": ""}
    status = 200
    if request.method == "POST":
        values = ValueForm(request.POST, kind=rule.kind, shape=rule.shape)
        words = ChangeForm(request.POST)
        made = _checked(rule, values, words)
        status = 422 if made is None else 200
        if made is not None:
            shown = preview(rule, made)
            seen = _mark(rule, made, shown.changes)
            if "send" in request.POST and request.POST.get("seen") == seen:
                return _send(request, rule, made)
            context |= {"preview": shown, "seen": seen, "again": "send" in request.POST}
    else:
        values = ValueForm(kind=rule.kind, shape=rule.shape, value=newest.value if newest else None)
        words = ChangeForm(initial={"reading": newest.reading if newest else ""})
    return render(
        request, "rulebook/propose.html", context | {"values": values, "words": words}, status=status
    )


def _checked(rule: Rule, values: ValueForm, words: ChangeForm) -> RuleVersion | None:
    """The version that was typed, unsaved; None (with the reasons in the forms) when something has to be changed."""
    both = [values.is_valid(), words.is_valid()]
    if not all(both):
        return None
    try:
        return actions.checked_change(rule, value=values.cleaned_value(), **words.cleaned_data)
    except BadInput as failure:
        values.refuse_value(failure.fields.pop("value", []))
        if failure.fields:
            words.refuse(failure)
        return None


def _mark(rule: Rule, made: RuleVersion, changes: Any) -> str:
    """What the effects were shown for: when anything of it changes, they are shown again before it is sent."""
    parts = (rule.version, made.value, made.valid_from, made.valid_to, made.unconfirmed, changes)
    return sha256(repr(parts).encode()).hexdigest()[:24]


def _send(request: HttpRequest, rule: Rule, made: RuleVersion) -> HttpResponse:
    row = actions.propose_change(
        reader(request), rule.code, value=made.value, valid_from=made.valid_from, valid_to=made.valid_to,
        source=made.source, reading=made.reading, unconfirmed=made.unconfirmed, reason=made.reason,
    )  # fmt: skip
    messages.success(request, _("提案已送出，由另一位有核准權的人決定後才適用。"))
    return HttpResponseRedirect(reverse("rulebook:proposal", args=[row.pk]))


@requires("rulebook.view")
def proposal(request: HttpRequest, pk: int) -> HttpResponse:
    """One version of a rule: what it says, why, what it would alter, and what was decided."""
    return _proposal(request, pk)


def _proposal(
    request: HttpRequest, pk: int, form: DecisionForm | None = None, status: int = 200
) -> HttpResponse:
    row = queries.proposal(pk)
    rule, actor = row.rule, reader(request)
    waits = row.state == "proposed"
    own = row.proposed_by_id == actor.pk
    may_decide = waits and actor.may("rulebook.approve") and not own
    may_withdraw = waits and own and actor.may("rulebook.propose")
    return render(request, "rulebook/proposal.html", {
        "line": line(rule, row), "row": row, "rule": rule, "name": name_of(rule),
        "preview": preview(rule, row) if waits else None,
        "form": form or DecisionForm(initial={"version": rule.version}),
        "may_decide": may_decide, "may_withdraw": may_withdraw, "own": own and waits,
    }, status=status)  # fmt: skip


@requires("rulebook.approve")
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a proposal count."""
    return _decide(request, pk, "approve")


@requires("rulebook.approve")
def reject(request: HttpRequest, pk: int) -> HttpResponse:
    """Turn a proposal down."""
    return _decide(request, pk, "reject")


@requires("rulebook.propose")
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one's own proposal back."""
    return _decide(request, pk, "withdraw")


def _decide(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    back = reverse("rulebook:proposal", args=[pk])
    if request.method != "POST":
        return HttpResponseRedirect(back)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _proposal(request, pk, form, 422)
    reason, actor = form.cleaned_data["reason"], reader(request)
    try:
        if act == "approve":
            row = actions.approve_change(actor, pk, version=form.cleaned_data["version"], reason=reason)
            said = _("已核准，成為第 %(n)s 版。") % {"n": row.number}
        elif act == "reject":
            actions.reject_change(actor, pk, reason=reason)
            said = _("已退回，規則沒有改變。")
        else:
            actions.withdraw_change(actor, pk, reason=reason)
            said = _("已撤回，規則沒有改變。")
    except CannotDo as failure:
        again = DecisionForm({"reason": reason, "version": queries.proposal(pk).rule.version})
        again.is_valid()
        again.refuse(failure)
        return _proposal(request, pk, again, failure.status)
    messages.success(request, said)
    return HttpResponseRedirect(back)


@requires("rulebook.propose")
def new_rule(request: HttpRequest) -> HttpResponse:
    """Make a rule; then its first version is proposed."""
    form, status = NewRuleForm(request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            given = {name: value for name, value in form.cleaned_data.items() if name != "options"}
            try:
                made = actions.create_rule(reader(request), **given)
            except CannotDo as failure:
                form.refuse(failure)
                status = failure.status
            else:
                messages.success(request, _("規則已建立。請接著提第一版的值；核准後才適用。"))
                return HttpResponseRedirect(reverse("rulebook:propose", args=[made.code]))
    return render(request, "rulebook/new.html", {"form": form}, status=status)
