"""What an action refused, shown in the form that asked for it."""

from typing import Any

from shizheng.common.errors import BadInput, CannotDo


def show_refusal(form: Any, failure: CannotDo, *, prefix: str = "") -> None:
    """Put each message beside the field that it names; what names none of the form's fields stands above the form.

    `prefix`: an input `x` of the action may stand in the form as the field `<prefix>x`.
    """
    named = failure.fields if isinstance(failure, BadInput) else {}
    if not any(named.values()):
        form.add_error(None, failure.message)
    for name, texts in named.items():
        field = next((each for each in (name, f"{prefix}{name}") if each in form.fields), None)
        for text in texts:
            form.add_error(field, text)
