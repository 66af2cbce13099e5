"""Reading files: which there are, who may see them, and their bytes."""

import uuid
from collections.abc import Iterable
from typing import Any

from django.db.models import BooleanField, Count, Exists, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from shizheng.common.errors import NotFound
from shizheng.common.permissions import Actor, require
from shizheng.kernel.files import access
from shizheng.kernel.files.models import Erasure, HeldFile, Preview, Reading, Sealing, StoredFile
from shizheng.kernel.files.store import FILES

__all__ = [
    "all_files",
    "file",
    "files_of",
    "held",
    "is_erased",
    "is_sealed",
    "may_open",
    "names_of",
    "previews_of",
    "read_bytes",
    "readable",
    "readings_of",
    "rows",
    "stored",
    "waiting",
]


def rows() -> QuerySet[StoredFile]:
    """All files, each with `is_sealed`: as the newest decision says, else as it was kept."""
    newest = Sealing.objects.filter(file=OuterRef("pk")).order_by("-id").values("sealed")[:1]
    return StoredFile.objects.select_related("unit", "kept_by").annotate(
        is_sealed=Coalesce(Subquery(newest), F("sealed"), output_field=BooleanField()),
        is_erased=Exists(Erasure.objects.filter(file=OuterRef("pk"))),
    )


def all_files(actor: Actor) -> QuerySet[StoredFile]:
    """The list for administrators: what there is, not what is in it. Raises NotPermitted."""
    require(actor, "files.list")
    return rows().order_by("-recorded_at", "-id")


def file(actor: Actor | None, file_id: uuid.UUID | str) -> StoredFile:
    """One file, with `is_sealed`. Raises NotFound, also where the actor may not read what it belongs to."""
    key = as_id(file_id)
    found = rows().filter(pk=key).first() if key else None
    if found is None or not access.may_read(actor, found.subject_label, found.subject_pk):
        raise NotFound(_("找不到這個附件，或您不能看。請從它所屬的頁面進入。"))
    return found


def as_id(text: uuid.UUID | str) -> uuid.UUID | None:
    """The number of a file out of a text; None where it is none."""
    try:
        return text if isinstance(text, uuid.UUID) else uuid.UUID(text)
    except (ValueError, AttributeError, TypeError):
        return None


def stored(label: str, pk: int) -> QuerySet[StoredFile]:
    """The files of something, oldest first."""
    return rows().filter(subject_label=label, subject_pk=pk).order_by("recorded_at", "name", "id")


def files_of(label: str, pk: int, *, only: Iterable[Any] | None = None) -> list[StoredFile]:
    """The files of something, oldest first, or those named in `only` in that order (one query).

    Whoever asks has made sure that the reader may see it.
    """
    found = stored(label, pk)
    if only is None:
        return list(found)
    keys = list(dict.fromkeys(key for key in map(as_id, only) if key))
    return sorted(found.filter(pk__in=keys), key=lambda each: keys.index(each.pk))


def counts_of(label: str, pks: Iterable[int]) -> dict[int, int]:
    """How many files several things have, those that have any (one query)."""
    found = StoredFile.objects.filter(subject_label=label, subject_pk__in=list(pks)).order_by()
    return dict(found.values_list("subject_pk").annotate(count=Count("pk")))


def names_of(ids: Iterable[Any]) -> dict[str, str]:
    """File names by number, for those that are files (one query; none where nothing is asked)."""
    keys = {key for key in map(as_id, ids) if key}
    if not keys:
        return {}
    return {str(pk): name for pk, name in StoredFile.objects.filter(pk__in=keys).values_list("pk", "name")}


def readable(actor: Actor | None, ids: Iterable[Any]) -> frozenset[str]:
    """Those of some files whose subject the actor may read: each subject is asked about once."""
    keys = {key for key in map(as_id, ids) if key}
    rows = (
        StoredFile.objects.filter(pk__in=keys).values_list("pk", "subject_label", "subject_pk")
        if keys
        else ()
    )
    found = list(rows)
    open_ones = {
        subject for subject in {(label, pk) for _id, label, pk in found} if access.may_read(actor, *subject)
    }
    return frozenset(str(each) for each, label, pk in found if (label, pk) in open_ones)


def is_sealed(found: StoredFile) -> bool:
    """Whether a file is sealed now."""
    known = getattr(found, "is_sealed", None)
    if known is None:
        newest = Sealing.objects.filter(file=found).order_by("-id").values_list("sealed", flat=True).first()
        known = found.sealed if newest is None else newest
    return bool(known)


def is_erased(found: StoredFile) -> bool:
    """Whether what was in a file is gone for good."""
    known = getattr(found, "is_erased", None)
    return Erasure.objects.filter(file=found).exists() if known is None else bool(known)


def may_open(actor: Actor, found: StoredFile) -> bool:
    """Whether the actor may read what is in a file whose subject he or she may read."""
    return not is_sealed(found) or actor.may("files.read_sealed", found.unit_id)


def read_bytes(found: StoredFile) -> bytes:
    """The bytes of a file, checked against their hash. For the product itself: people read by `actions.open_file`."""
    return FILES.read(found.sha256)


def previews_of(found: StoredFile) -> list[Preview]:
    """Its small pictures; page 0 says why there is none; an empty list: not made yet, or never made of that kind."""
    return list(Preview.objects.filter(source=found.sha256))


def waiting(found: StoredFile) -> bool:
    """Whether previews will come: of images and PDFs they are made soon after."""
    return found.kind in ("pdf", "jpeg", "png", "webp")


def readings_of(found: StoredFile) -> QuerySet[Reading]:
    """Who opened it while it was sealed, newest first."""
    return Reading.objects.filter(file=found).select_related("reader").order_by("-id")


def held(actor: Actor, ids: Iterable[Any]) -> list[HeldFile]:
    """The actor's own uploads that wait, in the order asked for; others are left out."""
    keys = [key for key in map(as_id, ids) if key]
    found = {row.pk: row for row in HeldFile.objects.filter(pk__in=keys, held_by_id=actor.pk)} if keys else {}
    return [found[key] for key in dict.fromkeys(keys) if key in found]


def named(sha256: Iterable[str]) -> set[str]:
    """Those hashes whose bytes are needed: some row names them, and what is in it was not erased."""
    wanted = list(sha256)
    whole = StoredFile.objects.filter(erasure=None)
    drawn = Preview.objects.filter(Exists(whole.filter(sha256=OuterRef("source"))))
    found: set[str] = set()
    for rows in (whole, HeldFile.objects.all(), drawn):
        found |= set(rows.filter(sha256__in=wanted).order_by().values_list("sha256", flat=True))
    return found
