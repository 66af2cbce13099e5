"""Addresses of intake."""

from django.urls import path

from shizheng.kernel.intake.pages import importing, kept

app_name = "intake"
urlpatterns = [
    path("", importing.home, name="home"),
    path("new/<str:target>/", importing.new, name="new"),
    path("uploads/<int:upload_id>/", importing.upload, name="upload"),
    path("uploads/<int:upload_id>/problems.csv", importing.problems, name="problems"),
    path("uploads/<int:upload_id>/drop/", importing.drop, name="drop"),
    path("reports/", kept.ReportList.as_view(), name="reports"),
    path("reports/<int:report_id>/", kept.report, name="report"),
    path("reports/<int:report_id>/problems.csv", kept.report_problems, name="report_problems"),
    path("mappings/", kept.MappingList.as_view(), name="mappings"),
    path("mappings/<int:mapping_id>/", kept.mapping, name="mapping"),
    path("mappings/<int:mapping_id>/edit/", kept.edit_mapping, name="edit_mapping"),
    path("mappings/<int:mapping_id>/forget/", kept.forget_mapping, name="forget_mapping"),
]
