"""Two people issue the same at the same moment; the power goes in the middle of it."""

import os
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import connections

from shizheng.common import clock
from shizheng.common.errors import CannotDo
from shizheng.common.permissions import SYSTEM
from shizheng.kernel.publication import actions, store, writing
from shizheng.kernel.publication.models import Artefact, Publication
from shizheng.kernel.publication.tests.conftest import an_office


@pytest.mark.own_database
def test_of_several_at_once_one_issues_and_the_others_are_told() -> None:
    def issue(_number: int) -> str:
        try:
            return actions.issue(SYSTEM, "tests.memo", 1).code
        except CannotDo as refused:
            return refused.code
        finally:
            connections["default"].close()

    with an_office(), ThreadPoolExecutor(4) as several:
        answers = sorted(several.map(issue, range(4)))
    assert answers[:3] == ["nothing_new"] * 3 and answers[3].startswith("pub_")
    assert Publication.objects.count() == 1


@pytest.mark.django_db
def test_what_breaks_off_leaves_no_row_and_no_half_file(
    office: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, kept = store.keep, list[str]()

    def breaks(data: bytes) -> str:
        if len(kept) == 3:
            raise OSError("no space left on device")
        kept.append(real(data))
        return kept[-1]

    monkeypatch.setattr(store, "keep", breaks)
    with pytest.raises(OSError, match="no space"):
        actions.issue(SYSTEM, "tests.memo", 1)
    assert not Publication.objects.exists() and not Artefact.objects.exists()
    assert all(store.read(each) for each in kept)
    assert not [path for path in store.folder().rglob(".new-*")]
    monkeypatch.setattr(store, "keep", real)
    assert actions.issue(SYSTEM, "tests.memo", 1).edition == 1
    assert set(writing.MEDIA_TYPES) >= set(Artefact.objects.values_list("format", flat=True))


@pytest.mark.django_db
def test_bytes_that_no_publication_names_go_after_a_month_and_no_others(office: SimpleNamespace) -> None:
    made = actions.issue(SYSTEM, "tests.memo", 1)
    old, young = store.keep(b"of one that was broken off"), store.keep(b"of one that is being made")
    unfinished = store.folder() / old[:2] / ".new-half"
    unfinished.write_bytes(b"half")
    long_ago = (clock.now() - timedelta(days=31)).timestamp()
    for each in store.folder().glob("??/*"):
        if each.name != young:
            os.utime(each, (long_ago, long_ago))
    assert actions.clear_away(SYSTEM) == 2
    assert not unfinished.exists() and not (store.folder() / old[:2] / old).exists()
    assert store.read(young) and all(store.read(each.sha256) for each in made.artefacts.all())
    assert actions.clear_away(SYSTEM) == 0
