from django.urls import path

from shizheng.kernel.publication.pages import feeds, public

app_name = "published"
urlpatterns = [
    path("", public.publications, name="list"),
    path("feed.atom", feeds.atom, name="atom"),
    path("feed.json", feeds.json_feed, name="json_feed"),
    path("<str:code>/", public.publication, name="publication"),
    path("<str:code>/figures/<str:ref>/", public.figure, name="figure"),
    path("<str:code>/figures/<str:ref>.json", public.figure_json, name="figure_json"),
    path("<str:code>/<str:name>", public.download, name="file"),
]
