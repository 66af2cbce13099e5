"""What a mail server says often repeats the address; what we keep and log does not."""

import re

ADDRESS = re.compile(r"[^\s<>\"'(),:;\[\]]+@[^\s<>\"'(),:;\[\]]+")


def without_addresses(text: str, known: str = "") -> str:
    """The text with every mail address, and the known one whatever its form, put out of sight."""
    if known:
        text = re.sub(re.escape(known), "…@…", text, flags=re.IGNORECASE)
    return ADDRESS.sub("…@…", text)
