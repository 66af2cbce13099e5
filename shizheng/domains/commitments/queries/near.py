"""Whether something near is listed already (C05: 原則不重複列管): a warning with links, never a refusal."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice

from shizheng.common.permissions import Actor
from shizheng.common.similar import near
from shizheng.domains.commitments.models import Commitment
from shizheng.domains.commitments.queries.commitments import OPEN_STATES, owing, visible_to
from shizheng.domains.commitments.queries.ruling import ruling

MOST_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Near:
    """An open commitment of one of the units with a text this much alike (0 to 100)."""

    commitment: Commitment
    percent: Decimal


def near_ones(
    actor: Actor, text: str, unit_ids: Collection[int], *, exclude: int | None = None
) -> list[Near]:
    """Open commitments of these units with a near text, the likest first (two queries)."""
    if not text.strip() or not unit_ids:
        return []
    rows = visible_to(actor).filter(owing(unit_ids), state__in=OPEN_STATES).exclude(pk=exclude or 0)
    by_id = {each.pk: each for each in rows.select_related("list").defer("note", "extra")}
    found = near(text, ((pk, each.text) for pk, each in by_id.items()), ruling().near)
    return [Near(by_id[pk], alike * 100) for pk, alike in islice(found, MOST_SHOWN)]
