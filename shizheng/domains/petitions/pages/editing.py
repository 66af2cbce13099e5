"""登錄陳情: what comes over the counter, by word of mouth, by telephone, by letter; and what is near is shown before it is kept."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from shizheng.common.routes import requires
from shizheng.domains.petitions import actions
from shizheng.domains.petitions.forms import NewPetitionForm
from shizheng.domains.petitions.pages.shared import crumbs
from shizheng.domains.petitions.queries.near import near_new
from shizheng.kernel.files import actions as files
from shizheng.web.changing import FORMS, form_page, tried
from shizheng.web.maps import picking_map


@requires("petitions.open")
@require_http_methods(FORMS)
def new(request: HttpRequest) -> HttpResponse:
    """登錄陳情; near ones are shown once before it is kept, the look-up code once after."""
    user: Any = request.user
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = NewPetitionForm(*sent, actor=user)
    near: list[Any] = []
    if request.method == "POST" and form.is_valid():
        if not form.cleaned_data["near_seen"]:
            given = form.cleaned_data
            near = near_new(
                user, given["subject"], place=given.get("place", ""), category_id=given.get("category_id")
            )
        if not near:
            received = tried(form, lambda: _received(user, form))
            if received is not None:
                return render(
                    request,
                    "petitions/received.html",
                    {"row": received.petition, "case": received.petition.case, "code": received.code},
                )
        else:
            again = request.POST.copy()
            again["near_seen"] = "on"
            form.data = again
    return form_page(
        request,
        form,
        _("登錄陳情"),
        _("收案"),
        crumbs()[0][1],
        crumbs=crumbs(),
        template="petitions/new.html",
        near=near,
        map=picking_map(form, "place"),
        multipart=True,
    )


def _received(user: Any, form: NewPetitionForm) -> Any:
    """The photographs are looked at before anything is locked."""
    looked, kept = [], []
    for held in form.cleaned_data["photographs"]:
        there = files.held_bytes(user, held.pk)
        if there is not None:
            name, data = there
            looked.append(files.look_at_photograph(data, name))
            kept.append(held.pk)
    received = actions.receive_petition(user, form.values(looked))
    files.let_go(user, kept)
    return received
