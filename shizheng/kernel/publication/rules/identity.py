"""The code of a publication: derived from what it says and what made it, so that changed content cannot keep its code."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any


def canonical(data: Any) -> bytes:
    """JSON in one form only (keys sorted, no blanks, UTF-8): the form that is hashed. Decimals are strings already."""
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def digest(data: Any) -> str:
    """SHA-256 of the canonical form, 64 hex digits."""
    return hashlib.sha256(canonical(data)).hexdigest()


def publication_code(series: str, edition: int, facts_sha256: str, figure_ids: Mapping[str, str]) -> str:
    """`pub_` and 20 hex digits over series, edition, content and the ids of its figures."""
    return f"pub_{digest([series, edition, facts_sha256, dict(figure_ids)])[:20]}"
