"""Photographs of tenders and notes from the site: sent once however often they come, changed, taken away with a reason."""

import hashlib
import re
import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from shizheng.common import clock
from shizheng.common.checks import bad, check_place, check_text, compare, refuse, refuse_unknown
from shizheng.common.errors import Conflict, NotFound
from shizheng.common.permissions import Actor, require
from shizheng.common.reasons import need_reason
from shizheng.domains.projects.actions.shared import EDIT, locked_project
from shizheng.domains.projects.models import (
    PlaceFrom,
    PlannedCheckpoint,
    Project,
    ProjectPhoto,
    SiteNote,
    SiteVisit,
)
from shizheng.domains.projects.queries.projects import unit_in_charge
from shizheng.kernel.files import actions as files
from shizheng.kernel.files.rules import PhotoFacts
from shizheng.kernel.history.actions import recorded

SUBJECT = "projects.project"
MOST_PHOTOS = 500
"""Photographs of one tender."""
FIELDS = (
    "caption",
    "taken_at",
    "longitude",
    "latitude",
    "period",
    "checkpoint",
    "session",
    "visit_id",
    "public",
)
OF_NOTE = ("noted_at", "text", "works", "longitude", "latitude")
_KEY = re.compile(r"[A-Za-z0-9_-]{1,64}")
_PERIOD = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
FIRST_PHOTO = datetime(1990, 1, 1, tzinfo=clock.TAIPEI)
AHEAD = timedelta(days=1)
"""How far the clock of a camera may be ahead of ours before it is not believed."""


def add_photo(
    actor: Actor,
    project_id: int,
    upload: BinaryIO | bytes,
    *,
    name: str,
    values: Mapping[str, Any],
    key: str = "",
) -> ProjectPhoto:
    """Keep a photograph with its tender (B17, E05). `values`: FIELDS; a place and a moment that the camera wrote go first.

    `key`: what the sender calls it; the same key, or the same bytes, give the photograph that is there already.
    """
    project = _project(project_id)
    require(actor, EDIT, unit_in_charge(project))
    data = files.read_upload(upload)
    digest = hashlib.sha256(data).hexdigest()
    key = _key(key or uuid.uuid4().hex)
    there = _there(project, key, digest)
    if there is not None:
        return there
    looked = files.look_at_photograph(data, name)
    with recorded(by=actor, action="projects.add_photo"):
        project = locked_project(project_id)
        there = _there(project, key, digest)
        if there is not None:
            return there
        if ProjectPhoto.objects.filter(project=project, removed=False).count() >= MOST_PHOTOS:
            raise bad(
                "photos", _("一個標案最多 %(n)s 張相片，這張沒有存。請先刪掉不要的。") % {"n": MOST_PHOTOS}
            )
        row = ProjectPhoto(project=project, key=key, sha256=digest, added_at=clock.now(), version=0)
        row.added_by_id = actor.pk  # type: ignore[assignment]
        _set(row, values)
        _check(row)
        subject, unit_id = (SUBJECT, project.pk), unit_in_charge(project)
        kept = files.keep_photograph(actor, looked, subject=subject, unit_id=unit_id)
        row.file, row.small = kept.file, kept.small
        _believe(row, looked.facts)
        if not values.get("period") and row.taken_at is not None:
            row.period = f"{row.taken_at.astimezone(clock.TAIPEI):%Y-%m}"
        row.version = 1
        row.save()
    return row


def edit_photo(
    actor: Actor, photo_id: int, *, version: int | None, changes: Mapping[str, Any]
) -> ProjectPhoto:
    """Change what is said of a photograph: caption, moment, place, month, checkpoint, whether it may be public."""
    with recorded(by=actor, action="projects.edit_photo"):
        row = _locked(photo_id)
        require(actor, EDIT, unit_in_charge(row.project))
        compare(row.version, version)
        before = {name: getattr(row, name) for name in FIELDS}
        _set(row, changes)
        if (row.longitude, row.latitude) != (before["longitude"], before["latitude"]):
            row.place_from = PlaceFrom.TYPED if row.longitude is not None else ""
        _check(row)
        if any(getattr(row, name) != value for name, value in before.items()):
            row.version += 1
            row.save()
    return row


def remove_photo(actor: Actor, photo_id: int, *, version: int | None, reason: str) -> ProjectPhoto:
    """Take a photograph away, with a reason; the history keeps it."""
    text = need_reason(reason)
    with recorded(by=actor, action="projects.remove_photo", reason=text):
        row = _locked(photo_id)
        require(actor, EDIT, unit_in_charge(row.project))
        compare(row.version, version)
        if row.removed:
            raise Conflict(_("這張相片剛才已經刪除，沒有再做一次。"))
        row.removed, row.public = True, False
        row.version += 1
        row.save(update_fields=["removed", "public", "version"])
    return row


