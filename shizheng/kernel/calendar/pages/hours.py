"""Office hours from a day on, and the reading of days on which work stops for some hours only."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from shizheng.common.errors import BadInput
from shizheng.common.permissions import require
from shizheng.common.routes import requires
from shizheng.kernel.calendar import actions, queries
from shizheng.kernel.calendar.forms import OfficeHoursForm
from shizheng.kernel.calendar.pages.common import tell_form


@requires("calendar.view")
def office_hours(request: HttpRequest) -> HttpResponse:
    """Office hours in force; an officer sets others from a day on, which makes a new version."""
    status, may = 200, request.user.may("calendar.revise")  # type: ignore[union-attr]
    form = OfficeHoursForm()
    if request.method == "POST":
        require(request.user, "calendar.revise")  # type: ignore[arg-type]
        form, status = OfficeHoursForm(request.POST), 422
        if form.is_valid():
            try:
                new = actions.set_office_hours(request.user, **form.cleaned_data)  # type: ignore[arg-type]
            except BadInput as failure:
                tell_form(form, failure)
            else:
                messages.success(request, _("已登錄，日曆成為第 %(n)s 版。") % {"n": new.number})
                return HttpResponseRedirect(reverse("calendar:hours"))
    work = queries.calendar_on(getattr(request, "as_of", None))
    known = sorted(work.hours, key=lambda one: one.since, reverse=True)
    context = {"known": known, "work": work, "form": form if may else None}
    return render(request, "calendar/hours.html", context, status=status)
