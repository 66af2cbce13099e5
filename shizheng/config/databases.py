"""Which database role does what."""

from typing import Any


class OwnerMigrates:
    """Tables are made by the owner's connection only; the application's connection reads and writes rows."""

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == "owner"
