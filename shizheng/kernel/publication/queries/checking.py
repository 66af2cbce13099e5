"""Whether what was issued still stands: hashes, figures made again from what made them, and what differs today."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from shizheng.common import clock
from shizheng.common.errors import NotFound
from shizheng.kernel.measures import queries as measures
from shizheng.kernel.measures.queries import Cause, Key, Made
from shizheng.kernel.measures.rules.figures import Figure
from shizheng.kernel.measures.rules.identity import figure_id
from shizheng.kernel.measures.rules.periods import parse_period
from shizheng.kernel.people import queries as people
from shizheng.kernel.publication import registry, store
from shizheng.kernel.publication.documents.model import Dataset
from shizheng.kernel.publication.models import Artefact, IssuedFigure, Publication
from shizheng.kernel.publication.rules.comparing import Change, changes
from shizheng.kernel.publication.rules.identity import digest, publication_code
from shizheng.kernel.publication.rules.issuing import figure_text, missing_label, same_value


@dataclass(frozen=True, slots=True)
class Recomputed:
    """A figure evaluated again from its stored facts and versions."""

    figure: IssuedFigure
    now: Figure | None
    same: bool


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure that is another one today: since when, and why (the latest of the causes).

    `of_verdict`: the value is the same, but a rule that was changed since judges it otherwise; the texts then say both.
    """

    figure: IssuedFigure
    issued: str
    now: str
    since: date | None
    reason: str
    causes: tuple[Cause, ...]
    of_verdict: bool = False


@dataclass(frozen=True, slots=True)
class DocumentDifference:
    """Something else in the document that is different today."""

    change: Change


@dataclass(frozen=True, slots=True)
class Check:
    """One check of a publication: what was checked, whether it holds, and what was found."""

    code: str
    good: bool
    text: str


def recomputed(publication: Publication, figures: Sequence[IssuedFigure] | None = None) -> list[Recomputed]:
    """Each figure from its own facts, definition version and judging rule, compared with what was issued.

    At most three queries; a rule that was changed since changes nothing here.
    """
    issued = (
        list(figures) if figures is not None else list(IssuedFigure.objects.filter(publication=publication))
    )
    judged_by = _rules_then(publication, issued)
    again = measures.figures_again(
        Made(
            _key(each),
            each.definition_id,
            tuple(each.fact_ids),
            each.day,
            *(judged_by[each.pk] or (None, None)),
        )
        for each in issued
    )
    return [
        Recomputed(each, now, _same(each, now, judged_by[each.pk] is not None))
        for each, now in zip(issued, again, strict=True)
    ]


def _rules_then(
    publication: Publication, issued: Sequence[IssuedFigure]
) -> dict[int, tuple[int | None, int | None] | None]:
    """By figure the versions of the rules that judged it; what was issued before they were kept has those known then.

    None where the rule of that name is not known any more: then the verdict cannot be judged again.
    """
    found: dict[int, tuple[int | None, int | None] | None] = {
        each.pk: (each.rule_version or None, each.at_risk_version) for each in issued
    }
    old = [each for each in issued if each.rule_version is None]
    if old:
        then = measures.rules_for(
            {_key(each).period for each in old}, measures.AsOf(publication.issued_at, None)
        )
        for each in old:
            rule = then[_key(each).period]
            found[each.pk] = (rule.id, rule.at_risk_id) if rule.name == each.rule else None
    return found


def _same(issued: IssuedFigure, now: Figure | None, judged: bool = True) -> bool:
    """The same exact value or kind of missing, the same verdict, and the same id from the same parts."""
    if now is None or now.definition is None:
        return False
    made_of = figure_id(
        definition_version=issued.definition_id, reading=now.definition.reading, unit=issued.unit_id,
        period=issued.period, facts=issued.fact_ids, rule=issued.rule,
    )  # fmt: skip
    if made_of != issued.figure_id:
        return False
    if not issued.fact_ids and issued.value is None:
        return True  # nothing was filed: there is nothing to evaluate
    if judged and now.verdict.code.value != issued.verdict:
        return False
    return same_value({"exact": issued.exact, "missing": issued.missing}, now)


def differences(publication: Publication, figures: Sequence[IssuedFigure] | None = None) -> list[Difference]:
    """The figures that are others today, in order: today's value, since when, and the reason that was given."""
    issued = (
        list(figures) if figures is not None else list(IssuedFigure.objects.filter(publication=publication))
    )
    today = _today(issued)
    changed = [(each, today[_key(each)]) for each in issued if _differs(each, today[_key(each)])]
    if not changed:
        return []
    found = measures.causes(
        {now.definition.id for _each, now in changed if now.definition},
        {fact for each, now in changed for fact in now.fact_ids if fact not in set(each.fact_ids)},
        {rule for each, now in changed for rule in _rules_since(each, now)},
    )
    return [_difference(each, now, found) for each, now in changed]


def public_differences(
    publication: Publication, figures: Sequence[IssuedFigure] | None = None
) -> list[Difference]:
    """The same for everybody: no name of a person stands in a reason."""
    found = differences(publication, figures)
    hide = name_hider() if found else str
    return [replace(each, reason=hide(each.reason), causes=()) for each in found]


