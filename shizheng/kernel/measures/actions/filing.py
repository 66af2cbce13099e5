"""File numbers and correct them: a fact is never overwritten, a correction is another fact."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from shizheng.common.errors import BadInput, CannotDo, Conflict, NotFound
from shizheng.common.permissions import Actor, require
from shizheng.common.reasons import need_reason
from shizheng.kernel.history.actions import recorded
from shizheng.kernel.measures import counting
from shizheng.kernel.measures.actions.keeping import check_units, storable
from shizheng.kernel.measures.models import DefinitionVersion, Fact, Measure
from shizheng.kernel.measures.queries.lists import visible_to
from shizheng.kernel.measures.rules.evaluate import Row
from shizheng.kernel.measures.rules.filed import Filed
from shizheng.kernel.measures.rules.missing import MissingKind
from shizheng.kernel.measures.rules.periods import Period, PeriodNotUnderstood, parse_period
from shizheng.kernel.measures.rules.telling import row_json
from shizheng.kernel.organisations import queries as organisations

MAX_ROWS = 5000
RESERVED = frozenset({"filed", "signed", "counted"})
"""Keys of a stored source that say who filed, who signed, and that the system counted: never taken from what somebody types."""
LINK = re.compile(r"(https?://|/(?!/))[^\s\\]*\Z")


@dataclass(frozen=True)
class Filing:
    """One input to file: exactly one of `value`, `missing`, `rows`.

    `filed` says who filed it and who signed, where it comes to count only later (a return that is then locked).
    `counted`: the system counted it from what a domain keeps, and corrects it when that changes.
    """

    measure_id: int
    input: str
    unit_id: int
    period: Period | str
    value: Decimal | None = None
    missing: MissingKind | str | None = None
    rows: Sequence[Row] | None = None
    source: Mapping[str, Any] = field(default_factory=lambda: {"kind": "reported"})
    reason: str = ""
    filed: Filed | None = None
    counted: bool = False


def record_fact(actor: Actor, filing: Filing) -> Fact:
    """File one input. Raises `Conflict` when it has been filed before: correct it instead."""
    return record_facts(actor, [filing])[0]


def record_facts(
    actor: Actor, filings: Iterable[Filing], *, action: str = "measures.record_facts"
) -> list[Fact]:
    """File several inputs in one transaction: all of them or none.

    A 未填報, 待確認 or 尚未可衡量 that stands there is superseded without being called a correction; a number is not.
    """
    wanted = list(filings)
    if not wanted:
        return []
    with recorded(by=actor, action=action):
        for unit_id in {each.unit_id for each in wanted}:
            require(actor, "measures.file", unit_id)
        _check_reach(actor, {(each.measure_id, each.unit_id) for each in wanted})
        _check_inputs(wanted)
        check_units({each.unit_id for each in wanted}, "unit_id")
        prepared = [_prepared(each, actor.pk) for each in wanted]
        standing = _standing(wanted)
        for fact in prepared:
            before = standing.get((fact.measure_id, fact.unit_id, fact.input, fact.period))
            if before is None:
                continue
            if before.missing is None or before.missing == "not_applicable":
                raise Conflict(_already_filed(fact))
            _need_approval(before, fact.source)
            fact.supersedes_id = before.pk
            fact.reason = fact.reason or _("補填")
        return _written(prepared, _already_filed(prepared[0]))


def correct_fact(
    actor: Actor,
    fact_id: int,
    *,
    reason: str,
    value: Decimal | None = None,
    missing: MissingKind | str | None = None,
    rows: Sequence[Row] | None = None,
    source: Mapping[str, Any] | None = None,
    filed: Filed | None = None,
    counted: bool = False,
) -> Fact:
    """File a new fact that supersedes another, with a reason. Raises `Conflict` if somebody already corrected it.

    What was signed and locked as part of a return is corrected there, where another person approves it; `filed` then
    says who did both. What the system counted follows from what it was counted from, and is corrected there. Raises
    CannotDo otherwise.
    """
    with recorded(by=actor, action="measures.correct_fact", reason=reason):
        before = Fact.objects.select_related("unit").filter(pk=fact_id).first()
        if before is None:
            raise NotFound(_("找不到這筆填報，沒有更正。請從指標頁重新選擇。"))
        require(actor, "measures.correct", before.unit_id)
        _check_reach(actor, {(before.measure_id, before.unit_id)})
        need_reason(reason)
        if Fact.objects.filter(supersedes_id=fact_id).exists():
            raise Conflict(_already_corrected())
        filing = Filing(
            before.measure_id, before.input, before.unit_id, before.period, value, missing, rows,
            {"kind": "reported"} if source is None else source, reason, filed, counted,
        )  # fmt: skip
        fact = _prepared(filing, actor.pk)
        _need_approval(before, fact.source)
        if _same(fact, before):
            raise BadInput(_("更正後的數與原來相同，沒有更正。"), fields={"value": [_("與原來的數相同。")]})
        fact.supersedes_id = before.pk
        return _written([fact], _already_corrected())[0]


def _need_approval(before: Fact, source: Mapping[str, Any]) -> None:
    """A number that people signed is superseded only by another that was signed, or whose correction was approved; one that
    the system counted only by another count."""
    if source.get("counted"):
        return
    if before.source.get("counted") or (not before.source.get("signed") and counting.counted([before.pk])):
        raise CannotDo(
            _(
                "這個數是系統從「%(source)s」算出來的，不能在這裡直接改，沒有更正。請更正它所根據的資料，這個數會跟著改。"
            )
            % {"source": before.source.get("text") or _("填報")}
        )
    if before.source.get("signed") and not source.get("signed"):
        raise CannotDo(
            _("這個數經過簽核並已鎖定，不能在這裡直接改，沒有更正。請從填報表申請更正，由另一個人核可。")
        )


def _already_filed(fact: Fact) -> str:
    return _("「%(input)s」%(period)s 已經填報過，這次沒有存。要改，請用更正並寫明理由。") % {
        "input": fact.input,
        "period": parse_period(fact.period).label,
    }


def _already_corrected() -> str:
    return _("這筆填報剛才已經更正過，您的更正沒有存。請重新整理，看過最新的數再決定。")


def _written(facts: list[Fact], conflict: str) -> list[Fact]:
    try:
        with transaction.atomic():
            found = Fact.objects.bulk_create(facts, batch_size=2000)
    except IntegrityError as error:
        # the unique chain of a key, or one successor a fact: two people filed at the same moment
        if "measures_fact_one_chain" in str(error) or "supersedes" in str(error):
            raise Conflict(conflict) from error
        raise
    return found


def _standing(filings: Sequence[Filing]) -> dict[tuple[int, int, str, str], Fact]:
    found = Fact.objects.filter(
        measure_id__in={each.measure_id for each in filings},
        unit_id__in={each.unit_id for each in filings},
        period__in={_period(each.period).code for each in filings},
        superseded_by=None,
    ).only("id", "measure_id", "unit_id", "input", "period", "missing", "source")
    return {(f.measure_id, f.unit_id, f.input, f.period): f for f in found}


def _prepared(filing: Filing, user_id: int | None) -> Fact:
    given = [each for each in (filing.value, filing.missing, filing.rows) if each is not None]
    if len(given) != 1:
        text = _("數字、缺值種類、明細三者要填一個，也只能填一個。")
        raise BadInput(text, fields={"value": [text]})
    value = filing.value
    if value is not None and not storable(value):
        text = _("數字要在 20 位整數、10 位小數以內。")
        raise BadInput(text, fields={"value": [text]})
    _check_source(filing.source)
    period = _period(filing.period)
    return Fact(
        measure_id=filing.measure_id,
        input=filing.input,
        unit_id=filing.unit_id,
        period=period.code,
        period_start=period.start,
        period_end=period.end,
        value=value,
        missing=None if filing.missing is None else _kind(filing.missing),
        rows=None if filing.rows is None else _rows(filing.rows),
        source={
            **filing.source,
            **(filing.filed.as_kept() if filing.filed else {}),
            **({"counted": True} if filing.counted else {}),
        },
        filed_by_id=filing.filed.by_id if filing.filed else user_id,
        reason=filing.reason,
    )


def _check_source(source: Mapping[str, Any]) -> None:
    """The trace shows `text` and links to `url`, so a link leads to a page: ours, or one of the web."""
    if RESERVED & source.keys():
        text = _("來源不能自己寫誰填報、誰簽核；那由填報與簽核的紀錄帶入。")
        raise BadInput(text, fields={"source": [text]})
    if any(not isinstance(source.get(name, ""), str) for name in ("kind", "text", "url")):
        text = _("來源的 kind、text、url 都要是文字。")
        raise BadInput(text, fields={"source": [text]})
    if source.get("url") and not LINK.match(source["url"]):
        text = _("來源的網址要以 https://、http:// 或 / 開頭。")
        raise BadInput(text, fields={"source": [text]})


def _rows(rows: Sequence[Row]) -> list[dict[str, Any]]:
    keys = [row.key for row in rows]
    if len(keys) > MAX_ROWS or len(set(keys)) != len(keys) or any(not key or len(key) > 200 for key in keys):
        text = _("明細最多 %(count)s 列，每列要有不重複的編號。") % {"count": MAX_ROWS}
        raise BadInput(text, fields={"rows": [text]})
    for row in rows:
        if isinstance(row.value, Decimal) and not storable(row.value):
            text = _("明細「%(key)s」的數字要在 20 位整數、10 位小數以內。") % {"key": row.key}
            raise BadInput(text, fields={"rows": [text]})
        if len(row.name) > 300:
            text = _("明細「%(key)s」的名稱最多 300 字。") % {"key": row.key}
            raise BadInput(text, fields={"rows": [text]})
    return [row_json(row) for row in rows]


def _kind(kind: MissingKind | str) -> str:
    try:
        return MissingKind(kind).value
    except ValueError as error:
        raise BadInput(_("沒有這種缺值。"), fields={"missing": [_("請從清單選擇。")]}) from error


def _period(period: Period | str) -> Period:
    if isinstance(period, Period):
        return period
    try:
        return parse_period(period)
    except PeriodNotUnderstood as error:
        raise BadInput(str(error), fields={"period": [str(error)]}) from error


def _check_reach(actor: Actor, pairs: set[tuple[int, int]]) -> None:
    """Of (measure, unit): one files for measures that one sees, and for those of the units above one's own.

    A fact for another agency's measure would stand in that agency's list.
    """
    seen = set(visible_to(actor).filter(pk__in={each for each, _ in pairs}).values_list("pk", flat=True))
    unseen = {pair for pair in pairs if pair[0] not in seen}
    if not unseen:
        return
    owners = dict(Measure.objects.filter(pk__in={each for each, _ in unseen}).values_list("pk", "owner_id"))
    tree = organisations.tree()
    above = {unit_id: {node.id for node in tree.ancestors(unit_id)} for _, unit_id in unseen}
    if any(owners.get(measure_id) not in above[unit_id] for measure_id, unit_id in unseen):
        raise NotFound(_("找不到這個指標，或您不能看，沒有存。請從指標清單進入。"))


def _check_inputs(filings: Sequence[Filing]) -> None:
    """Every filing names an input of some version of its measure, in the form (number or list) that it has there."""
    known: dict[int, dict[str, bool]] = {}
    rows = DefinitionVersion.objects.filter(measure_id__in={each.measure_id for each in filings})
    for measure_id, inputs in rows.order_by("number").values_list("measure_id", "inputs"):
        known.setdefault(measure_id, {}).update({each["name"]: bool(each.get("list")) for each in inputs})
    for each in filings:
        inputs = known.get(each.measure_id, {})
        if each.input not in inputs:
            text = _("這個指標沒有「%(input)s」這個輸入，沒有存。請看指標的定義。") % {"input": each.input}
            raise BadInput(text, fields={"input": [text]})
        if each.missing is None and inputs[each.input] != (each.rows is not None):
            text = _("「%(input)s」的形式不對：定義裡是") % {"input": each.input}
            text += _("明細清單。") if inputs[each.input] else _("單一數字。")
            raise BadInput(text, fields={"value": [text]})


def _same(first: Fact, second: Fact) -> bool:
    return (first.value, first.missing, first.rows) == (second.value, second.missing, second.rows)
