"""Parts of what a publication says, cut out by the database: one row of thousands, without reading the rest."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Func, JSONField, Value
from django.db.models.fields.json import KeyTransform
from django.utils.translation import gettext as _

from shizheng.common.errors import NotFound
from shizheng.kernel.publication.models import Publication
from shizheng.kernel.publication.queries.looking import GONE, public_rows


@dataclass(frozen=True, slots=True)
class Part:
    """A publication without its content, the row that was looked for (None: it has none), and what else was asked of it."""

    publication: Publication
    row: Mapping[str, Any] | None
    also: Mapping[str, Any]


def public_part(code: str, rows: str, key: str, value: str, also: Sequence[str] = ()) -> Part:
    """Of the list `rows` in a public publication the one whose `key` is `value`; `also` names what else is wanted.

    One query, whatever the size of the publication. Raises NotFound where there is no such publication.
    """
    path = f"$.{rows}[*] ? (@.{key} == $value)"
    found = (
        public_rows()
        .annotate(
            part=_first(path, {"value": value}),
            **{f"also_{name}": KeyTransform(name, "facts") for name in also},
        )
        .filter(code=code)
        .first()
    )
    if found is None:
        raise NotFound(_(GONE))
    made: Any = found
    return Part(found, made.part, {name: getattr(made, f"also_{name}") for name in also})


def _first(path: str, given: Mapping[str, str]) -> Func:
    """What a JSON path finds first in the content of a publication, with the values that it names (none has a NUL in it)."""
    safe = {name: each.replace("\x00", "\ufffd") for name, each in given.items()}
    return Func(
        F("facts"),
        Func(Value(path), template="(%(expressions)s)::jsonpath"),
        Func(Value(json.dumps(safe)), template="(%(expressions)s)::jsonb"),
        function="jsonb_path_query_first",
        output_field=JSONField(),
    )
