"""Addresses of the officers' side of what citizens say."""

from django.urls import path

from shizheng.citizens.pages import results

app_name = "citizens"
urlpatterns = [path("survey/", results.survey_results, name="survey")]
