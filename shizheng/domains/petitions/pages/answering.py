"""擬答復, 展延, 停止計算, 品質抽查, 彌封資料, 去識別."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from shizheng.common.numbers import whole_number
from shizheng.common.permissions import require
from shizheng.common.routes import requires
from shizheng.domains.petitions import actions
from shizheng.domains.petitions.forms import (
    ActForm,
    DecideExtensionForm,
    DraftForm,
    ExtensionForm,
    FactsForm,
    PurposeForm,
)
from shizheng.domains.petitions.pages.acting import start, version_of
from shizheng.domains.petitions.pages.petition import sealed_names
from shizheng.domains.petitions.pages.shared import act_page, back_to, crumbs
from shizheng.domains.petitions.queries import petitions as queries
from shizheng.domains.petitions.rules.templates import asked
from shizheng.kernel.cases import actions as cases
from shizheng.web.changing import FORMS, form_page, posted, tried


@requires("petitions.handle")
@require_http_methods(FORMS)
def draft(request: HttpRequest, case_id: int) -> HttpResponse:
    """擬答復: from nothing, from the last draft, or from a template that asks for the case's own facts."""
    user, row = start(request, case_id, "petitions.handle")
    last = queries.latest_reply(row)
    initial = {**version_of(row), "text": last.text if last else ""}
    if last is not None:
        initial |= {"promise": last.promise, "promise_on": last.promise_on}
    templates = list(queries.templates_for(row))
    wanted = whole_number(request.GET.get("template", ""))
    chosen = next((each for each in templates if each.pk == wanted), None)
    if chosen is not None and request.POST.get("text") is None:
        facts = FactsForm(posted(request), names=asked(chosen.text))
        filled = None
        if not facts.names:
            filled = actions.fill_template(row, chosen.pk, {})
        elif request.method == "POST" and facts.is_valid():
            filled = tried(facts, lambda: actions.fill_template(row, chosen.pk, facts.told()))
        if filled is None:
            return form_page(
                request, facts, _("填範本：%(name)s") % {"name": chosen.name}, _("帶入答復"), back_to(case_id),
                crumbs=crumbs(row), template="petitions/act.html", row=row,
            )  # fmt: skip
        form = DraftForm(initial={**initial, "text": filled, "template_id": chosen.pk})
        return form_page(
            request, form, _("擬答復"), _("存稿"), back_to(case_id), crumbs=crumbs(row),
            template="petitions/act.html", row=row, subtitle=row.case.title,
        )  # fmt: skip
    return act_page(
        request,
        row,
        DraftForm(posted(request), initial=initial),
        lambda given: actions.draft_reply(
            user, case_id, version=given["version"], text=given["text"], template_id=given["template_id"],
            promise=given["promise"], promise_on=given["promise_on"],
        ),
        (_("擬答復"), _("存稿"), _("已存稿；看過再陳核。")),
        templates=templates,
        words=row.words,
    )  # fmt: skip


@requires("petitions.handle")
@require_http_methods(FORMS)
def extend(request: HttpRequest, case_id: int) -> HttpResponse:
    """申請展延."""
    user, row = start(request, case_id, "petitions.handle")
    return act_page(
        request,
        row,
        ExtensionForm(posted(request), initial=version_of(row)),
        lambda given: cases.ask_extension(
            user, case_id, version=given["version"], reason=given["reason"], amount=given["amount"]
        ),
        (_("申請展延"), _("送出申請"), _("已送出展延申請，等候核定；期限在同意後才改。")),
    )


@requires("petitions.decide")
@require_http_methods(FORMS)
def decide_extension(request: HttpRequest, case_id: int, extension_id: int) -> HttpResponse:
    """核定展延."""
    user, row = start(request, case_id, "petitions.decide")
    found = row.case.extensions.filter(pk=extension_id).first()
    return act_page(
        request,
        row,
        DecideExtensionForm(posted(request), initial={"version": found.version if found else None}),
        lambda given: cases.decide_extension(
            user,
            extension_id if found else 0,
            version=given["version"],
            approve=given["answer"] == "yes",
            reason=given["reason"],
            told=given["told"],
        ),
        (_("核定展延"), _("核定"), _("已核定，理由記在經過裡。")),
        extension=found,
    )


@requires("petitions.decide")
@require_http_methods(FORMS)
def pause(request: HttpRequest, case_id: int) -> HttpResponse:
    """停止計算期限."""
    user, row = start(request, case_id, "petitions.decide")
    return act_page(
        request,
        row,
        ActForm(posted(request), needs_reason=True, initial=version_of(row)),
        lambda given: cases.pause(user, case_id, version=given["version"], reason=given["reason"]),
        (_("停止計算期限"), _("停止計算"), _("已停止計算期限。")),
    )


@requires("petitions.decide")
@require_http_methods(FORMS)
def resume(request: HttpRequest, case_id: int) -> HttpResponse:
    """繼續計算期限."""
    user, row = start(request, case_id, "petitions.decide")
    return act_page(
        request,
        row,
        ActForm(posted(request), initial=version_of(row)),
        lambda given: cases.resume(user, case_id, version=given["version"], reason=given["reason"]),
        (_("繼續計算期限"), _("繼續計算"), _("已繼續計算期限。")),
    )


@requires("petitions.control")
@require_http_methods(FORMS)
def check(request: HttpRequest, case_id: int) -> HttpResponse:
    """品質抽查合格."""
    user, row = start(request, case_id, "petitions.control")
    return act_page(
        request,
        row,
        ActForm(posted(request), needs_reason=True, initial=version_of(row)),
        lambda given: actions.check_quality(user, case_id, findings=given["reason"]),
        (_("品質抽查合格"), _("記為合格"), _("已記下抽查結果。")),
    )


@requires("petitions.read_sealed")
@require_http_methods(FORMS)
def unseal(request: HttpRequest, case_id: int) -> HttpResponse:
    """開啟彌封資料: shown once on the answer to the form, never kept by the browser."""
    user: Any = request.user
    row = queries.petition(user, case_id)
    require(user, "petitions.read_sealed", row.case.unit_id)
    names = sealed_names(row.case)
    form = PurposeForm(posted(request), names=names)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        opened = tried(
            form, lambda: cases.read_sealed(user, case_id, given["name"], purpose=given["purpose"])
        )
        if opened is not None:
            answer = render(
                request,
                "petitions/unsealed.html",
                {"row": row, "label": dict(names)[given["name"]], "opened": opened, "crumbs": crumbs(row)},
            )
            answer["Cache-Control"] = "no-store"
            return answer
    return form_page(
        request,
        form,
        _("開啟彌封資料"),
        _("開啟"),
        back_to(case_id),
        crumbs=crumbs(row),
        subtitle=row.case.title,
        template="petitions/act.html",
        row=row,
    )


@requires("petitions.anonymise")
@require_http_methods(FORMS)
def anonymise(request: HttpRequest, case_id: int) -> HttpResponse:
    """去識別."""
    user, row = start(request, case_id, "petitions.anonymise")
    return act_page(
        request,
        row,
        ActForm(posted(request), needs_reason=True, initial=version_of(row)),
        lambda given: actions.anonymise_petition(
            user, case_id, version=given["version"], reason=given["reason"]
        ),
        (_("去識別"), _("去識別"), _("已去識別，彌封資料、陳情內容與答復內容再也不能讀取。")),
    )
