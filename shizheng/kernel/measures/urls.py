from django.urls import path

from shizheng.kernel.measures import pages

app_name = "measures"
urlpatterns = [
    path("", pages.MeasureList.as_view(), name="list"),
    path("new/", pages.define, name="define"),
    path("formula/", pages.check_formula, name="check_formula"),
    path("facts/<int:fact_id>/correct/", pages.correct, name="correct"),
    path("<int:measure_id>/", pages.detail, name="detail"),
    path("<int:measure_id>/trace/", pages.trace, name="trace"),
    path("<int:measure_id>/trace.json", pages.trace_json, name="trace_json"),
    path("<int:measure_id>/file/", pages.file, name="file"),
    path("<int:measure_id>/revise/", pages.revise, name="revise"),
    path("<int:measure_id>/reading/", pages.reading, name="reading"),
]
