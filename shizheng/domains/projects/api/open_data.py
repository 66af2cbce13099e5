"""Open data of tenders for everybody: OC4IDS of the edition that stands."""

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.encoding import iri_to_uri
from ninja import Path

from shizheng.common.api_fields import NO_NUL
from shizheng.common.words import N_
from shizheng.domains.projects.api.oc4ids_answers import Oc4idsPackageOut
from shizheng.domains.projects.api.routing import router
from shizheng.domains.projects.publications import oc4ids

Number = Annotated[str, Path(pattern=NO_NUL, min_length=1, max_length=20)]


@router.get(
    "/oc4ids.json",
    permission=None,
    response={200: Oc4idsPackageOut, 302: None},
    summary=N_("公布的標案（OC4IDS）"),
)
def read_oc4ids(request: HttpRequest) -> Any:
    """Every published tender as one OC4IDS 0.9 project package: leads to the file of the edition that stands."""
    return HttpResponseRedirect(oc4ids.address())


@router.get(
    "/oc4ids/{number}",
    permission=None,
    response=Oc4idsPackageOut,
    summary=N_("一個公布的標案（OC4IDS）"),
)
def read_oc4ids_tender(request: HttpRequest, number: Number) -> Any:
    """One published tender as an OC4IDS 0.9 project package."""
    answer = HttpResponse(oc4ids.one(number, iri_to_uri(request.path)), content_type="application/json")
    answer["Cache-Control"] = "public, max-age=3600, must-revalidate"
    return answer
