"""Small pictures of images and of the first pages of PDFs. They carry no metadata and nothing but pixels."""

import io
from dataclasses import dataclass

import pypdfium2
from PIL import Image, ImageOps

from .images import MAX_PIXELS

PAGES = 3
SIDE = 1400
"""The longer side of a preview in pixels, at most."""
MEDIA_TYPE = "image/webp"


@dataclass(frozen=True, slots=True)
class Picture:
    """One preview, as WebP."""

    data: bytes
    width: int
    height: int


def previews_of(data: bytes, family: str) -> list[Picture]:
    """Previews of an image (one) or a PDF (the first three pages); none of any other kind. Raises what decoders raise."""
    if family == "image":
        return [_of_image(data)]
    return _of_pdf(data) if family == "pdf" else []


def _of_image(data: bytes) -> Picture:
    with Image.open(io.BytesIO(data), formats=["JPEG", "PNG", "WEBP"]) as image:
        if image.width * image.height > MAX_PIXELS:
            raise ValueError("more pixels than are taken")
        image.draft("RGB", (SIDE, SIDE))
        return _written(ImageOps.exif_transpose(image))


def _of_pdf(data: bytes) -> list[Picture]:
    made = []
    document = pypdfium2.PdfDocument(data)
    try:
        for number in range(min(len(document), PAGES)):
            page = document[number]
            width, height = page.get_size()
            scale = min(SIDE / max(width, height, 1), 4)
            bitmap = page.render(scale=scale, may_draw_forms=False)
            made.append(_written(bitmap.to_pil()))
            page.close()
    finally:
        document.close()
    return made


def _written(image: Image.Image) -> Picture:
    """Only the pixels go on: a new picture, on white where it was transparent."""
    small = image.convert("RGBA")
    small.thumbnail((SIDE, SIDE))
    plain = Image.new("RGB", small.size, "white")
    plain.paste(small, mask=small.getchannel("A"))
    out = io.BytesIO()
    plain.save(out, "WEBP", quality=82, method=4)
    return Picture(out.getvalue(), plain.width, plain.height)
