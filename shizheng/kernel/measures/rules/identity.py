"""The identifier of an issued figure: derived from what made it, so that a changed figure cannot keep its id."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable


def figure_id(
    *,
    definition_version: int,
    reading: str,
    unit: int,
    period: str,
    facts: Iterable[int],
    rule: str,
) -> str:
    """`fig_` and 24 hex digits over definition version, reading in force, unit, period, fact ids and rule version.

    The order of the facts does not matter; every one of them does.
    """
    made_of = [definition_version, reading, unit, period, sorted(facts), rule]
    digest = hashlib.sha256(
        json.dumps(made_of, ensure_ascii=True, separators=(",", ":")).encode()
    ).hexdigest()
    return f"fig_{digest[:24]}"
