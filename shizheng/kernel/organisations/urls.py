from django.urls import path

from shizheng.kernel.organisations import pages

app_name = "organisations"
urlpatterns = [
    path("", pages.tree, name="tree"),
    path("new/", pages.open_unit, name="open"),
    path("compare/", pages.compare, name="compare"),
    path("load/", pages.load, name="load"),
    path("<int:pk>/", pages.unit, name="unit"),
    path("<int:pk>/<slug:act>/", pages.act, name="act"),
]
