"""The districts in which work may be stopped: codes and names, from the boundaries that ship with the pages."""

import json
from functools import cache
from importlib.resources import files

from shizheng.common.errors import BadInput
from shizheng.common.text import normalise


@cache
def districts() -> dict[str, str]:
    """8-digit code → name, in the order of the codes."""
    text = files("shizheng.web").joinpath("data", "districts.geojson").read_text("utf-8")
    found = {
        feature["properties"]["code"]: feature["properties"]["name"]
        for feature in json.loads(text)["features"]
    }
    return dict(sorted(found.items()))


def district_code(text: str) -> str:
    """The code for a code or a name (龍井區, 龍井). Raises BadInput."""
    wanted = normalise(text).strip()
    for code, name in districts().items():
        if wanted in (code, name, name.removesuffix("區")) and wanted:
            return code
    message = f"沒有「{text[:20]}」這個行政區。請寫區名（例如龍井區）或 8 碼代碼（例如 66000250）。"
    raise BadInput(message, fields={"district": [message]}, code="district_unknown")


def district_name(code: str) -> str:
    """The name for a code; 全市 for none; the code itself where it is unknown."""
    return districts().get(code, code) if code else "全市"
