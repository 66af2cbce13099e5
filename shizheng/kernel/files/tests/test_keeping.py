"""Files are kept whole or not at all, belong to something, and are read by who may read that."""

import hashlib
import io
import os
import stat
import time
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import transaction
from django.db.utils import DatabaseError
from PIL import Image

from shizheng.common import clock
from shizheng.common.errors import BadInput, Conflict, NotFound, NotPermitted
from shizheng.common.permissions import SYSTEM
from shizheng.kernel.files import access, actions, apart, queries
from shizheng.kernel.files.actions import keeping
from shizheng.kernel.files.models import HeldFile, Preview, Reading, StoredFile
from shizheng.kernel.files.rules import Refused
from shizheng.kernel.files.store import FILES, FileDamaged, Store
from shizheng.kernel.files.tests import samples as s

pytestmark = pytest.mark.django_db


def keep(office: SimpleNamespace, data: bytes = b"", name: str = "成果.pdf", **options: Any) -> StoredFile:
    return actions.keep(
        office.officer, data or s.pdf(2), name=name, subject=office.subject, unit_id=office.unit.pk, **options
    )


def stored() -> list[Path]:
    return [place for place in FILES.folder().rglob("*") if place.is_file()]


def age(place: Path, days: float = 2) -> None:
    then = time.time() - days * 86_400
    os.utime(place, (then, then))


def test_a_file_is_kept_with_what_is_known_of_it(office: SimpleNamespace) -> None:
    made = keep(office, name="C:\\下載\\成果.pdf")
    assert (made.name, made.kind, made.media_type, made.pages) == ("成果.pdf", "pdf", "application/pdf", 2)
    assert made.sha256 == hashlib.sha256(s.pdf(2)).hexdigest() and made.size == len(s.pdf(2))
    assert (made.subject_label, made.subject_pk, made.unit_id, made.kept_by) == ("tests.thing", 1, office.unit.pk, office.officer)  # fmt: skip
    assert queries.read_bytes(made) == s.pdf(2)
    place = FILES.place(made.sha256)
    assert stat.S_IMODE(place.stat().st_mode) == 0o600 and place.parent.name == made.sha256[:2]
    made.refresh_from_db()
    assert made.recorded_by == "承辦甲" and made.recorded_action == "files.keep"


def test_nothing_of_a_refused_file_is_kept(office: SimpleNamespace) -> None:
    for data, name in ((s.with_action("/Launch"), "a.pdf"), (s.program(), "a.txt"), (b"", "a.txt")):
        with pytest.raises(Refused):
            keep(office, data or b"\0", name)
    assert stored() == [] and not StoredFile.objects.exists()


def test_the_same_bytes_lie_there_once(office: SimpleNamespace) -> None:
    first, second = keep(office), keep(office, name="b.pdf")
    assert first.sha256 == second.sha256 and len(stored()) == 1


def test_a_row_is_never_changed(office: SimpleNamespace) -> None:
    made = keep(office)
    with pytest.raises(DatabaseError), transaction.atomic():
        StoredFile.objects.filter(pk=made.pk).update(name="other.pdf")
    with pytest.raises(DatabaseError), transaction.atomic():
        StoredFile.objects.filter(pk=made.pk).delete()


def test_only_who_may_attach_in_the_unit_keeps_files_there(office: SimpleNamespace) -> None:
    with pytest.raises(NotPermitted):
        actions.keep(office.stranger, s.pdf(), name="a.pdf", subject=office.subject, unit_id=office.unit.pk)
    assert stored() == []


def test_a_file_is_as_visible_as_what_it_belongs_to(office: SimpleNamespace) -> None:
    made = keep(office)
    assert (
        queries.file(office.control, made.pk) == made and queries.file(office.officer, str(made.pk)) == made
    )
    for actor in (office.stranger, None):
        with pytest.raises(NotFound):
            queries.file(actor, made.pk)
    with pytest.raises(NotFound):
        queries.file(office.officer, "not a number")
    access.forget("tests.thing")
    with pytest.raises(NotFound):
        queries.file(office.officer, made.pk)


def test_files_of_something_come_in_one_query(office: SimpleNamespace, django_assert_num_queries: Any) -> None:  # fmt: skip
    made = [keep(office, name=f"{number}.pdf") for number in range(3)]
    with django_assert_num_queries(1):
        found = queries.files_of(*office.subject)
        assert [(each.name, each.unit.name, each.is_sealed) for each in found] == [
            (each.name, office.unit.name, False) for each in made
        ]
    assert queries.files_of(*office.subject, only=[made[1].pk, "x"]) == [made[1]]
    assert queries.files_of("tests.thing", 2) == []


