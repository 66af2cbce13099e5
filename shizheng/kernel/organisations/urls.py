from django.urls import path

from shizheng.kernel.organisations import pages, pages_change

app_name = "organisations"
urlpatterns = [
    path("", pages.tree, name="tree"),
    path("new/", pages_change.open_unit, name="open"),
    path("compare/", pages.compare, name="compare"),
    path("load/", pages.load, name="load"),
    path("<int:pk>/", pages.unit, name="unit"),
    path("<int:pk>/<slug:act>/", pages_change.act, name="act"),
]
