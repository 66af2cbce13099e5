"""What the pages of commitments share: the way back, crumbs."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from shizheng.domains.commitments.models import Commitment


def back_to(commitment_id: int) -> str:
    """The page of a commitment."""
    return reverse("commitments:commitment", args=[commitment_id])


def crumbs(row: Commitment | None = None) -> list[tuple[Any, str]]:
    """The list, and the commitment where there is one."""
    found = [(_("列管事項"), reverse("commitments:list"))]
    if row is not None:
        found.append((row.number, back_to(row.pk)))
    return found