def test_a_sealed_file_is_opened_by_few_and_each_opening_is_written_down(office: SimpleNamespace) -> None:
    made = keep(office)
    actions.open_file(office.officer, made.pk)
    assert not Reading.objects.exists()
    with pytest.raises(NotPermitted):
        actions.seal(office.officer, made.pk, reason="有個資")
    with pytest.raises(BadInput):
        actions.seal(office.control, made.pk, reason=" ")
    assert queries.is_sealed(actions.seal(office.control, made.pk, reason="有個資"))
    with pytest.raises(Conflict):
        actions.seal(office.control, made.pk, reason="再一次")
    with pytest.raises(NotPermitted) as refused:
        actions.open_file(office.officer, made.pk)
    assert refused.value.code == "sealed" and not Reading.objects.exists()
    assert actions.open_file(office.control, made.pk).data == s.pdf(2)
    assert [(each.reader, each.way) for each in queries.readings_of(made)] == [(office.control, "download")]
    actions.unseal(office.control, made.pk, reason="已去識別")
    assert actions.open_file(office.officer, made.pk).data == s.pdf(2) and Reading.objects.count() == 1
    assert queries.is_sealed(keep(office, sealed=True, name="b.pdf"))


def test_changed_or_missing_bytes_are_never_given_out(office: SimpleNamespace) -> None:
    made = keep(office)
    place = FILES.place(made.sha256)
    place.write_bytes(b"other")
    with pytest.raises(FileDamaged, match="不符"):
        actions.open_file(office.officer, made.pk)
    place.unlink()
    with pytest.raises(FileDamaged, match="找不到"):
        actions.open_file(office.officer, made.pk)
    with pytest.raises(FileDamaged):
        FILES.read("../../etc/passwd")


def test_a_held_file_is_its_owners_and_becomes_a_file_once(office: SimpleNamespace) -> None:
    row = actions.hold(office.officer, io.BytesIO(s.image()), name="a.png")
    assert queries.held(office.officer, [row.pk, "x", row.pk]) == [row] and queries.held(office.control, [row.pk]) == []  # fmt: skip
    target = {"subject": office.subject, "unit_id": office.unit.pk}
    with pytest.raises(BadInput) as gone:
        actions.keep_held(office.control, [row.pk], **target)
    assert gone.value.code == "held_gone"
    made = actions.keep_held(office.officer, [row.pk], **target)
    assert [(each.name, each.sha256, each.width) for each in made] == [("a.png", row.sha256, 40)]
    with pytest.raises(BadInput):
        actions.keep_held(office.officer, [row.pk], **target)
    other = actions.hold(office.officer, s.image(), name="b.png")
    assert actions.let_go(office.control, [other.pk]) == 0 and actions.let_go(office.officer, [other.pk]) == 1


def test_nobody_holds_without_end(office: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "MOST_HELD", 2)
    for name in ("a.txt", "b.txt"):
        actions.hold(office.officer, b"x", name=name)
    with pytest.raises(BadInput) as refused:
        actions.hold(office.officer, b"x", name="c.txt")
    assert refused.value.code == "too_many"


def test_what_nobody_sent_goes_after_a_day_and_what_a_row_names_stays(office: SimpleNamespace) -> None:
    made = keep(office)
    actions.make_previews(SYSTEM, made.sha256, "pdf")
    held = actions.hold(office.officer, b"held", name="a.txt")
    orphan, young = FILES.keep(b"orphan"), FILES.keep(b"young")
    broken = FILES.place(orphan).parent / ".new-cut"
    broken.write_bytes(b"half")
    for place in stored():
        if place.name != young:
            age(place)
    assert actions.clear_away(SYSTEM) == (0, 2)
    assert FILES.read(young) and FILES.read(held.sha256) and FILES.read(made.sha256)
    assert not FILES.place(orphan).exists() and not broken.exists()
    with clock.set_to(clock.now() + timedelta(days=1, minutes=1)):
        given_up, gone = actions.clear_away(SYSTEM)
    assert given_up == 1 and gone >= 1 and not HeldFile.objects.exists()
    assert FILES.read(made.sha256) and all(FILES.read(each.sha256) for each in Preview.objects.all())


