"""Writing for real: two at the same moment, a process killed in between, and what the process apart cannot do."""

import hashlib
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection, transaction

from shizheng.common.apart import PROJECT
from shizheng.common.permissions import SYSTEM
from shizheng.kernel.files import actions, apart, queries
from shizheng.kernel.files.actions import keeping
from shizheng.kernel.files.models import StoredFile
from shizheng.kernel.files.rules import Refused
from shizheng.kernel.files.store import FILES
from shizheng.kernel.files.tests import samples as s
from shizheng.kernel.files.tests.test_keeping import age, keep, stored

pytestmark = pytest.mark.own_database


def test_keeping_waits_while_things_are_cleared_away(office: SimpleNamespace) -> None:
    """Bytes that are old and belong to nobody are wanted again at the very moment in which they would go."""
    data = s.pdf(2)
    age(FILES.place(FILES.keep(data)))
    kept: list[StoredFile] = []

    def run() -> None:
        try:
            kept.append(keep(office, data))
        finally:
            connection.close()

    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [keeping.STORE_LOCK])
        thread = threading.Thread(target=run)
        thread.start()
        thread.join(2)
        assert thread.is_alive() and not kept
        FILES.place(hashlib.sha256(data).hexdigest()).unlink()
    thread.join(30)
    assert queries.read_bytes(kept[0]) == data


def _die_between(unit_id: int, user_id: int, reached: Any) -> None:
    """In a process of its own: the bytes are written, the row too, the commit never comes."""
    from shizheng.kernel.people.models import User

    connection.close()
    real = keeping.StoredFile.objects.create

    def create(**fields: Any) -> Any:
        made = real(**fields)
        reached.set()
        time.sleep(60)
        return made

    keeping.StoredFile.objects.create = create  # type: ignore[method-assign]
    actor = User.objects.get(pk=user_id)
    actions.keep(actor, b"text", name="a.txt", subject=("tests.thing", 1), unit_id=unit_id)


def test_a_process_killed_between_writing_and_commit_leaves_no_row_without_bytes(office: SimpleNamespace) -> None:  # fmt: skip
    context = multiprocessing.get_context("fork")
    reached = context.Event()
    child = context.Process(target=_die_between, args=(office.unit.pk, office.officer.pk, reached))
    connection.close()
    child.start()
    assert reached.wait(30)
    assert child.pid
    os.kill(child.pid, signal.SIGKILL)
    child.join(10)
    assert not StoredFile.objects.exists() and len(stored()) == 1
    age(stored()[0])
    assert actions.clear_away(SYSTEM) == (0, 1) and stored() == []


APART = """
import sys
from shizheng.common.apart import give_up_rights
give_up_rights(1)
what = sys.argv[1]
if what == "memory":
    bytearray(2 * 1024**3)
elif what == "time":
    while True:
        pass
else:
    with open("written", "w") as file:
        file.write("x" * 10)
print("done")
"""


@pytest.mark.parametrize("what", ["memory", "time", "files"])
def test_the_process_apart_has_little_memory_little_time_and_nothing_to_write_to(
    what: str, tmp_path: Path
) -> None:
    environment = {"PYTHONPATH": str(PROJECT), "PATH": os.defpath}
    done = subprocess.run(
        [sys.executable, "-c", APART, what],
        capture_output=True,
        cwd=tmp_path,
        env=environment,
        timeout=30,
        check=False,
    )
    assert done.returncode != 0 and b"done" not in done.stdout
    assert not (tmp_path / "written").exists() or (tmp_path / "written").stat().st_size == 0


def test_a_file_that_takes_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(apart.SECONDS, "check", -9.99)
    with pytest.raises(Refused, match="時間或記憶體") as failure:
        apart.check(s.pdf(), "a.pdf", frozenset({"pdf"}))
    assert failure.value.code == "too_complex"
