from django.urls import path

from shizheng.kernel.history import pages

app_name = "history"
urlpatterns = [
    path("", pages.EntryList.as_view(), name="entries"),
    path("<int:pk>/", pages.entry, name="entry"),
]
