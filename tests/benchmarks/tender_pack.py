"""The pack of the city's tender meeting: as a document, on screen, as PDF and as ODT; and of a month in which all lag severely."""

import resource
from collections.abc import Callable
from typing import Any

from tests.benchmarks import city
from tests.benchmarks.database import settle
from tests.benchmarks.report import Report
from tests.benchmarks.rounds import clocked


def measure_all(report: Report, say: Callable[[str], None], rdec: Any, month: Any, open_: int) -> None:
    """The month as it was filed, then the same month with every tender severely behind."""
    from shizheng.kernel.measures.queries.remembering import forget
    from shizheng.kernel.meetings import actions

    found = [
        each for each in actions.open_meetings(rdec, month.next().code) if each.series.level == "city" and each.series.agenda
    ]  # fmt: skip
    meeting = found[0]
    _measure(report, say, rdec, meeting, f"pack of {meeting.title}")
    say("the same month with every tender severely behind")
    _spoil(month)
    forget()
    _measure(report, say, rdec, meeting, f"pack of a month with {open_:,} tenders severely behind")


def _spoil(month: Any) -> None:
    """Every record of the month 20 percentage points behind, beside what history would allow."""
    from django.db import connections

    table = "projects_monthrecord"
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(
            f"UPDATE {table} SET actual = greatest(planned - 20, 0), actual_works = greatest(planned_works - 33, 0) "
            "WHERE period = %s AND filed",
            [month.code],
        )
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    settle()


def _measure(report: Report, say: Callable[[str], None], rdec: Any, meeting: Any, what: str) -> None:
    from django.conf import settings
    from django.test import Client
    from django.urls import reverse

    from shizheng.kernel.meetings.documents.pack import pack_of
    from tests.benchmarks.tenders import add

    document, took = clocked(lambda: pack_of(meeting))
    breaks = sum(type(each).__name__ == "PageBreak" for each in document.blocks)
    add(report, f"{what}: {breaks:,} pages of subjects, {len(document.blocks):,} blocks", took, 1, aim=15)
    browser = Client(headers={"host": settings.ALLOWED_HOSTS[0]})
    browser.cookies[settings.SESSION_COOKIE_NAME] = city.session_of(rdec.pk)
    for label, address in (
        ("on screen", reverse("meetings:pack", args=[meeting.pk])),
        ("PDF", reverse("meetings:pack_file", args=[meeting.pk, "pdf"])),
        ("ODT", reverse("meetings:pack_file", args=[meeting.pk, "odt"])),
    ):
        answer, took = clocked(lambda address=address: browser.get(address, follow=False))
        size = len(answer.content) // 1024
        say(f"{label}: {answer.status_code}")
        told = f"{what}, {label}, {size:,} kB"
        if answer.status_code != 200:
            told = f"{what}, {label}: refused ({answer.status_code})"
        add(report, told, took, 1, aim=15)
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    report.add("Tenders", what=f"{what}: the most memory of a process that sets PDF, MB", number=most)
