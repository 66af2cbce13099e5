"""Addresses of Open311: the format stands at the end of each."""

from django.urls import path

from shizheng.domains.petitions.open311 import pages

app_name = "open311"
urlpatterns = [
    path("", pages.about, name="about"),
    path("discovery.<slug:form>", pages.discovery_call, name="discovery"),
    path("v2/discovery.<slug:form>", pages.discovery_call),
    path("v2/services.<slug:form>", pages.services_call, name="services"),
    path("v2/services/<slug:code>.<slug:form>", pages.definition_call, name="service"),
    path("v2/requests.<slug:form>", pages.requests_call, name="requests"),
    path("v2/requests/<slug:number>.<slug:form>", pages.request_call, name="request"),
    path("v2/tokens/<slug:text>.<slug:form>", pages.token_call, name="token"),
    path("v2/<path:rest>.<slug:form>", pages.nothing_call),
    path("v2/<path:rest>", pages.nothing_call),
]
