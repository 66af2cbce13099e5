"""When the last backup was made, written down in the data folder: for `doctor` and the metrics."""

import json
from datetime import datetime
from pathlib import Path

NAME = "last-backup.json"


def note(data_dir: Path, at: datetime, file: Path) -> None:
    """Write down a backup that was made, whole or not at all."""
    fresh = data_dir / f".{NAME}"
    fresh.write_text(json.dumps({"at": at.isoformat(), "file": str(file.resolve())}), encoding="utf-8")
    fresh.replace(data_dir / NAME)


def age(data_dir: Path, now: datetime) -> float | None:
    """Seconds since the last backup; None where none was ever made."""
    try:
        content = json.loads((data_dir / NAME).read_text(encoding="utf-8"))
        return (now - datetime.fromisoformat(content["at"])).total_seconds()
    except (OSError, ValueError, KeyError):
        return None
