"""Reading intake: uploads with what they would do, mappings that are remembered, reports."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from shizheng.common.errors import NotFound
from shizheng.common.permissions import Actor
from shizheng.common.words import read
from shizheng.kernel.intake.models import ColumnMapping, Report, Upload
from shizheng.kernel.intake.reading import Sheet, read_file
from shizheng.kernel.intake.registry import Plan, Target, TargetField, target_of, targets_of
from shizheng.kernel.intake.rules import mapping as rules
from shizheng.kernel.intake.rules.mapping import Given, Problem, Row
from shizheng.kernel.intake.rules.proposing import Guess, proposed
from shizheng.kernel.intake.rules.typing import LOOKED_UP, Kind, clean, key_of
from shizheng.kernel.intake.store import UPLOADS
from shizheng.kernel.organisations import queries as organisations

MOST_SHOWN_VALUES = 200
"""Distinct foreign words that the page offers to translate."""


def uploads_of(actor: Actor) -> QuerySet[Upload]:
    """The actor's own uploads that wait; those of others are nobody's business."""
    return Upload.objects.filter(owner_id=actor.pk) if actor.pk else Upload.objects.none()


def upload(actor: Actor, upload_id: int) -> Upload:
    """One's own upload. Raises NotFound."""
    found = uploads_of(actor).filter(pk=upload_id).first()
    if found is None:
        raise NotFound(_("找不到這個檔案：已經匯入、放棄，或不是您上傳的。請重新上傳。"))
    return found


def sheet_of(found: Upload) -> Sheet:
    """The table of an upload."""
    return read_file(UPLOADS.read(found.sha256), found.filename)


def given_of(found: Upload) -> Given:
    """The mapping of an upload, as far as its target still knows the fields."""
    return readable(found.mapping, target_of(found.target), len(found.headings))


def readable(kept: Any, target: Target, width: int) -> Given:
    """A kept mapping without what the target no longer knows."""
    names = {each.code for each in target.fields}
    parts = {
        part: {name: value for name, value in (kept or {}).get(part, {}).items() if name in names}
        for part in ("columns", "constants", "values")
    }
    parts["columns"] = {name: place for name, place in parts["columns"].items() if place < width}
    return rules.from_json(parts, names, width)


class Words:
    """What looked-up fields know: units by every name and code, choices by code, label and foreign words."""

    def __init__(self, target: Target) -> None:
        self.fields = {each.code: each for each in target.fields if each.kind in LOOKED_UP}
        self._choices: dict[str, dict[str, str]] = {}
        self.tree = organisations.tree()
        self.names = organisations.UnitNames()

    def choices(self, field: TargetField) -> dict[str, str]:
        """Codes of a choice by `key_of` code, label and words."""
        if field.code not in self._choices:
            known = {key_of(word): code for word, code in field.words.items()}
            for code, label in field.choices() if field.choices else ():
                known |= {key_of(str(label)): code, key_of(code): code}
            self._choices[field.code] = known
        return self._choices[field.code]

    def find(self, code: str, text: str) -> str | None:
        """The code of what a word names here."""
        field = self.fields[code]
        if field.kind is Kind.CHOICE:
            return self.choices(field).get(key_of(text))
        node = self.tree.by_id.get(self.names.find(text) or 0)
        return node.code if node else None

    def known(self) -> dict[str, frozenset[str]]:
        """Field → all words that it knows."""
        units = frozenset(
            key_of(name) for node in self.tree for name in (node.name, node.short_name, node.code) if name
        )
        return {
            code: units if field.kind is Kind.UNIT else frozenset(self.choices(field))
            for code, field in self.fields.items()
        }

    def options(self, field: TargetField) -> list[tuple[str, str]]:
        """Code and label of all that a field may be."""
        if field.kind is Kind.UNIT:
            return [(node.code, "　" * self.tree.depth(node.id) + node.name) for node in self.tree]
        return [(code, str(label)) for code, label in (field.choices() if field.choices else ())]


def remembered(target: str, headings: Sequence[str]) -> ColumnMapping | None:
    """The mapping that is remembered for a target and these headings."""
    return ColumnMapping.objects.filter(target=target, signature=rules.signature(headings)).first()


def proposal(target: Target, sheet: Sheet) -> tuple[Given, dict[str, Guess], ColumnMapping | None]:
    """How a file would be read: as remembered for its headings, else as a mapping that ships says for them, else as
    guessed (with what each guess rests on)."""
    kept = remembered(target.code, sheet.headings)
    if kept is not None:
        return readable(kept.mapping, target, len(sheet.headings)), {}, kept
    shipped = [each for each in target.known if each.fits(sheet.headings)]
    if shipped:
        best = max(shipped, key=lambda each: len(each.columns))
        return best.given(sheet.headings), {}, None
    cells = [row for _line, row in sheet.rows]
    guesses = proposed(target.fields, sheet.headings, cells, Words(target).known())
    return Given(columns={code: each.place for code, each in guesses.items()}), guesses, None


