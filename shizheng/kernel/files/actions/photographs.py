"""Photographs kept without what the camera wrote into them; what it wrote is handed to the caller."""

from dataclasses import dataclass, replace
from typing import BinaryIO

from shizheng.common.permissions import Actor, require
from shizheng.kernel.files import apart
from shizheng.kernel.files.actions.keeping import Taken, keep_taken, read_upload
from shizheng.kernel.files.models import StoredFile
from shizheng.kernel.files.rules import IMAGES, KINDS, Checked, PhotoFacts, check
from shizheng.kernel.history.actions import recorded

_HEADS = (b"\x89P", b"\xff\xd8", b"RI")


@dataclass(frozen=True, slots=True)
class Looked:
    """A photograph that passed: its pixels alone, upright, small as well, and what the camera wrote into it."""

    whole: Taken
    small: Taken
    facts: PhotoFacts


@dataclass(frozen=True, slots=True)
class Photograph:
    """The picture as kept, and the small one."""

    file: StoredFile
    small: StoredFile


def look_at_photograph(upload: BinaryIO | bytes, name: str) -> Looked:
    """Check a photograph and take out what the camera wrote; nothing is kept yet, so that no lock waits for a decoder.

    Raises Refused with a code where it is not taken.
    """
    data = read_upload(upload)
    if data[:2] not in _HEADS:
        check(data, name, IMAGES)  # what does not begin like an image is refused without a process of its own
    checked, facts, bare = apart.bare(data, name, IMAGES)
    whole = replace(checked, width=bare.width, height=bare.height)
    stem = (checked.name.rpartition(".")[0] or checked.name)[:180]
    small = Checked(f"{stem}-s.webp", KINDS["webp"], None, bare.small_width, bare.small_height)
    return Looked(Taken(bare.data, whole), Taken(bare.small, small), facts)


def named(looked: Looked, stem: str) -> Looked:
    """The same photograph under a name of ours: what people call their files may say who they are, and names stay."""

    def again(taken: Taken) -> Taken:
        name = f"{stem}.{taken.checked.name.rpartition('.')[2]}"
        return replace(taken, checked=replace(taken.checked, name=name))

    return replace(looked, whole=again(looked.whole), small=again(looked.small))


def keep_photograph(actor: Actor, looked: Looked, *, subject: tuple[str, int], unit_id: int) -> Photograph:
    """Keep what was looked at with what it belongs to, in the caller's transaction. Raises NotPermitted."""
    require(actor, "files.keep", unit_id)
    with recorded(by=actor, action="files.keep"):
        file = keep_taken(actor, looked.whole, subject=subject, unit_id=unit_id)
        small = keep_taken(actor, looked.small, subject=subject, unit_id=unit_id)
    return Photograph(file, small)
