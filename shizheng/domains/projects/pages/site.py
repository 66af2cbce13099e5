"""現場: what is brought back from the site by phone. With a script it waits on the device until there is a network
(assets/site.js); without one it is a plain form. What is sent twice is kept once."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from shizheng.common.errors import CannotDo
from shizheng.common.permissions import require
from shizheng.common.routes import requires
from shizheng.domains.projects import actions
from shizheng.domains.projects.forms.photos import SiteForm
from shizheng.domains.projects.pages.shared import FORMS, tried
from shizheng.domains.projects.queries import photos as queries
from shizheng.domains.projects.queries import projects


@requires("projects.edit")
@require_http_methods(FORMS)
def site(request: HttpRequest, project_id: int) -> HttpResponse:
    """The page for the phone."""
    user: Any = request.user
    found = projects.project(user, project_id)
    require(user, "projects.edit", projects.unit_in_charge(found))
    sent = request.method == "POST"
    form = SiteForm(
        request.POST if sent else None,
        request.FILES if sent else None,
        initial={"key": uuid.uuid4().hex},
    )
    if request.method == "POST" and form.is_valid():
        done = tried(form, lambda: _keep(user, project_id, form))
        if done is not None:
            messages.success(request, _("已存現場紀錄。"))
            return redirect("projects:site", project_id)
    return render(
        request,
        "projects/site.html",
        {"form": form, "project": found, "notes": queries.notes_of(project_id)[:3]},
        status=422 if form.errors else 200,
    )


@requires("projects.edit")
@require_POST
def send(request: HttpRequest, project_id: int) -> HttpResponse:
    """One thing that waited on the device: kept, kept before, or refused with why."""
    user: Any = request.user
    form = SiteForm(request.POST, request.FILES)
    if not form.is_valid():
        text = " ".join(str(each) for errors in form.errors.values() for each in errors)
        return JsonResponse({"kept": False, "message": text}, status=422)
    try:
        projects.project(user, project_id)
        _keep(user, project_id, form)
    except CannotDo as failure:
        return JsonResponse({"kept": False, "message": failure.message}, status=failure.status)
    return JsonResponse({"kept": True, "key": form.cleaned_data["key"]})


def _keep(user: Any, project_id: int, form: SiteForm) -> bool:
    given = form.cleaned_data
    place = {"longitude": given["longitude"], "latitude": given["latitude"]}
    upload = given["photo"]
    if upload is not None:
        values = {"caption": given["caption"], "session": given["session"], "taken_at": given["at"], **place}
        actions.add_photo(user, project_id, upload, name=upload.name, values=values, key=given["key"])
    if given["text"].strip():
        values = {"text": given["text"], "works": given["works"], "noted_at": given["at"], **place}
        actions.add_site_note(user, project_id, values=values, key=given["session"] or given["key"])
    return True
