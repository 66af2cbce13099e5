"""A table made into a model: which columns, which words are taken out, what was left out and said. Knows no database."""

from collections.abc import Callable, Sequence
from typing import Any

from shizheng.common.errors import BadInput, CannotDo
from shizheng.common.words import N_, tell, written
from shizheng.kernel.routing import tables
from shizheng.kernel.routing.rules import CannotTrain, Example, Settings, TextModel, label_words, pack, train
from shizheng.kernel.routing.rules.training import FEWEST

_LACKING = {
    "text": N_("%(n)s 列沒有文字，沒有用。"),
    "label": N_("%(n)s 列沒有答案，沒有用。"),
    "time": N_("%(n)s 列沒有看得懂的時間，沒有用。"),
}


def from_table(
    table: tables.Table,
    *,
    text: str,
    label: str,
    time: str | None = None,
    strip: Sequence[str] = (),
    settings: Settings | None = None,
    hear: Callable[[str], None] = lambda step: None,
) -> tuple[TextModel, bytes]:
    """A model of the columns of a table, and its bytes.

    `time` is the column that orders the rows ("" for none; None: the first that holds days or moments); the values of
    the columns `strip` are taken out of the texts. Raises BadInput, CannotDo.
    """
    table.need(text, label, *strip)
    notes = [*table.notes]
    if time is None:
        time = tables.time_column(table, (text, label))
        if time:
            notes.append(
                written("沒有指定時間欄；「%(column)s」這一欄都是時間，依它留下最新的部分量測。", column=time)
            )
    examples, lacking = tables.examples(table, text, label, time)
    notes += [written(_LACKING[what], n=n) for what, n in lacking.items()]
    words = label_words(tables.values(table, strip)) if strip else ()
    columns = {"text": text, "label": label, "time": time, "strip": list(strip)}
    return from_examples(
        examples, stripped=words, settings=settings, hear=hear,
        about={"made_from": table.name, "columns": columns}, notes=notes,
    )  # fmt: skip


def from_examples(
    examples: Sequence[Example],
    *,
    stripped: Sequence[str] = (),
    settings: Settings | None = None,
    about: dict[str, Any] | None = None,
    notes: Sequence[str] = (),
    hear: Callable[[str], None] = lambda step: None,
) -> tuple[TextModel, bytes]:
    """A model of examples, and its bytes. Raises CannotDo with words for people."""
    try:
        model = train(examples, stripped=stripped, settings=settings, hear=hear, about=about)
    except CannotTrain as failure:
        raise _cannot(failure) from failure
    more = [*notes]
    if model.card["empty"]:
        more.append(written("%(n)s 列拿掉答案的字之後沒有文字，沒有用。", n=model.card["empty"]))
    if model.card["left_out"]:
        left = "、".join(list(model.card["left_out"])[:8])
        more.append(
            written(
                "%(n)s 個類別太少，學不起來，沒有用：%(names)s", n=len(model.card["left_out"]), names=left
            )
        )
    model.card["notes"] = more  # type: ignore[index]
    return model, pack(model)


def _cannot(failure: CannotTrain) -> CannotDo:
    if failure.code == "few":
        return BadInput(
            tell(
                "可以訓練的只有 %(n)s 筆，至少要 %(least)s 筆，沒有訓練。請檢查欄名，或換一份較完整的資料。",
                n=failure.number, least=FEWEST,
            ),
            code="too_few",
        )  # fmt: skip
    return BadInput(tell("答案只有一種，沒有什麼可以分，沒有訓練。請檢查答案的欄名。"), code="one_label")
