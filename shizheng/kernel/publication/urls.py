from django.urls import path

from shizheng.kernel.publication.pages import officers

app_name = "publication"
urlpatterns = [
    path("", officers.PublicationList.as_view(), name="list"),
    path("issue/<str:kind>/<int:subject>/", officers.issue, name="issue"),
    path("<str:code>/", officers.publication, name="publication"),
    path("<str:code>/today/", officers.today, name="today"),
    path("<str:code>/withdraw/", officers.withdraw, name="withdraw"),
    path("<str:code>/files/<str:name>", officers.download, name="file"),
]
