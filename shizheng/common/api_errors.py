"""What is wrong with an input of the API, in words for people: one sentence for each sort of failure that pydantic tells."""

from collections.abc import Callable, Collection, Mapping
from functools import wraps
from typing import Any

from django.http import HttpRequest

from shizheng.common.errors import BadInput
from shizheng.common.words import N_, listed, tell

SENTENCES: dict[str, str] = {
    "missing": N_("缺少這個欄位。"),
    "extra_forbidden": N_("沒有這個欄位，請確認名稱。"),
    "json_invalid": N_("不是合格的 JSON。"),
    "string_type": N_("要是文字。"),
    "string_too_long": N_("最多 %(max_length)s 個字。"),
    "string_too_short": N_("最少 %(min_length)s 個字。"),
    "string_pattern_mismatch": N_("寫法不對，要符合 %(pattern)s。"),
    "too_long": N_("最多 %(max_length)s 項。"),
    "too_short": N_("最少 %(min_length)s 項。"),
    "greater_than_equal": N_("不能小於 %(ge)s。"),
    "greater_than": N_("要大於 %(gt)s。"),
    "less_than_equal": N_("不能大於 %(le)s。"),
    "less_than": N_("要小於 %(lt)s。"),
    "enum": N_("只能是 %(expected)s。"),
    "literal_error": N_("只能是 %(expected)s。"),
    "decimal_max_places": N_("最多 %(decimal_places)s 位小數。"),
    "decimal_max_digits": N_("最多 %(max_digits)s 位數字。"),
    "decimal_whole_digits": N_("整數最多 %(whole_digits)s 位數字。"),
    "finite_number": N_("要是有限的數字。"),
}
"""By the type of the failure; the numbers come from its context."""
SORTS: tuple[tuple[str, str], ...] = (
    ("int_", N_("要是整數。")),
    ("decimal_", N_("要是數字。")),
    ("float_", N_("要是數字。")),
    ("bool_", N_("要是 true 或 false。")),
    ("datetime_", N_("要是日期與時間，例如 2026-10-05T10:00:00+08:00。")),
    ("date_", N_("要是西元日期，例如 2026-10-05。")),
    ("time_", N_("要是時間，例如 10:00。")),
    ("uuid_", N_("要是 UUID。")),
    ("list_", N_("要是清單。")),
    ("set_", N_("要是清單。")),
    ("dict_", N_("要是物件。")),
    ("model_", N_("要是物件。")),
)
"""By how the type begins, for those with many variants."""


def explain(error: Mapping[str, Any]) -> str:
    """One failure of pydantic (its `type`, `ctx` and `msg`) as a sentence in the reader's language."""
    sort, context = str(error.get("type", "")), dict(error.get("ctx") or {})
    if sort in SENTENCES:
        if "expected" in context:
            context["expected"] = str(context["expected"]).replace("'", "").replace(" or ", ", ")
        return tell(SENTENCES[sort], **context)
    return tell(next((text for begin, text in SORTS if sort.startswith(begin)), N_("這一欄的值不合格式。")))


def only_known(view: Callable[..., Any], known: Collection[str]) -> Callable[..., Any]:
    """The view, refusing query parameters that it does not take: a typing error would silently ask something else."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        unknown = sorted(set(request.GET) - set(known))
        if unknown:
            message = tell("沒有「%(names)s」這個查詢參數，沒有執行任何動作。", names=listed(unknown)[:200])
            here = listed(sorted(known)) if known else tell("（沒有）")
            hint = tell("可用的查詢參數：%(known)s。", known=here)
            raise BadInput(f"{message}{hint}", fields={name[:100]: [message] for name in unknown[:20]})
        return view(request, *args, **kwargs)

    return checked
