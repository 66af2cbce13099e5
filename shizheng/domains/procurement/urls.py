"""Addresses of supervision of failed tenders."""

from django.urls import path

from shizheng.domains.procurement.pages import case, editing, patterns, register, series

app_name = "procurement"
urlpatterns = [
    path("failed/", register.CaseList.as_view(), name="cases"),
    path("failed/new/", editing.new_case, name="new_case"),
    path("failed/import/", editing.import_cases, name="import_cases"),
    path("failed/sheet.<slug:format>", editing.sheet, name="sheet"),
    path("failed/patterns/", patterns.pattern_page, name="patterns"),
    path("failed/series/", series.series_list, name="series_list"),
    path("failed/series/new/", series.new_series, name="new_series"),
    path("failed/series/<int:series_id>/", series.edit_series, name="edit_series"),
    path("failed/<int:case_id>/", case.case, name="case"),
    path("failed/<int:case_id>/edit/", editing.edit_case, name="edit_case"),
    path("failed/<int:case_id>/happened/", editing.record_event, name="record_event"),
    path("failed/events/<int:event_id>/correct/", editing.correct_event, name="correct_event"),
    path("failed/events/<int:event_id>/strike/", editing.strike_event, name="strike_event"),
]
