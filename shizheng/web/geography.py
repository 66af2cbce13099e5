"""The bundled districts: their codes and names, as the map draws them (attribution in ``data/NOTICE``)."""

import json
from functools import cache
from itertools import pairwise
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


@cache
def _shapes() -> tuple[tuple[str, list[list[list[list[float]]]]], ...]:
    """Code and polygons of each district."""
    features = json.loads(GEOMETRY.read_text(encoding="utf-8"))["features"]
    return tuple(
        (
            f["properties"]["code"],
            [f["geometry"]["coordinates"]]
            if f["geometry"]["type"] == "Polygon"
            else f["geometry"]["coordinates"],
        )
        for f in features
    )


def district_at(longitude: float, latitude: float) -> str:
    """The code of the district in which a place lies (WGS 84); empty outside of the city. Borders are drawn to some ten metres."""
    for code, polygons in _shapes():
        if any(sum(_within(ring, longitude, latitude) for ring in rings) % 2 for rings in polygons):
            return code
    return ""


def _within(ring: list[list[float]], x: float, y: float) -> bool:
    """Whether a line from the place to the east crosses the ring an odd number of times."""
    inside = False
    for (x1, y1), (x2, y2) in pairwise([*ring, ring[0]]):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            inside = not inside
    return inside
