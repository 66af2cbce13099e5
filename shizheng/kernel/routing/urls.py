"""Addresses of routing."""

from django.urls import path

from shizheng.kernel.routing.pages import changing, looking

app_name = "routing"
urlpatterns = [
    path("", looking.ModelList.as_view(), name="list"),
    path("train/", changing.train, name="train"),
    path("models/<str:name>/", looking.model, name="model"),
    path("models/<str:name>/versions/<int:number>/", looking.version, name="version"),
    path("models/<str:name>/versions/<int:number>/activate/", changing.activate, name="activate"),
    path("models/<str:name>/roll-back/", changing.roll_back, name="roll_back"),
    path("models/<str:name>/threshold/", changing.threshold, name="threshold"),
    path("models/<str:name>/take/", changing.take, name="take"),
    path("models/<str:name>/try/", looking.attempt, name="try"),
]
