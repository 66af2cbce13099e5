"""The words by which a petition is found are written by the acts that write what they come from."""

from typing import Any

from shizheng.domains.petitions.models import Petition, Wording
from shizheng.domains.petitions.rules.wording import vector


def wording_of(row: Petition, case: Any) -> Wording:
    """The words of a petition as they are now, not yet kept."""
    texts = (case.number, case.title, row.file_number, row.place, row.letter_number, row.letter_from)
    return Wording(petition_id=row.pk, grams=vector(texts, row.category_id))


def keep_wording(row: Petition, case: Any, *, new: bool = False) -> None:
    """Keep them (helper: the caller records and locks)."""
    wording_of(row, case).save(force_insert=new)
