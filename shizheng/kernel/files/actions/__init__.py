"""What can be done with files: keep, hold, open, seal; and what jobs do."""

from shizheng.kernel.files.actions.erasing import erase_all
from shizheng.kernel.files.actions.housekeeping import clear_away, make_previews
from shizheng.kernel.files.actions.keeping import (
    held_bytes,
    hold,
    keep,
    keep_held,
    keep_taken,
    let_go,
    look_at,
    read_upload,
)
from shizheng.kernel.files.actions.photographs import (
    Looked,
    Photograph,
    keep_photograph,
    look_at_photograph,
    named,
)
from shizheng.kernel.files.actions.reading import Opened, open_file, open_preview, photo_facts
from shizheng.kernel.files.actions.sealing import seal, unseal

__all__ = [
    "Looked",
    "Opened",
    "Photograph",
    "clear_away",
    "erase_all",
    "held_bytes",
    "hold",
    "keep",
    "keep_held",
    "keep_photograph",
    "keep_taken",
    "let_go",
    "look_at",
    "look_at_photograph",
    "make_previews",
    "named",
    "open_file",
    "open_preview",
    "photo_facts",
    "read_upload",
    "seal",
    "unseal",
]
