"""The calls of Open311 GeoReport v2, and the page that tells developers of them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from shizheng.common import clock
from shizheng.common.routes import public, shows_today
from shizheng.common.words import tell
from shizheng.domains.petitions.open311 import limits, receiving, requests, services
from shizheng.domains.petitions.open311.calls import Answer, actor_of_key, endpoint, need_jurisdiction
from shizheng.domains.petitions.open311.errors import NOT_FOUND, NOT_GIVEN, Refused
from shizheng.domains.petitions.open311.rules import reading
from shizheng.domains.petitions.queries.services import setting_of

MOST_NUMBERS = 200
MEDIA = ("media", "media[]")


def argument(request: HttpRequest, name: str) -> str:
    """An argument of the address; none and an empty one are the same."""
    return request.GET.get(name, "")


def discovery(request: HttpRequest) -> Answer:
    """Where the endpoint is, in which formats, and how one gets a key."""
    return "discovery", services.discovery()


def service_list(request: HttpRequest) -> Answer:
    """GET services."""
    need_jurisdiction(argument(request, "jurisdiction_id"))
    return "services", services.service_list()


def definition(request: HttpRequest, code: str) -> Answer:
    """GET services/{code}."""
    need_jurisdiction(argument(request, "jurisdiction_id"))
    return "service_definition", services.definition(code)


def request_list(request: HttpRequest) -> Answer:
    """GET requests."""
    need_jurisdiction(argument(request, "jurisdiction_id"))
    rows = requests.listed(wanted(request))
    return "service_requests", requests.documents(rows, extended=_extended(request))


def wanted(request: HttpRequest) -> requests.Wanted:
    """What a list asks for; `service_request_id` overrides all else. Raises Unfit, Refused."""
    numbers = reading.several(request.GET.getlist("service_request_id"))
    if len(numbers) > MOST_NUMBERS:
        raise reading.Unfit(tell("service_request_id 一次最多 %(most)s 個；請分批查。", most=MOST_NUMBERS))
    if numbers:
        return requests.Wanted(numbers=tuple(numbers))
    moments = {
        name: reading.moment(name, argument(request, name))
        for name in ("start_date", "end_date", "updated_after", "updated_before")
    }
    start, end = moments["start_date"], moments["end_date"]
    changed = moments["updated_after"] or moments["updated_before"]
    if start or end or not changed:
        start, end = reading.window(start, end, clock.now())
    return requests.Wanted(
        services=_codes(request),
        start=start,
        end=end,
        changed_from=moments["updated_after"],
        changed_to=moments["updated_before"],
        states=reading.states(request.GET.getlist("status")),
        page=reading.whole("page", argument(request, "page"), 1, reading.MOST_PAGES),
        page_size=reading.whole("page_size", argument(request, "page_size"), reading.MOST, reading.MOST),
    )


def _codes(request: HttpRequest) -> tuple[str, ...]:
    """The services of a list. One that does not exist is refused: its empty list would look like an answer."""
    codes = reading.several(request.GET.getlist("service_code"))
    missing = set(codes) - services.known_codes(codes)
    if missing:
        raise Refused(NOT_FOUND, reading.no_service(missing))
    return tuple(codes)


def _extended(request: HttpRequest) -> bool:
    return argument(request, "extensions").strip().lower() in ("true", "1", "v1")


def one_request(request: HttpRequest, number: str) -> Answer:
    """GET requests/{id}."""
    need_jurisdiction(argument(request, "jurisdiction_id"))
    rows = [requests.one(number)]
    return "service_requests", requests.documents(rows, extended=_extended(request))


def send(request: HttpRequest) -> Answer:
    """POST requests. Key, jurisdiction and service may stand in the address too, as some clients send them."""
    if request.content_type not in ("application/x-www-form-urlencoded", "multipart/form-data", ""):
        raise Refused(NOT_GIVEN, tell("POST 要用 application/x-www-form-urlencoded 或 multipart/form-data。"))
    given: dict[str, str] = {}
    for source in (request.GET, request.POST):
        given |= {
            name: text for name, text in source.dict().items() if isinstance(text, str) and text.strip()
        }
    need_jurisdiction(given.get("jurisdiction_id", ""))
    actor = actor_of_key(request, given.get("api_key", ""))
    category = services.service(given.get("service_code", ""))
    sent = receiving.read(category, given, reading.attributes(dict(request.POST.lists())))
    uploads = [each for name in MEDIA for each in request.FILES.getlist(name)]
    return "service_requests", receiving.receive(actor, sent, uploads)


def token(request: HttpRequest, text: str) -> Answer:
    """GET tokens/{token}: the number, once the petition was accepted."""
    need_jurisdiction(argument(request, "jurisdiction_id"))
    number = requests.number_of_token(receiving.token_hash(text))
    return "service_requests", [{"service_request_id": number, "token": text}]


def nothing(request: HttpRequest, **_place: str) -> Answer:
    """An address that the standard does not have."""
    raise Refused(NOT_FOUND, tell("沒有這個位址；有哪些位址見 /open311/。"))


discovery_call = endpoint(GET=discovery)
services_call = endpoint(GET=service_list)
definition_call = endpoint(GET=definition)
requests_call = endpoint(GET=request_list, POST=send)
request_call = endpoint(GET=one_request)
token_call = endpoint(GET=token)
nothing_call = endpoint(GET=nothing, POST=nothing)


@public
@shows_today
@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """For developers: the calls, the services that there are now, how one gets a key, what is shown of whom."""
    rows = services.offered()
    shown = [
        (row, services.described(row, setting_of(row)), setting_of(row).timing, row.asked)
        for row in services.with_attributes(rows)
    ]
    context = {
        "rows": shown,
        "root": services.root_address(),
        "jurisdiction": services.jurisdiction(),
        "limits": (limits.READING, limits.SENDING),
        "most": reading.MOST,
    }
    return render(request, "petitions/open311.html", context)
