"""Reading what stands in a return, with what is supplied where nobody has typed, and checking it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from shizheng.common import clock
from shizheng.common.together import Steps, done
from shizheng.kernel.filing.models import Entry, Return
from shizheng.kernel.filing.registry import Entered, Entries, Field, FilingKind, Problem, Row, Supplied
from shizheng.kernel.filing.rules.typed import LONGEST_TEXT, NotANumber, number_of
from shizheng.web.templatetags import ui


def entries_of(return_id: int) -> dict[tuple[str, str], Entered]:
    """What was typed or taken over into a return (one query)."""
    return entries_of_all([return_id])[return_id]


def entries_of_all(return_ids: Iterable[int]) -> dict[int, dict[tuple[str, str], Entered]]:
    """The same for several returns in one query."""
    return done(entries_steps(return_ids))


def entries_steps(return_ids: Iterable[int]) -> Steps[dict[int, dict[tuple[str, str], Entered]]]:
    """The same beside what else a page reads."""
    wanted = list(return_ids)
    found: dict[int, dict[tuple[str, str], Entered]] = {pk: {} for pk in wanted}
    rows = Entry.objects.filter(filing_id__in=wanted).order_by("filing_id", "row", "field")
    read = rows.values_list("filing_id", *OF_ENTRY)
    yield read
    for filing_id, *said in read:
        found[filing_id][said[0], said[1]] = Entered(*said)
    return found


OF_ENTRY = ("row", "field", "text", "version", "source", "saved_by_id", "saved_name", "saved_at")
"""The columns of an entry in the order of `Entered`: many are read without an object of each between."""


def entered(each: Entry) -> Entered:
    """An entry as value."""
    return Entered(
        each.row, each.field, each.text, each.version, each.source, each.saved_by_id, each.saved_name, each.saved_at
    )  # fmt: skip


def source_of(supplied: Supplied) -> dict[str, Any]:
    """What is kept of where a value came from."""
    return {
        "kind": "supplied",
        "value": supplied.value,
        "text": supplied.source_text,
        "url": supplied.url,
        "as_of": supplied.as_of.isoformat() if supplied.as_of else "",
    }


def shown_entries(rows: Sequence[Row], entries: Entries) -> dict[tuple[str, str], Entered]:
    """What the form shows: what was typed, else what is supplied (version 0: not saved yet)."""
    shown = dict(entries)
    for row in rows:
        for name, supplied in row.prefill.items():
            if (row.key, name) not in shown:
                shown[row.key, name] = Entered(
                    row.key, name, supplied.value, 0, source_of(supplied), None, "", None
                )
    return shown


def values_of(entries: Entries, row_key: str) -> dict[str, str]:
    """Field → text of one row."""
    return {name: each.text for (key, name), each in entries.items() if key == row_key}


def values_by_row(entries: Entries) -> dict[str, dict[str, str]]:
    """Row → field → text: for who asks about every row; each one by itself looks through all entries of the return."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for (key, name), each in entries.items():
        found[key][name] = each.text
    return found


def content_of(entries: Entries) -> list[dict[str, Any]]:
    """What stands in a return, to be kept beside a decision: the same content always gives the same list."""
    return [
        {"row": each.row, "field": each.field, "text": each.text, "source": dict(each.source)}
        for _key, each in sorted(entries.items())
    ]


def checked(kind: FilingKind, filing: Return, rows: Sequence[Row], entries: Entries) -> list[Problem]:
    """Everything that keeps a return from being sent in: empty fields, what is no number, and what the kind says."""
    found, by_row = [], values_by_row(entries)
    for row in rows:
        values = by_row.get(row.key, {})
        for field in row.fields:
            text = _problem(field, values)
            if text:
                found.append(Problem(text, row.key, field.name))
    return found or list(kind.check(filing, entries))


def _problem(field: Field, values: Mapping[str, str]) -> str:
    typed = values.get(field.name, "").strip()
    if not typed:
        excused = bool(field.required_unless and values.get(field.required_unless, "").strip())
        return _("還沒有填。") if field.required and not excused else ""
    return problem_of_text(field, typed)


def problem_of_text(field: Field, typed: str) -> str:
    """What is wrong with a text in a field, empty when nothing is."""
    if len(typed) > LONGEST_TEXT:
        return _("最多 %(n)s 字。") % {"n": LONGEST_TEXT}
    if field.kind == "number":
        try:
            number_of(typed)
        except NotANumber as failure:
            return str(failure)
    if field.kind == "choice" and typed not in {value for value, _label in field.choices}:
        return _("請從清單選一個。")
    return ""


def doubts_of(kind: FilingKind, row: Row, values: Mapping[str, str]) -> dict[str, str]:
    """Field → what is wrong or looks wrong with what is typed so far in a row; fields still empty are none of it."""
    found = dict(kind.doubts(row, values))
    for field in row.fields:
        typed = values.get(field.name, "").strip()
        wrong = problem_of_text(field, typed) if typed and field.kind != "file" else ""
        if wrong:
            found[field.name] = wrong
    return found


def source_line(source: Mapping[str, Any]) -> str:
    """`列管案件，截至 106-06-30`: the words beside a supplied value."""
    text = str(source.get("text", ""))
    day = source.get("as_of")
    if not day:
        return text
    return _("%(source)s，截至 %(day)s") % {"source": text, "day": ui.day_text(date.fromisoformat(str(day)))}


FRESH = timedelta(seconds=60)
"""What was saved within so long is told to who has the same return open; an open page asks every ten seconds."""


def fresh_entries(return_id: int, user_id: int | None) -> list[Entered]:
    """What others have just saved in a return."""
    return fresh_entries_of_all([return_id], user_id)[return_id]


def fresh_entries_of_all(return_ids: Iterable[int], user_id: int | None) -> dict[int, list[Entered]]:
    """The same for several returns in one query."""
    found: dict[int, list[Entered]] = {pk: [] for pk in return_ids}
    rows = Entry.objects.filter(filing_id__in=found, saved_at__gte=clock.now() - FRESH)
    for each in rows.exclude(saved_by_id=user_id):
        found[each.filing_id].append(entered(each))
    return found