def test_bytes_wanted_again_are_young_again() -> None:
    digest = FILES.keep(b"again")
    age(FILES.place(digest))
    assert [sha for sha, _ in FILES.older_than(time.time() - 86_400)] == [digest]
    FILES.keep(b"again")
    assert list(FILES.older_than(time.time() - 86_400)) == []


def test_stores_do_not_share_their_folders() -> None:
    other = Store("publications")
    digest = other.keep(b"issued")
    assert not FILES.place(digest).exists() and other.read(digest) == b"issued"


def test_a_failed_write_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        FILES.keep(b"abc")
    assert stored() == []


def test_previews_are_small_and_carry_nothing_but_pixels(office: SimpleNamespace) -> None:

    made = keep(office, s.photograph(), "a.jpg")
    assert b"Fuji" in queries.read_bytes(made)
    assert actions.make_previews(SYSTEM, made.sha256, "jpeg") == 1
    opened = actions.open_preview(office.officer, made.pk, 1)
    picture = Image.open(io.BytesIO(opened.data))
    assert picture.format == "WEBP" and picture.size == (300, 400) and b"Fuji" not in opened.data
    assert not picture.getexif() and "exif" not in picture.info
    paper = keep(office, s.pdf(5))
    assert actions.make_previews(SYSTEM, paper.sha256, "pdf") == 3
    assert actions.make_previews(SYSTEM, paper.sha256, "pdf") == 3 and Preview.objects.count() == 4
    with pytest.raises(NotFound):
        actions.open_preview(office.officer, paper.pk, 4)


def test_a_preview_that_takes_too_much_is_given_up_and_said(office: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    def fails(*_: Any) -> None:
        raise apart.Failed("too long")

    made = keep(office)
    monkeypatch.setattr(apart, "previews", fails)
    assert actions.make_previews(SYSTEM, made.sha256, "pdf") == 0
    assert [(each.page, each.failure) for each in queries.previews_of(made)] == [(0, "too_complex")]


def test_the_process_apart_refuses_in_the_same_words() -> None:
    with pytest.raises(Refused, match="巨集") as failure:
        apart.check(s.docx(parts={"word/vbaProject.bin": s.OLE}), "a.docx", frozenset({"docx"}))
    assert failure.value.code == "macros"


def test_a_photograph_says_where_and_when_only_when_asked(office: SimpleNamespace) -> None:
    made = keep(office, s.photograph(), "a.jpg")
    facts = actions.photo_facts(office.officer, made.pk)
    assert (facts.taken, facts.latitude, facts.longitude, facts.camera) == ("2026-10-05 09:30:00", 24.16, 120.64, "Fuji X")  # fmt: skip
    assert actions.photo_facts(office.officer, keep(office, s.image(), "b.png").pk).empty
    with pytest.raises(NotFound):
        actions.photo_facts(office.officer, keep(office).pk)


def test_a_photograph_is_kept_upright_and_without_what_the_camera_wrote(office: SimpleNamespace) -> None:
    looked = actions.look_at_photograph(s.photograph(), "工地.jpg")
    assert (looked.facts.taken, looked.facts.camera) == ("2026-10-05 09:30:00", "Fuji X")
    assert looked.facts.latitude is not None and looked.facts.longitude is not None
    kept = actions.keep_photograph(office.officer, looked, subject=office.subject, unit_id=office.unit.pk)
    with Image.open(io.BytesIO(queries.read_bytes(kept.file))) as picture:
        assert picture.format == "JPEG" and not picture.getexif() and "exif" not in picture.info
        assert picture.size == (kept.file.width, kept.file.height)
    with Image.open(io.BytesIO(queries.read_bytes(kept.small))) as small:
        assert small.format == "WEBP" and max(small.size) <= 480
    with Image.open(io.BytesIO(s.photograph())) as before:
        assert (kept.file.width, kept.file.height) == (before.height, before.width)  # it lay on its side


def test_what_is_no_photograph_is_refused_as_one(office: SimpleNamespace) -> None:
    for data, name in (
        (s.pdf(), "a.jpg"),
        (s.program(), "a.jpg"),
        (s.photograph() + b"PK", "a.jpg"),
        (b"", "a.jpg"),
    ):
        with pytest.raises(Refused):
            actions.look_at_photograph(data, name)
