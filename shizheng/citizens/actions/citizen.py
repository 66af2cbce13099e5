"""Who acts on the public site: nobody in particular, with the permissions of the one act that is done."""

from dataclasses import dataclass

from shizheng.common.permissions import Carrying


@dataclass(frozen=True, slots=True)
class Stranger:
    """Somebody who has not signed in; holds nothing."""

    pk: int | None = None
    display_name: str = "市民"

    def may(self, code: str, unit_id: int | None = None) -> bool:
        return False

    def units_where(self, code: str) -> frozenset[int] | None:
        return frozenset()


def citizen(*codes: str) -> Carrying:
    """A citizen with what this act needs, in the whole city."""
    return Carrying(Stranger(), frozenset(codes))
