"""How the reader wants to be told."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from shizheng.common.errors import CannotDo
from shizheng.common.routes import signed_in
from shizheng.kernel.notifications import actions, queries
from shizheng.kernel.notifications.forms import PreferencesForm
from shizheng.web.refusals import show_refusal


@signed_in
def preferences(request: HttpRequest) -> HttpResponse:
    """Preferences by kind and channel, quiet hours, and when the digest comes."""
    wishes = queries.wishes_of(request.user.pk or 0)
    form = PreferencesForm(request.POST or None, wishes=wishes)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                actions.set_preferences(request.user, **form.wanted())  # type: ignore[arg-type]
            except CannotDo as failure:
                show_refusal(form, failure)
                status = failure.status
            else:
                messages.success(request, _("通知設定已儲存。"))
                return HttpResponseRedirect(reverse("notifications:preferences"))
    context = {"form": form, "has_address": bool(getattr(request.user, "email", ""))}
    return render(request, "notifications/preferences.html", context, status=status)
