"""Where the data go when nobody says: standard library only, because every command asks."""

import os
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
OUTSIDE = Path("/var/lib/shizheng")


def default_data_dir(project: Path = PROJECT, outside: Path = OUTSIDE) -> Path:
    """`var` in the clone; for root with a clone that others may not enter (below /root), a folder of its own in `outside`.

    As root the database runs as another user, who has to reach its files. A folder already in use stays in use.
    """
    inside = project / "var"
    if os.geteuid() != 0 or (inside / "secrets.env").exists():
        return inside
    elsewhere = outside / project.relative_to("/")
    closed = any(not folder.stat().st_mode & 0o001 for folder in (project, *project.parents))
    return elsewhere if closed or (elsewhere / "secrets.env").exists() else inside


def make_folder(folder: Path) -> None:
    """Make a folder and what is missing above it; as root, whatever the umask, others may pass through but not list."""
    for each in reversed((folder, *folder.parents)):
        if not each.exists():
            each.mkdir(exist_ok=True)
            if os.geteuid() == 0:
                each.chmod(0o711)