@dataclass(frozen=True, slots=True)
class Preview:
    """What an upload would do if it were taken in now. `refused`: lines that cannot be taken."""

    target: Target
    given: Given
    rows: Sequence[Row]
    plan: Plan
    problems: Sequence[Problem]
    refused: frozenset[int]
    lacking: Sequence[TargetField]
    unknown: Mapping[str, Mapping[str, int]]

    @property
    def taken(self) -> list[Row]:
        """Rows that can be taken."""
        return [each for each in self.rows if each.line not in self.refused]


def preview(actor: Actor, target: Target, given: Given, sheet: Sheet, *, check: bool = True) -> Preview:
    """Rows translated by a mapping and checked by their target (`check`); nothing is written."""
    lacks = lacking(target, given)
    words = Words(target)
    rows, problems = rules.translated(target.fields, given, sheet.rows, words.find)
    broken = {each.line for each in problems if each.refuses}
    plan = Plan()
    if check and not lacks:
        plan = target.check(actor, [each for each in rows if each.line not in broken])
    everything = sorted([*problems, *plan.problems], key=lambda each: (each.line, each.field))
    refused = frozenset(each.line for each in everything if each.refuses)
    return Preview(
        target, given, rows, plan, everything, refused, lacks, _unknown(target, given, rows, words)
    )


def lacking(target: Target, given: Given) -> list[TargetField]:
    """Fields that every row must have, and that have neither a column nor a constant."""
    return [
        each for each in target.fields
        if each.required and each.code not in given.columns and not given.constants.get(each.code)
    ]  # fmt: skip


def _unknown(target: Target, given: Given, rows: Sequence[Row], words: Words) -> dict[str, dict[str, int]]:
    """Looked-up field → foreign words that nobody knows here, with how often they occur."""
    found: dict[str, dict[str, int]] = {}
    for code in words.fields:
        if code not in given.columns:
            continue
        counts: dict[str, int] = {}
        for row in rows:
            text = row.texts.get(code, "")
            if text and row.values.get(code) is None and text not in given.values.get(code, {}):
                counts[text] = counts.get(text, 0) + 1
        if counts:
            found[code] = dict(sorted(counts.items(), key=lambda one: (-one[1], one[0])))
    return found


def samples(sheet: Sheet, most: int = 3) -> list[list[str]]:
    """Some distinct values of each column."""
    found: list[list[str]] = []
    for place in range(len(sheet.headings)):
        values: dict[str, None] = {}
        for _line, row in sheet.rows:
            text = clean(row[place]) if place < len(row) else ""
            if text:
                values[text[:40]] = None
            if len(values) >= most:
                break
        found.append(list(values))
    return found


def summary(target: Target | None, problems: Sequence[Problem]) -> list[dict[str, Any]]:
    """Problems of one sort counted together, with the first lines: what was dirty, in words."""
    groups: dict[tuple[str, str, bool], list[int]] = {}
    for each in problems:
        groups.setdefault((each.field, each.sort or each.text, each.refuses), []).append(each.line)
    out = []
    for (code, sort, refuses), lines in sorted(groups.items(), key=lambda one: (not one[0][2], -len(one[1]))):
        out.append(
            {
                "field": title_of(target, code), "sort": read(sort), "refuses": refuses,
                "count": len(set(lines)), "lines": sorted(set(lines))[:5],
            }
        )  # fmt: skip
    return out


def title_of(target: Target | None, code: str) -> str:
    """What a field of a target is called."""
    found = target.field(code) if target else None
    return found.label if found else read(code)


def reports_visible_to(actor: Actor) -> QuerySet[Report]:
    """All of who may see them in the whole city; else one's own."""
    if not actor.may("intake.view"):
        return Report.objects.none()
    if actor.units_where("intake.view") is None:
        return Report.objects.all()
    return Report.objects.filter(Q(by_id=actor.pk) if actor.pk else Q(pk=None))


def report(actor: Actor, report_id: int) -> Report:
    """One report. Raises NotFound."""
    found = reports_visible_to(actor).select_related("by").filter(pk=report_id).first()
    if found is None:
        raise NotFound(_("找不到這份匯入報告，或您不能看。請從匯入報告的清單進入。"))
    return found


def mappings_visible_to(actor: Actor) -> QuerySet[ColumnMapping]:
    """Mappings of the targets that the actor may use; all for who sees reports of the whole city."""
    rows = ColumnMapping.objects.select_related("changed_by")
    if not actor.may("intake.view"):
        return rows.none()
    if actor.units_where("intake.view") is None:
        return rows
    return rows.filter(target__in=[each.code for each in targets_of(actor)])


def mapping(actor: Actor, mapping_id: int) -> ColumnMapping:
    """One mapping. Raises NotFound."""
    found = mappings_visible_to(actor).filter(pk=mapping_id).first()
    if found is None:
        raise NotFound(_("找不到這份欄位對應，或您不能看。請從欄位對應的清單進入。"))
    return found
