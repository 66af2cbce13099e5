"""What a photograph tells about itself: when and where it was taken, with what. Read on request only."""

import io
from dataclasses import dataclass
from datetime import datetime

from PIL import Image
from PIL.ExifTags import GPS, IFD, Base


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