def without_names(text: str) -> str:
    """A text that officers wrote, without the names of people."""
    return name_hider()(text) if text else ""


def name_hider() -> Callable[[str], str]:
    """The same for many texts: the names are asked for once (one query)."""
    names = sorted(people.display_names(), key=len, reverse=True)

    def hide(text: str) -> str:
        for name in names:
            text = text.replace(name, "○○○")
        return text

    return hide


def _today(issued: Sequence[IssuedFigure]) -> dict[Key, Figure]:
    """Each figure as it is today: own facts and shorter periods in bulk, roll-ups one by one."""
    found = measures.figures(_key(each) for each in issued)
    for key, figure in found.items():
        if not figure.fact_ids and figure.definition is not None:
            found[key] = measures.figure(*key)
    return found


def _differs(issued: IssuedFigure, now: Figure) -> bool:
    return _value_differs(issued, now) or _verdict_differs(issued, now)


def _value_differs(issued: IssuedFigure, now: Figure) -> bool:
    missing = now.missing.kind.value if now.missing else ""
    return now.value != issued.value or missing != issued.missing


def _verdict_differs(issued: IssuedFigure, now: Figure) -> bool:
    """Whether another version of a rule judges otherwise; that days have passed is no difference."""
    return now.verdict.code.value != issued.verdict and bool(_rules_since(issued, now))


def _rules_since(issued: IssuedFigure, now: Figure) -> list[int]:
    """The versions of rules that judge today and did not when the figure was issued."""
    if issued.rule_version is None:
        return [now.rule.id] if now.rule.id is not None and now.rule.name != issued.rule else []
    pairs = ((issued.rule_version, now.rule.id), (issued.at_risk_version, now.rule.at_risk_id))
    return [after for before, after in pairs if after is not None and after != before]


def _with_verdict(text: str, code: str) -> str:
    """`77.31%（達標）`."""
    return f"{text}（{missing_label(code)}）"


def _difference(issued: IssuedFigure, now: Figure, found: dict[tuple[str, int], Cause]) -> Difference:
    before = set(issued.fact_ids)
    mine = [found["fact", fact] for fact in now.fact_ids if fact not in before and ("fact", fact) in found]
    definition = now.definition.id if now.definition else 0
    if definition != issued.definition_id and ("definition", definition) in found:
        mine.append(found["definition", definition])
    of_verdict = not _value_differs(issued, now)
    if of_verdict:
        mine += [found["rule", rule] for rule in _rules_since(issued, now) if ("rule", rule) in found]
    texts = issued.text, figure_text(now)
    if of_verdict:
        codes = issued.verdict, now.verdict.code.value
        texts = _with_verdict(texts[0], codes[0]), _with_verdict(texts[1], codes[1])
    causes = tuple(sorted(mine, key=lambda cause: cause.at))
    last = causes[-1] if causes else None
    return Difference(
        issued, *texts, last.at.astimezone(clock.TAIPEI).date() if last else None,
        next((cause.reason for cause in reversed(causes) if cause.reason), ""), causes, of_verdict,
    )  # fmt: skip


def document_differences(publication: Publication) -> list[DocumentDifference]:
    """What else the document would say otherwise if it were issued today; empty where its subject is gone."""
    made = registry.kind(publication.kind)
    try:
        gathered = made.gathered(publication.subject_pk, publication.period)
    except NotFound:
        return []
    before, after = _datasets(made, publication.facts), _datasets(made, gathered.facts)
    return [DocumentDifference(change) for change in changes(before, after)]


def _datasets(made: registry.PublicationKind, facts: Any) -> Sequence[Dataset]:
    return made.document(facts, {}).datasets


def checks(
    publication: Publication, figures: Sequence[IssuedFigure], artefacts: Sequence[Artefact]
) -> list[Check]:
    """Everything that can be checked: content hash, code, every file's hash, every figure evaluated again."""
    ids = {each.ref: each.figure_id for each in figures}
    hashed = digest(publication.facts)
    code = publication_code(publication.series, publication.edition, hashed, ids)
    out = [
        Check("facts", hashed == publication.facts_sha256, _("內容資料的雜湊")),
        Check("code", code == publication.code, _("編號由內容算出")),
    ]
    broken = [each.name for each in artefacts if not _whole(each)]
    files = _("%(n)s 個檔案的雜湊") % {"n": len(artefacts)}
    out.append(Check("files", not broken, files if not broken else f"{files}：{'、'.join(broken)}"))
    again = recomputed(publication, figures)
    wrong = [each.figure.name or each.figure.figure_id for each in again if not each.same]
    text = _("%(n)s 個數字由當時的資料與定義重算") % {"n": len(again)}
    out.append(Check("figures", not wrong, text if not wrong else f"{text}：{'、'.join(wrong)}"))
    return out


def _whole(artefact: Artefact) -> bool:
    try:
        return len(store.read(artefact.sha256)) == artefact.size
    except store.FileDamaged:
        return False


def _key(figure: IssuedFigure) -> Key:
    return Key(figure.measure_id, figure.unit_id, parse_period(figure.period))
