"""What commitments add to the frame of every page: navigation, my work, search; who reads evidence; what people are told."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shizheng.common.together import Asked, beside, reading
from shizheng.common.words import called
from shizheng.kernel.files import access
from shizheng.web import nav, search, work


def register() -> None:
    """Called once when the app is ready."""
    from shizheng.domains.commitments import kpi_progress
    from shizheng.domains.commitments.actions import EVIDENCE, notices
    from shizheng.domains.commitments.queries import timeline

    nav.register(
        nav.NavEntry(
            gettext_lazy("列管事項"), "commitments:list", "checklist", "commitments.view", 16
        )
    )  # fmt: skip
    work.register(work_items)
    search.register(search.Provider("commitments", gettext_lazy("列管事項"), find, 28))
    access.register(
        EVIDENCE, timeline.may_read_evidence, name=gettext_lazy("辦理情形"), address=_page_of_update
    )
    notices.register()
    kpi_progress.register()


def _page_of_update(update_id: int) -> str:
    from shizheng.domains.commitments.queries.timeline import commitment_of_update

    found = commitment_of_update(update_id)
    return reverse("commitments:commitment", args=[found]) if found else ""


def find(actor: Any, words: str, limit: int, as_of: date | None) -> Iterable[search.Hit]:
    """Commitments by number, text, source or unit."""
    from shizheng.domains.commitments.queries import commitments as queries

    for each in queries.found(actor, words).select_related("list")[:limit]:
        yield search.Hit(
            title=Truncator(each.text).chars(60),
            url=reverse("commitments:commitment", args=[each.pk]),
            number=each.number,
            meta=f"{called(each.list)}　{each.get_state_display()}",
            icon="checklist",
        )


def work_items(actor: Any, today: date) -> Iterator[work.WorkItem | Asked]:
    """What units owe, and what waits for a decision."""
    from shizheng.domains.commitments.queries import waiting

    kind = _("列管事項")
    why = {
        "back": _("解列申請被退回，請補正再送"),
        "late": _("期限已過，還沒有申請解列"),
        "soon": _("即將到期"),
        "update": _("辦理情形該更新"),
        "update_late": _("辦理情形逾期未更新"),
    }
    files = actor.may("commitments.file")
    owed_rows = waiting.owed_rows(actor)
    deciding, _read = yield from beside(
        [waiting.to_decide_steps(actor), reading(*([owed_rows] if files else []))]
    )
    releases, extensions = deciding
    if files:
        for each in waiting.owed_work(owed_rows, today):
            row = each.owed.commitment
            tells = each.why in ("update", "update_late")
            yield work.WorkItem(
                due=each.due,
                title=_title(row.text),
                why=f"{row.number}　{called(each.owed.unit, short=True)}　{why[each.why]}",
                url=reverse("commitments:tell", args=[each.owed.pk])
                if tells
                else reverse("commitments:commitment", args=[row.pk]),
                button=_("填報辦理情形") if tells else _("處理"),
                kind=kind,
                icon="checklist",
                returned=each.why == "back",
            )
    for owed in releases:
        yield work.WorkItem(
            due=None,
            title=_("決定解列：%(text)s") % {"text": _title(owed.commitment.text)},
            why=_("%(number)s　%(unit)s 申請解列")
            % {"number": owed.commitment.number, "unit": called(owed.unit, short=True)},
            url=reverse("commitments:decide_release", args=[owed.pk]),
            button=_("決定"),
            kind=kind,
            icon="circle-check",
        )
    for extension in extensions:
        row = extension.owed.commitment
        yield work.WorkItem(
            due=row.due_on,
            title=_("決定展延：%(text)s") % {"text": _title(row.text)},
            why=_("%(number)s　%(unit)s 申請展延")
            % {"number": row.number, "unit": called(extension.owed.unit, short=True)},
            url=reverse("commitments:decide_extension", args=[extension.pk]),
            button=_("決定"),
            kind=kind,
            icon="calendar-plus",
        )


def _title(text: str) -> str:
    return Truncator(text).chars(50)
