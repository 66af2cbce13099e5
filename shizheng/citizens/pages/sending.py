"""我要陳情: three steps, each kept as it is left, so that nothing is lost on an error or on the way back; works without script."""

import json
import uuid
from contextlib import suppress
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shizheng.citizens import actions
from shizheng.citizens.forms import PhotographsForm, SendForm, WhatForm, WhoForm
from shizheng.citizens.pages.shared import draft_of, open_to_all, remember_draft
from shizheng.citizens.queries import faq
from shizheng.common.addresses import client_address
from shizheng.common.words import called
from shizheng.domains.petitions.queries import public
from shizheng.web.changing import FORMS, tried
from shizheng.web.geography import districts

Answer = HttpResponse | HttpResponseRedirect
WHAT = ("words", "category_id", "place", "district", "longitude", "latitude", "website")
WHO = ("name", "email", "phone", "restricted", "tell_answer", "tell_progress", "website")


@open_to_all()
@require_http_methods(FORMS)
def start(request: HttpRequest) -> Answer:
    """第一步, before anything is kept; a draft begins with what is sent."""
    if request.method != "POST":
        return _what_page(request, WhatForm(), [], [])
    token = actions.new_draft()
    remember_draft(request, token)
    return _keep_what(request, token, {})


@open_to_all()
@require_http_methods(FORMS)
def what(request: HttpRequest, token: uuid.UUID) -> Answer:
    """第一步：什麼事、在哪裡."""
    content = draft_of(request, token)
    if "sent" in content:
        return redirect("petition:done", token)
    if request.method == "POST":
        return _keep_what(request, token, content)
    form = WhatForm(content.get("what"))
    return _what_page(request, form, content.get("photographs", []), content.pop("refused", []), token=token)


def _keep_what(request: HttpRequest, token: uuid.UUID, content: dict[str, Any]) -> Answer:
    raw = {name: request.POST.get(name, "") for name in WHAT}
    kept = [
        each for each in content.get("photographs", []) if f"drop-{each['sha256'][:12]}" not in request.POST
    ]
    uploads = request.FILES.getlist("photographs")
    if uploads:
        actions.take("photo", client_address(request))
    photographs, refused = actions.add_photographs(kept, uploads)
    content = {**content, "what": raw, "photographs": photographs}
    actions.keep_draft(token, content)
    form = WhatForm(raw)
    if refused or not form.is_valid() or "stay" in request.POST:
        return _what_page(
            request,
            form,
            photographs,
            refused,
            token=token,
            status=200 if "stay" in request.POST and not refused else 422,
        )
    return redirect("petition:who", token)


def _what_page(
    request: HttpRequest, form: WhatForm, photographs: list[Any], refused: list[str], *, token: uuid.UUID | None = None, status: int = 200
) -> Answer:  # fmt: skip
    picks = [form["longitude"].auto_id, form["latitude"].auto_id]
    bound = form.data if form.is_bound else {}
    pins = []
    with suppress(KeyError, ValueError):
        here = {"longitude": float(bound["longitude"]), "latitude": float(bound["latitude"])}
        pins = [{**here, "name": _("您點的地點")}]
    spec = {
        "id": "petition-map", "title": _("在地圖上點出地點"), "note": _("點一下就會填座標；也可以不點，只寫地址或地標。"),
        "places": [], "pins": pins, "picks": picks, "zoom": 14 if pins else None,
    }  # fmt: skip
    found = next((each["point"] for each in photographs if each["point"]), None)
    context = {
        "form": form, "files": PhotographsForm(), "photographs": photographs, "refused": refused, "spec": spec, "step": 1,
        "token": token, "from_photo": found if found and not pins else None,
    }  # fmt: skip
    return render(request, "citizens/what.html", context, status=status)


