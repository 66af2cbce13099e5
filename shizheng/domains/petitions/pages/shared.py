"""What the pages of petitions share: the way back, crumbs, and acts as a page."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from shizheng.domains.petitions.models import Petition
from shizheng.web.changing import asked


def back_to(case_id: int) -> str:
    """The page of a petition."""
    return reverse("petitions:petition", args=[case_id])


def crumbs(row: Petition | None = None) -> list[tuple[Any, str]]:
    """The list, and the petition where there is one."""
    found = [(_("陳情案件"), reverse("petitions:list"))]
    if row is not None:
        found.append((row.case.number, back_to(row.case_id)))
    return found


def act_page(
    request: HttpRequest,
    row: Petition,
    form: Any,
    act: Callable[[dict[str, Any]], Any],
    texts: tuple[str, str, str],
    **more: Any,
) -> HttpResponse:
    """The page of one act: title, label of its button, and what is said when it is done. Nothing typed stays on the device."""
    title, submit, said = texts
    return asked(
        request,
        form,
        lambda: act(form.cleaned_data),
        title,
        submit,
        back_to(row.case_id),
        said=said,
        crumbs=crumbs(row),
        subtitle=row.case.title,
        template="petitions/act.html",
        row=row,
        **more,
    )
