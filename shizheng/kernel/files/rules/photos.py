"""What a photograph tells about itself: when and where it was taken, with what; and the picture without it."""

import io
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from PIL import Image, ImageOps
from PIL.ExifTags import GPS, IFD, Base

SMALL_SIDE = 480
"""The longer side of a small picture in pixels, at most."""
_WRITTEN: dict[str, dict[str, Any]] = {
    "JPEG": {"quality": 92},
    "PNG": {"optimize": False},
    "WEBP": {"quality": 90, "method": 4},
}


@dataclass(frozen=True, slots=True)
class PhotoFacts:
    """What the camera wrote; none of it is proof. `taken`: local time of the camera. Degrees in WGS 84."""

    taken: str = ""
    latitude: float | None = None
    longitude: float | None = None
    camera: str = ""

    @property
    def empty(self) -> bool:
        """Whether the photograph says nothing."""
        return not (self.taken or self.camera or self.latitude is not None)


@dataclass(frozen=True, slots=True)
class Bare:
    """The pixels of a photograph, upright and without anything else, in its own format; and small, as WebP."""

    data: bytes
    small: bytes
    width: int
    height: int
    small_width: int
    small_height: int


def bared(data: bytes) -> Bare:
    """Take everything but the pixels out of an image that was checked. Raises what decoders raise."""
    with Image.open(io.BytesIO(data), formats=["JPEG", "PNG", "WEBP"]) as image:
        kind = image.format or "JPEG"
        upright = ImageOps.exif_transpose(image)
        if kind == "JPEG" or ("A" not in upright.getbands() and "transparency" not in upright.info):
            upright = upright.convert("RGB")
        else:
            upright = upright.convert("RGBA")
        plain = Image.new(upright.mode, upright.size)
        plain.paste(upright)
    out, small = io.BytesIO(), io.BytesIO()
    plain.save(out, kind, **_WRITTEN[kind])
    width, height = plain.size
    plain.thumbnail((SMALL_SIDE, SMALL_SIDE))
    plain.convert("RGB").save(small, "WEBP", quality=78, method=4)
    return Bare(out.getvalue(), small.getvalue(), width, height, *plain.size)


def for_paper(small: bytes) -> bytes:
    """A small picture as JPEG, the format that documents keep without setting it anew. It is of our own making."""
    out = io.BytesIO()
    with Image.open(io.BytesIO(small), formats=["WEBP"]) as image:
        image.convert("RGB").save(out, "JPEG", quality=80)
    return out.getvalue()


def told_by(data: bytes) -> PhotoFacts:
    """Read the EXIF of an image; what is missing or nonsense is left out. Raises nothing."""
    try:
        with Image.open(io.BytesIO(data), formats=["JPEG", "PNG", "WEBP"]) as image:
            exif = image.getexif()
            inner, place = exif.get_ifd(IFD.Exif), exif.get_ifd(IFD.GPSInfo)
    except Exception:  # a broken EXIF says nothing
        return PhotoFacts()
    latitude = _degrees(place.get(GPS.GPSLatitude), place.get(GPS.GPSLatitudeRef), "S", 90)
    longitude = _degrees(place.get(GPS.GPSLongitude), place.get(GPS.GPSLongitudeRef), "W", 180)
    if latitude is None or longitude is None:
        latitude = longitude = None
    camera = " ".join(_text(exif.get(each)) for each in (Base.Make, Base.Model)).strip()
    taken = _moment(_text(inner.get(Base.DateTimeOriginal) or exif.get(Base.DateTime)))
    return PhotoFacts(taken, latitude, longitude, camera)


def _text(value: object) -> str:
    return "".join(each for each in str(value) if each.isprintable()).strip()[:80] if isinstance(value, str) else ""  # fmt: skip


def _moment(text: str) -> str:
    try:
        return datetime.strptime(text, "%Y:%m:%d %H:%M:%S").isoformat(" ")
    except ValueError:
        return ""


def _degrees(value: object, side: object, negative: str, most: int) -> float | None:
    try:
        degrees, minutes, seconds = (float(each) for each in value)  # type: ignore[attr-defined]
        found = degrees + minutes / 60 + seconds / 3600
    except (TypeError, ValueError, ZeroDivisionError, OverflowError):
        return None
    if not 0 <= found <= most:
        return None
    return round(-found if _text(side).upper() == negative else found, 6)
