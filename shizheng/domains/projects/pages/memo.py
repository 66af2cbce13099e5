"""The draft memo on rewards and penalties of a month, as ODT or PDF (B05)."""

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_safe

from shizheng.common import clock
from shizheng.common.errors import NotFound
from shizheng.common.routes import requires
from shizheng.common.words import called
from shizheng.domains.projects.documents.streak_memo import streak_memo
from shizheng.domains.projects.pages.month_common import as_of_in, month_in
from shizheng.domains.projects.queries import ranking as queries
from shizheng.kernel.organisations import queries as organisations
from shizheng.kernel.publication.writing import file_stem, one
from shizheng.web.serving import file_answer
from shizheng.web.speech import for_the_record

FORMATS = ("odt", "pdf")


@requires("projects.view")
@require_safe
def memo(request: HttpRequest, format: str) -> HttpResponse:
    """The memo of the month asked for, or of the newest; marked as a draft at the foot of its pages.

    In Chinese, as what is signed is; in English with `?language=en`.
    """
    if format not in FORMATS:
        raise NotFound(_("沒有這種格式。可以用 ODT 或 PDF。"))
    user: Any = request.user
    with override("en") if request.GET.get("language") == "en" else for_the_record():
        found = queries.streaks(user, month_in(request), as_of_in(request))
        if found.period is None:
            raise NotFound(_("還沒有鎖定的月份，沒有可以簽辦的案件。"))
        made = replace(
            streak_memo(found, called(organisations.city())),
            code=_("簽稿"),
            issued_at=clock.now().replace(microsecond=0),
        )
        file = one(made, format, file_stem(made.title), {})
    return file_answer(file.data, file.media_type, file.name)
