"""Pure rules about files: what is taken, what is refused, what a preview is."""

from .checking import Checked, check
from .kinds import DOCUMENTS, EVIDENCE, IMAGES, KINDS, MOST_BYTES, SHEETS, Kind, extensions, size_text
from .names import checked_name, download_name
from .photos import Bare, PhotoFacts, bared, told_by
from .refusal import Refused, refused

__all__ = [
    "DOCUMENTS",
    "EVIDENCE",
    "IMAGES",
    "KINDS",
    "MOST_BYTES",
    "SHEETS",
    "Bare",
    "Checked",
    "Kind",
    "PhotoFacts",
    "Refused",
    "bared",
    "check",
    "checked_name",
    "download_name",
    "extensions",
    "refused",
    "size_text",
    "told_by",
]
