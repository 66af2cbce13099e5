"""Addresses of frequent questions."""

from django.urls import path

from shizheng.citizens.pages import faq, faq_maintenance

app_name = "faq"
urlpatterns = [
    path("", faq.questions, name="list"),
    path("found/", faq.as_typed, name="found"),
    path("<int:faq_id>/", faq.one, name="one"),
    path("manage/", faq_maintenance.FaqList.as_view(), name="manage"),
    path("manage/new/", faq_maintenance.new, name="new"),
    path("manage/import/", faq_maintenance.read_in, name="import"),
    path("manage/faq.<slug:kind>", faq_maintenance.sheet, name="sheet"),
    path("manage/gaps/", faq_maintenance.gaps, name="gaps"),
    path("manage/gaps/<int:gap_id>/", faq_maintenance.close_gap, name="close_gap"),
    path("manage/<int:faq_id>/", faq_maintenance.edit, name="edit"),
]
