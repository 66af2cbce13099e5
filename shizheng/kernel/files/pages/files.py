"""One file: what it is, its pictures, who may open it; and the bytes."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from shizheng.common.errors import CannotDo
from shizheng.common.routes import requires
from shizheng.kernel.files import access, actions, queries
from shizheng.kernel.files.actions.housekeeping import failure_text
from shizheng.kernel.files.forms import SealForm
from shizheng.kernel.files.pages.serving import served
from shizheng.kernel.files.rules import IMAGES

READINGS = 50


@requires("files.view")
@require_safe
def detail(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The file's page."""
    return _detail(request, pk)


def _detail(request: HttpRequest, pk: uuid.UUID, form: SealForm | None = None, status: int = 200) -> HttpResponse:  # fmt: skip
    user: Any = request.user
    found = queries.file(user, pk)
    sealed, may_open = queries.is_sealed(found), queries.may_open(user, found)
    erased = queries.is_erased(found)
    pictures = queries.previews_of(found) if may_open and not erased else []
    shown = [each for each in pictures if each.page]
    failure = next((failure_text(each.failure) for each in pictures if not each.page), "")
    subject = access.subject(found.subject_label)
    may_seal = user.may("files.seal", found.unit_id)
    context = {
        "file": found, "sealed": sealed, "erased": erased, "may_open": may_open, "pictures": shown, "failure": failure,
        "coming": may_open and not pictures and queries.waiting(found), "photo": found.kind in IMAGES and may_open and not erased,
        "subject": subject, "subject_url": subject.address(found.subject_pk) if subject else "",
        "form": (form or SealForm()) if may_seal else None,
        "sealings": list(found.sealings.all()) if may_seal or may_open else [],
        "readings": list(queries.readings_of(found)[:READINGS]) if user.may("files.read_sealed", found.unit_id) else [],
    }  # fmt: skip
    return render(request, "files/file.html", context, status=status)


@requires("files.view")
@require_safe
def download(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The bytes as they came, to be saved."""
    opened = actions.open_file(request.user, pk)  # type: ignore[arg-type]
    return served(request, opened, attached=True, tag=opened.file.sha256)


@requires("files.view")
@require_safe
def preview(request: HttpRequest, pk: uuid.UUID, page: int) -> HttpResponse:
    """A small picture of a page."""
    opened = actions.open_preview(request.user, pk, page)  # type: ignore[arg-type]
    return served(request, opened, attached=False, tag=f"{opened.file.sha256[:40]}-{page}")


@requires("files.view")
@require_safe
def photo(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """What a photograph says of when and where it was taken: asked for, never shown by itself."""
    user: Any = request.user
    found = queries.file(user, pk)
    return render(request, "files/photo.html", {"file": found, "facts": actions.photo_facts(user, pk)})


@requires("files.seal")
@require_POST
def seal(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Seal a file, or open it again."""
    user: Any = request.user
    form = SealForm(request.POST)
    if not form.is_valid():
        return _detail(request, pk, form, 422)
    try:
        if request.POST.get("act") == "unseal":
            actions.unseal(user, pk, reason=form.cleaned_data["reason"])
            messages.success(request, _("已解除彌封。"))
        else:
            actions.seal(user, pk, reason=form.cleaned_data["reason"])
            messages.success(request, _("已彌封；之後每次開啟都會記下是誰、何時。"))
    except CannotDo as failure:
        form.add_error(None, failure.message)
        return _detail(request, pk, form, failure.status)
    return HttpResponseRedirect(reverse("files:file", args=[pk]))
