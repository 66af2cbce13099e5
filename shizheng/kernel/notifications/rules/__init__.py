"""Pure rules of telling people: placeholders, when a mail goes out, how long to wait after a failure, no addresses."""

from shizheng.kernel.notifications.rules.masking import without_addresses
from shizheng.kernel.notifications.rules.timing import DEFAULT_DIGEST, Plan, back_off, gives_up, plan
from shizheng.kernel.notifications.rules.wording import ALWAYS, fill, one_line, wrong_places

__all__ = [
    "ALWAYS",
    "DEFAULT_DIGEST",
    "Plan",
    "back_off",
    "fill",
    "gives_up",
    "one_line",
    "plan",
    "without_addresses",
    "wrong_places",
]
