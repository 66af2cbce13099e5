"""What every proposal has to have, whoever sends it and by whichever way."""

from datetime import date
from typing import Any

from shizheng.common.errors import BadInput
from shizheng.common.words import tell
from shizheng.kernel.rulebook.models import Rule, RuleVersion
from shizheng.kernel.rulebook.rules import read_proposed

EARLIEST, LATEST = date(1912, 1, 1), date(2200, 1, 1)


def checked_change(
    rule: Rule,
    *,
    value: Any,
    valid_from: date,
    valid_to: date | None,
    source: str,
    reading: str,
    unconfirmed: bool,
    reason: str,
) -> RuleVersion:
    """An unsaved version with everything checked, as the preview and the proposal use it. Raises BadInput."""
    fields: dict[str, list[str]] = {}
    try:
        read_proposed(rule.kind, value, rule.shape)
    except BadInput as failure:
        fields |= failure.fields
    if not EARLIEST <= valid_from < LATEST:
        fields["valid_from"] = [tell("適用起日要在民國元年到 288 年之間。")]
    if valid_to is not None and not valid_from < valid_to <= LATEST:
        fields["valid_to"] = [tell("適用迄日要晚於起日；這一天起就不再適用。不限期間就留白。")]
    for name, text, label, most in (
        ("source", source, tell("依據"), 300), ("reason", reason, tell("理由"), 500), ("reading", reading, tell("讀法"), 500),
    ):  # fmt: skip
        if len(text) > most or "\x00" in text:
            fields[name] = [tell("%(what)s最多 %(most)s 字，不能有空字元。", what=label, most=most)]
        elif name != "reading" and not text.strip():
            fields[name] = [tell("請填%(what)s。", what=label)]
    if unconfirmed and not reading.strip():
        fields["reading"] = [tell("待確認的規則要寫明目前採用哪一種讀法。")]
    if fields:
        raise BadInput(tell("有欄位要改，提案沒有送出。"), fields=fields)
    return RuleVersion(
        rule=rule, value=value, valid_from=valid_from, valid_to=valid_to, source=source.strip(), reading=reading.strip(),
        unconfirmed=unconfirmed, reason=reason.strip(),
    )  # fmt: skip
