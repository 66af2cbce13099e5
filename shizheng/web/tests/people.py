"""A reader for tests that need no database."""

from dataclasses import dataclass, field


@dataclass
class Reader:
    """Somebody signed in who holds the given permissions everywhere."""

    permissions: set[str] = field(default_factory=set)
    is_authenticated: bool = True
    pk: int = 7
    display_name: str = "王小明"
    prefers_gregorian: bool = False

    def may(self, code: str, unit_id: int | None = None) -> bool:
        return code in self.permissions

    def units_where(self, code: str) -> frozenset[int] | None:
        return None if code in self.permissions else frozenset()
