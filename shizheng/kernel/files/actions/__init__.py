"""What can be done with files: keep, hold, open, seal; and what jobs do."""

from shizheng.kernel.files.actions.housekeeping import clear_away, make_previews
from shizheng.kernel.files.actions.keeping import hold, keep, keep_held, let_go
from shizheng.kernel.files.actions.reading import Opened, open_file, open_preview, photo_facts
from shizheng.kernel.files.actions.sealing import seal, unseal

__all__ = [
    "Opened",
    "clear_away",
    "hold",
    "keep",
    "keep_held",
    "let_go",
    "make_previews",
    "open_file",
    "open_preview",
    "photo_facts",
    "seal",
    "unseal",
]