@open_to_all()
@require_http_methods(FORMS)
def who(request: HttpRequest, token: uuid.UUID) -> Answer:
    """第二步：怎麼回復您."""
    content = draft_of(request, token)
    if "sent" in content:
        return redirect("petition:done", token)
    if request.method != "POST":
        form = WhoForm(content["who"]) if "who" in content else WhoForm()
        return render(request, "citizens/who.html", {"form": form, "step": 2, "token": token})
    raw = {name: request.POST[name] for name in WHO if name in request.POST}
    actions.keep_draft(token, {**content, "who": raw})
    if "back" in request.POST:
        return redirect("petition:what", token)
    form = WhoForm(raw)
    if not form.is_valid():
        return render(request, "citizens/who.html", {"form": form, "step": 2, "token": token}, status=422)
    return redirect("petition:check", token)


@open_to_all(sent="send")
@require_http_methods(FORMS)
def check(request: HttpRequest, token: uuid.UUID) -> Answer:
    """第三步：看過再送出; petitions like it are shown first, without a word that anybody wrote."""
    content = draft_of(request, token)
    if "sent" in content:
        return redirect("petition:done", token)
    about, person = WhatForm(content.get("what", {})), WhoForm(content.get("who", {}))
    if not about.is_valid():
        return redirect("petition:what", token)
    if not person.is_valid():
        return redirect("petition:who", token)
    given = about.cleaned_data
    proposed = public.proposed_category(given["words"]) if given["category_id"] is None else None
    form = SendForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        if "accept_category" in request.POST and proposed is not None:
            given = {**given, "category_id": proposed.pk}
        sent = tried(form, lambda: actions.send_petition(token, given, person.cleaned_data))
        if sent is not None:
            return redirect("petition:done", token)
    point = None if given["longitude"] is None else (given["longitude"], given["latitude"])
    category = public.category_named(given["category_id"]) or proposed
    context = {
        "form": form, "step": 3, "token": token, "what": given, "who": person.cleaned_data, "proposed": proposed,
        "category": category, "district": district_name(given["district"]),
        "photographs": content.get("photographs", []), "subject": subject(category, given["place"]),
        "similar": public.similar(words=given["words"], category_id=category.pk if category else None, point=point),
        "answers": [(each.pk, *faq.said(each)) for each in faq.like(given["words"], 3)],
    }  # fmt: skip
    return render(request, "citizens/check.html", context, status=422 if form.errors else 200)


def district_name(code: str) -> str:
    """What a district is called; empty where none was chosen."""
    return next((called(each) for each in districts() if each.code == code), "")


def subject(category: Any, place: str) -> str:
    """What lists will show of it, as the citizen reads it before sending."""
    kind = called(category) if category is not None else _("市民網路陳情")
    return f"{kind}：{place}" if place.strip() else kind


@open_to_all()
@require_safe
def done(request: HttpRequest, token: uuid.UUID) -> Answer:
    """Number, code and receipt, for an hour."""
    sent = draft_of(request, token).get("sent")
    if sent is None:
        return redirect("petition:check", token)
    return render(request, "citizens/done.html", {"sent": sent, "token": token})


@open_to_all()
@require_safe
def receipt(request: HttpRequest, token: uuid.UUID) -> Answer:
    """The receipt as a file."""
    sent = draft_of(request, token).get("sent")
    if sent is None:
        return redirect("petition:check", token)
    return receipt_file(json.dumps(sent["receipt"]), sent["number"])


def receipt_file(text: str, number: str) -> HttpResponse:
    """A receipt to be kept."""
    answer = HttpResponse(text, content_type="application/jose+json")
    answer["Content-Disposition"] = f'attachment; filename="receipt-{number}.json"'
    return answer


@open_to_all(sent="type")
@require_POST
def suggest(request: HttpRequest) -> HttpResponse:
    """While one types: the likely category, and answers that are there already. What was typed is not kept."""
    words = request.POST.get("words", "")[:2000]
    category = public.proposed_category(words) if len(words.strip()) > 1 else None
    context = {"category": category, "answers": [(each.pk, *faq.said(each)) for each in faq.like(words, 3)]}
    return render(request, "citizens/_suggest.html", context)
