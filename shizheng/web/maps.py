"""What a page says to the map on it (`web/components/map.html`): pins, and the two fields that a click fills in."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _


def map_spec(title: str, pins: Sequence[dict[str, Any]], *, picks: Sequence[str] = ()) -> dict[str, Any]:
    """A map with pins; `picks`: the ids of the two fields (longitude, latitude) that a click on it fills in."""
    return {
        "id": "place-map",
        "title": title,
        "places": [],
        "pins": list(pins),
        "picks": list(picks),
        "zoom": 11,
    }


def picking_map(form: Any, named: str) -> dict[str, Any]:
    """The map of a form with the fields `longitude` and `latitude`: the place typed there is pinned, a click moves it.

    `named`: the field whose text is the pin's name.
    """
    try:
        longitude, latitude = float(form["longitude"].value()), float(form["latitude"].value())
        there = (
            abs(longitude) <= 180 and abs(latitude) <= 90
        )  # elsewhere is no place: the form says so, the map stays
    except (TypeError, ValueError):
        there = False
    pins = (
        [{"longitude": longitude, "latitude": latitude, "name": form[named].value() or ""}] if there else []
    )
    picks = (form["longitude"].id_for_label, form["latitude"].id_for_label)
    spec = map_spec(_("在地圖上點出地點"), pins, picks=picks)
    return {**spec, "note": _("點地圖，經緯度就填進表單；也可以直接打字")}
