"""A model as bytes and back: one NPZ file of plain arrays, with everything that is no number as JSON. Nothing is ever run.

NumPy reads it with `allow_pickle=False`; shapes, kinds and sizes are checked before anything is believed.
"""

import io
import json
import zipfile
from typing import Any

import numpy as np

from shizheng.kernel.routing.rules.calibration import Calibration
from shizheng.kernel.routing.rules.grams import Vectoriser
from shizheng.kernel.routing.rules.model import TextModel

FORMAT = 1
LARGEST = 1024 * 1024 * 1024
"""Bytes that an unpacked model may have."""

_ARRAYS = {
    "keys": ("<u8", 1), "idf": ("<f4", 1), "weights": ("<f2", 2), "offsets": ("<f4", 1),
    "calibration": ("<f4", 1), "about": ("|u1", 1),
}  # fmt: skip
_EARLIEST = (1980, 1, 1, 0, 0, 0)


class NotAModel(ValueError):
    """The bytes are no model of this format. The text says what is wrong with them."""


def pack(model: TextModel) -> bytes:
    """The model as bytes; the same model gives the same bytes. Weights are kept to three digits (half precision)."""
    about = {
        "format": FORMAT, "labels": model.labels, "grams": [model.vectoriser.shortest, model.vectoriser.longest],
        "stripped": model.stripped, "sharpness": model.calibration.sharpness, "curve": model.calibration.curve, "card": model.card,
    }  # fmt: skip
    text = json.dumps(about, ensure_ascii=False, sort_keys=True).encode()
    arrays = {
        "keys": model.vectoriser.keys, "idf": model.vectoriser.idf, "weights": model.weights,
        "offsets": model.offsets, "calibration": model.calibration.offsets,
        "about": np.frombuffer(text, dtype=np.uint8),
    }  # fmt: skip
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, values in arrays.items():
            member = io.BytesIO()
            np.save(member, np.ascontiguousarray(values, dtype=_ARRAYS[name][0]), allow_pickle=False)
            entry = zipfile.ZipInfo(f"{name}.npy", _EARLIEST)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, member.getvalue())
    return out.getvalue()


def unpack(data: bytes) -> TextModel:
    """The model of bytes. Raises NotAModel."""
    arrays = _arrays(data)
    try:
        about: dict[str, Any] = json.loads(arrays["about"].tobytes())
        if about["format"] != FORMAT:
            raise NotAModel(f"format {about['format']}")
        shortest, longest = about["grams"]
        slope, shift = about["curve"]
        model = TextModel(
            labels=tuple(map(str, about["labels"])),
            vectoriser=Vectoriser(
                int(shortest), int(longest), arrays["keys"].astype(np.uint64), arrays["idf"]
            ),
            weights=arrays["weights"],
            offsets=arrays["offsets"],
            calibration=Calibration(
                float(about["sharpness"]), arrays["calibration"], (float(slope), float(shift))
            ),
            stripped=tuple(map(str, about["stripped"])),
            card=dict(about["card"]),
        )
    except (KeyError, TypeError, ValueError) as failure:
        raise NotAModel(str(failure)) from failure
    if len(model.vectoriser.keys) > 1 and not (model.vectoriser.keys[1:] > model.vectoriser.keys[:-1]).all():
        raise NotAModel("the n-grams are not in order")
    if len(model.labels) < 2 or model.vectoriser.idf.shape != model.vectoriser.keys.shape:
        raise NotAModel("labels or n-grams are missing")
    if model.calibration.offsets.shape != model.offsets.shape or not 1 <= int(shortest) <= int(longest) <= 8:
        raise NotAModel("the parts do not belong together")
    return model


def _arrays(data: bytes) -> dict[str, Any]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(each.file_size for each in archive.infolist()) > LARGEST:
                raise NotAModel("too large")
        with np.load(io.BytesIO(data), allow_pickle=False) as held:
            arrays = {name: held[name] for name in _ARRAYS}
    except (OSError, KeyError, ValueError, zipfile.BadZipFile, EOFError) as failure:
        raise NotAModel(str(failure)) from failure
    for name, (kind, dimensions) in _ARRAYS.items():
        if arrays[name].dtype != np.dtype(kind) or arrays[name].ndim != dimensions:
            raise NotAModel(f"{name} is {arrays[name].dtype} with {arrays[name].ndim} dimensions")
        if kind != "|u1" and kind != "<u8" and not np.isfinite(arrays[name]).all():
            raise NotAModel(f"{name} is not finite")
    return arrays
