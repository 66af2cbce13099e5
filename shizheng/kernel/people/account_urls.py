"""Signing in: the library's routes that this product offers. Sign-up and e-mail routes are not among them."""

from allauth.account import views
from django.urls import include, path
from django.views.generic import TemplateView

from shizheng.common.routes import public

_ask = public(TemplateView.as_view(template_name="account/ask_administrator.html"))

urlpatterns = [
    path("login/", views.login, name="account_login"),
    path("logout/", views.logout, name="account_logout"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("reauthenticate/", views.reauthenticate, name="account_reauthenticate"),
    path("password/change/", views.password_change, name="account_change_password"),
    path("password/set/", views.password_set, name="account_set_password"),
    # The library's pages name these two routes; both lead to the one who can help.
    path("password/reset/", _ask, name="account_reset_password"),
    path("signup/", _ask, name="account_signup"),
    path("email/", _ask, name="account_email"),
    path("2fa/", include("allauth.mfa.urls")),
    path("sessions/", include("allauth.usersessions.urls")),
]
