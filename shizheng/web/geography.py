"""The bundled districts: their codes and names, as the map draws them (attribution in ``data/NOTICE``)."""

import json
from functools import cache
from pathlib import Path
from typing import NamedTuple

GEOMETRY = Path(__file__).parent / "data" / "districts.geojson"


class District(NamedTuple):
    """One district; ``code`` is the official 8-digit code."""

    code: str
    name: str
    name_en: str


@cache
def districts() -> tuple[District, ...]:
    """The 29 districts by code."""
    features = json.loads(GEOMETRY.read_text(encoding="utf-8"))["features"]
    return tuple(
        District(f["properties"]["code"], f["properties"]["name"], f["properties"]["name_en"])
        for f in features
    )
