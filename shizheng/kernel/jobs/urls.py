from django.urls import path

from shizheng.kernel.jobs import pages

app_name = "jobs"
urlpatterns = [
    path("", pages.JobList.as_view(), name="jobs"),
    path("<int:pk>/", pages.job, name="job"),
    path("<int:pk>/retry/", pages.retry, name="retry"),
    path("<int:pk>/cancel/", pages.cancel, name="cancel"),
]
