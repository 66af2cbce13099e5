"""Pages about oneself: preferences, second factor, sessions, tokens."""

from datetime import datetime, time

from allauth.account.decorators import reauthentication_required
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from shizheng.common import clock
from shizheng.common.errors import CannotDo
from shizheng.common.permissions import in_words
from shizheng.common.routes import signed_in
from shizheng.kernel.people import actions, forms, queries
from shizheng.kernel.people.models import TokenUse
from shizheng.kernel.people.pages import reader


@signed_in
def me(request: HttpRequest) -> HttpResponse:
    """My account."""
    user = reader(request)
    names = ("language", "date_style", "theme", "name_en")
    form = forms.PreferencesForm(request.POST or None, initial={n: getattr(user, n) for n in names})
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_preferences(user, **{n: form.cleaned_data[n] for n in names})
        except CannotDo as failure:
            form.refuse(failure)
        else:
            messages.success(request, _("已儲存。"))
            response = HttpResponseRedirect(reverse("people:me"))
            response.set_cookie(
                settings.LANGUAGE_COOKIE_NAME, user.language, max_age=365 * 24 * 3600, samesite="Lax"
            )
            return response
    context = {
        "form": form,
        "holdings": user.authority.holdings,
        "permissions": sorted(in_words(user.authority.permissions)),
        "second_factor": queries.has_second_factor(user.pk),
        "session_count": len(queries.sessions_of(user.pk)),
        "tokens": queries.tokens_of(user.pk, TokenUse.API),
        "calendars": queries.tokens_of(user.pk, TokenUse.CALENDAR),
        "now": clock.now(),
        "sign_ins": queries.sign_ins_of(user.pk)[:10],
    }
    return render(request, "people/me.html", context, status=422 if form.errors else 200)


@signed_in
@reauthentication_required
def new_token(request: HttpRequest) -> HttpResponse:
    """Make a token; its text is shown on the answer to this POST and nowhere else.

    A token outlives the session by up to a year, so whoever found an open browser says the password again.
    """
    user = reader(request)
    form = forms.TokenForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            expires = datetime.combine(data["expires"], time.min, clock.TAIPEI)
            token, text = actions.create_token(
                user, name=data["name"], scopes=data["scopes"], expires_at=expires
            )
        except CannotDo as failure:
            form.refuse(failure)
        else:
            response = render(request, "people/token.html", {"token": token, "text": text})
            response["Cache-Control"] = "no-store"
            return response
    context = {
        "form": form,
        "title": _("建立 API 權杖"),
        "back": reverse("people:me"),
        "crumbs": [(_("我的帳號"), reverse("people:me"))],
    }
    return render(request, "people/form.html", context, status=422 if request.method == "POST" else 200)


@signed_in
def revoke_token(request: HttpRequest, pk: int) -> HttpResponse:
    """Revoke a token of one's own."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    actions.revoke_token(reader(request), pk)
    messages.success(request, _("權杖已撤銷。"))
    return HttpResponseRedirect(reverse("people:me"))


@signed_in
def end_session(request: HttpRequest, pk: int) -> HttpResponse:
    """End one session of one's own."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    user = reader(request)
    actions.end_sessions(user, user.pk, session_id=pk)
    messages.success(request, _("那個裝置已經登出。"))
    return HttpResponseRedirect(reverse("usersessions_list"))
