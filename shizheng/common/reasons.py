"""The written reason that an action asks for; history keeps it beside what was done."""

from django.utils.translation import gettext as _

from shizheng.common.errors import BadInput

LONGEST_REASON = 2000


def need_reason(reason: str) -> str:
    """The reason without blanks around it. Raises BadInput (field `reason`) where it is empty or over 2000 characters."""
    text = reason.strip()
    if not text:
        message = _("請寫理由：做了什麼、依據什麼，日後要查得到。沒有理由，所以沒有執行。")
    elif len(text) > LONGEST_REASON:
        message = _("理由最多 %(n)s 字，沒有執行。請精簡後再送。") % {"n": LONGEST_REASON}
    else:
        return text
    raise BadInput(message, fields={"reason": [message]})