def add_site_note(actor: Actor, project_id: int, *, values: Mapping[str, Any], key: str) -> SiteNote:
    """Write down what was seen on site. `values`: OF_NOTE; the same `key` gives the note that is there already."""
    project = _project(project_id)
    require(actor, EDIT, unit_in_charge(project))
    with recorded(by=actor, action="projects.add_site_note"):
        project = locked_project(project_id)
        there = SiteNote.objects.filter(project=project, key=_key(key)).first()
        if there is not None:
            return there
        row = SiteNote(project=project, key=key, **{name: values.get(name) for name in OF_NOTE})
        row.text = (row.text or "").strip()
        row.noted_at = row.noted_at or clock.now()
        _check_note(row)
        row.save()
    return row


def _project(project_id: int) -> Project:
    found = Project.objects.filter(pk=project_id).first()
    if found is None:
        raise NotFound(_("找不到這個標案，或您不能看。請從標案清單進入。"))
    return found


def _locked(photo_id: int) -> ProjectPhoto:
    found = (
        ProjectPhoto.objects.select_for_update(of=("self",)).select_related("project").filter(pk=photo_id)
    ).first()
    if found is None:
        raise NotFound(_("找不到這張相片。請從標案的頁面進入。"))
    return found


def _there(project: Project, key: str, digest: str) -> ProjectPhoto | None:
    rows = ProjectPhoto.objects.filter(project=project)
    return rows.filter(key=key).first() or rows.filter(sha256=digest, removed=False).first()


def _key(key: str) -> str:
    if not _KEY.fullmatch(key):
        raise bad("key", _("送件代碼只用英文字母、數字、底線與連字號，最多 %(n)s 字。") % {"n": 64})
    return key


def _set(row: ProjectPhoto, values: Mapping[str, Any]) -> None:
    refuse_unknown(values, FIELDS)
    for name, value in values.items():
        if name in ("longitude", "latitude", "taken_at", "visit_id"):
            setattr(row, name, value if value != "" else None)
        elif name == "public":
            row.public = bool(value)
        else:
            setattr(row, name, (value or "").strip())
    if not row.period:
        row.period = f"{clock.today():%Y-%m}"
    row.place_from = row.place_from or (PlaceFrom.DEVICE if row.longitude is not None else "")


def _believe(row: ProjectPhoto, facts: PhotoFacts) -> None:
    """What the camera wrote, where it can be so."""
    if facts.longitude is not None and facts.latitude is not None:
        row.longitude, row.latitude = _degree(facts.longitude), _degree(facts.latitude)
        row.place_from = PlaceFrom.CAMERA
    if facts.taken:
        moment = datetime.fromisoformat(facts.taken).replace(tzinfo=clock.TAIPEI)
        if FIRST_PHOTO <= moment <= clock.now() + AHEAD:
            row.taken_at = moment


def _degree(value: float) -> Decimal:
    return Decimal(str(round(value, 6)))


def _check(row: ProjectPhoto) -> None:
    wrong: dict[str, list[str]] = {}
    check_text(row.caption, 300, "caption", wrong)
    check_place(row.longitude, row.latitude, wrong)
    if not _PERIOD.fullmatch(row.period):
        wrong["period"] = [_("月份要像 2026-03 這樣填。")]
    if row.session and not _KEY.fullmatch(row.session):
        wrong["session"] = [_("現場紀錄代碼只用英文字母、數字、底線與連字號。")]
    if row.taken_at is not None and not FIRST_PHOTO <= row.taken_at <= clock.now() + AHEAD:
        wrong["taken_at"] = [_("拍攝時間不合理。")]
    if (
        row.visit_id is not None
        and not SiteVisit.objects.filter(pk=row.visit_id, project_id=row.project_id).exists()
    ):
        wrong["visit_id"] = [_("這個標案沒有這次查訪。請從清單選一個。")]
    codes = PlannedCheckpoint.objects.filter(plan__project_id=row.project_id, code=row.checkpoint)
    if row.checkpoint and not codes.exists():
        wrong["checkpoint"] = [_("這個標案沒有這個檢核點。請從清單選一個。")]
    refuse(wrong)


def _check_note(row: SiteNote) -> None:
    wrong: dict[str, list[str]] = {}
    if not row.text:
        wrong["text"] = [_("現場情形要填。")]
    check_text(row.text, 20_000, "text", wrong)
    check_place(row.longitude, row.latitude, wrong)
    if row.works is not None and (
        not row.works.is_finite() or not 0 <= row.works <= 100 or row.works != round(row.works, 2)
    ):
        wrong["works"] = [_("進度要在 0 到 100 之間，最多兩位小數。")]
    if not FIRST_PHOTO <= row.noted_at <= clock.now() + AHEAD:
        wrong["noted_at"] = [_("時間不合理。")]
    refuse(wrong)
