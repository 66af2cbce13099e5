"""行事曆訂閱: a secret address of one's own, under which a calendar program reads one's deadlines and meetings."""

from datetime import datetime, time, timedelta
from urllib.parse import urlsplit

from allauth.account.decorators import reauthentication_required
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from shizheng.common import clock
from shizheng.common.errors import CannotDo, NotFound
from shizheng.common.routes import public, signed_in
from shizheng.kernel.calendar.rules import IcsEvent, calendar_text
from shizheng.kernel.people import actions, forms, queries
from shizheng.kernel.people.models import TokenUse
from shizheng.kernel.people.pages import reader
from shizheng.web import diary

BEFORE, AFTER = timedelta(days=31), timedelta(days=400)
"""How much of the past and of the future stands in it."""
HOURS = 4
"""After how long a program should ask again."""


@signed_in
@reauthentication_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_calendar(request: HttpRequest) -> HttpResponse:
    """Make an address; it is shown on the answer to this POST and nowhere else."""
    user = reader(request)
    form = forms.CalendarForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        expires = datetime.combine(data["expires"], time.min, clock.TAIPEI)
        name = str(TokenUse.CALENDAR.label)
        try:
            _token, text = actions.create_token(
                user, name=name, scopes=data["sources"], expires_at=expires, use=TokenUse.CALENDAR
            )
        except CannotDo as failure:
            form.refuse(failure)
        else:
            shown = {
                "address": settings.BASE_URL + reverse("people:calendar", args=[text]),
                "sources": [each for each in diary.sources_for(user) if each.permission in data["sources"]],
            }
            response = render(request, "people/calendar.html", shown)
            response["Cache-Control"] = "no-store"
            return response
    context = {
        "form": form,
        "title": gettext_lazy("建立行事曆訂閱"),
        "back": reverse("people:me"),
        "crumbs": [(gettext_lazy("我的帳號"), reverse("people:me"))],
    }
    return render(request, "people/form.html", context, status=422 if request.method == "POST" else 200)


@public
@require_safe
def feed(request: HttpRequest, secret: str) -> HttpResponse:
    """The owner's deadlines and meetings as iCalendar, within the scopes of the address, in the owner's language."""
    actor = queries.actor_of_token(secret, TokenUse.CALENDAR)
    if actor is None:
        raise NotFound(_("沒有這個行事曆，或已經撤銷、到期。請在「我的帳號」重新建立訂閱網址。"))
    today, host = clock.today(), urlsplit(settings.BASE_URL).hostname or "shizheng"
    with translation.override(actor.user.language or settings.LANGUAGE_CODE):
        labels = {each.code: str(each.label) for each in diary.sources_for(actor)}
        text = calendar_text(
            (
                IcsEvent(
                    f"{code}-{each.key}@{host}",
                    each.at,
                    each.title,
                    each.note,
                    settings.BASE_URL + each.url if each.url else "",
                    each.place,
                    labels[code],
                    each.minutes,
                )
                for code, each in diary.entries(actor, today - BEFORE, today + AFTER)
            ),
            name=_("施政：%(name)s") % {"name": actor.user.display_name},
            product="Deadlines",
            stamp=clock.now(),
            hours=HOURS,
        )
    headers = {"Cache-Control": f"private, max-age={HOURS * 900}", "X-Robots-Tag": "noindex"}
    return HttpResponse(text, content_type="text/calendar; charset=utf-8", headers=headers)
