"""The portal's routes alone: its pages must stand without the other apps."""

from django.urls import include, path

urlpatterns = [
    path("account/", include("allauth.urls")),
    path("language/", include("django.conf.urls.i18n")),
    path("", include("shizheng.portal.urls")),
]
