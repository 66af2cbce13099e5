"""Addresses of the portal."""

from django.urls import path

from shizheng.portal import pages, style

app_name = "portal"
urlpatterns = [
    path("", pages.home, name="home"),
    path("work/", pages.my_work, name="work"),
    path("search/", pages.search, name="search"),
    path("pick/<slug:source>/", pages.pick, name="pick"),
    path("public/", pages.public_home, name="public"),
    path("offline/", pages.offline, name="offline"),
    path("sw.js", pages.service_worker, name="service-worker"),
    path("style/", style.style_page, name="style"),
    path("style/board/", style.style_board, name="style-board"),
    path("style/public/", style.style_public, name="style-public"),
    path("style/list/", style.StyleList.as_view(), name="style-list"),
]
