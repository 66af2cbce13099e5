"""Addresses of what joins two domains and has a page of its own."""

from django.urls import path

from shizheng.journeys.design_gate_page import GateList
from shizheng.journeys.failed_tenders_page import ProposedList

app_name = "journeys"
urlpatterns = [
    path("failed-tenders/", ProposedList.as_view(), name="failed_tenders"),
    path("design-gate/", GateList.as_view(), name="design_gate"),
]
