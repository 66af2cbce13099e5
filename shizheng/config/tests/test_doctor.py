"""Things are broken one after another; the doctor names each, and the command that mends it."""

import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from shizheng.config.tests.conftest import copied, shizheng, surroundings

AS_ADMINISTRATOR = """
import sys, psycopg
from shizheng.config.runtime import embedded_server
server = embedded_server()
with server.in_use(), psycopg.connect(server.url("postgres", "shizheng"), autocommit=True) as administrator:
    for statement in sys.argv[1:]:
        administrator.execute(statement)
"""
MENDED = ".venv/bin/shizheng up --check"


@pytest.fixture(scope="module")
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def folder(installed: Path, port: int) -> Iterator[Path]:
    """One installation for all that is broken here; what `up --check` mends is mended by it."""
    made = Path(tempfile.mkdtemp(prefix="shizheng-test-"))
    made.chmod(0o755)
    yield copied(installed, made / "data")
    shutil.rmtree(made, ignore_errors=True)


def administrator(folder: Path, port: int, *statements: str) -> None:
    subprocess.run(
        [sys.executable, "-c", AS_ADMINISTRATOR, *statements], env=surroundings(folder, port), check=True
    )


BROKEN = {
    "ALTER TABLE planning_plan DISABLE TRIGGER history_record": "沒有歷程觸發器：施政計畫",
    "GRANT UPDATE ON history_entry TO shizheng_app": "能改歷程",
    "REVOKE SELECT ON planning_plan FROM shizheng_app": "讀不到或寫不進這些資料表：",
    "REVOKE INSERT ON jobs_failure FROM shizheng_app": "jobs_failure",
}
"""What is broken in the database, and what the doctor says of it."""


def test_what_is_broken_in_the_database_is_named_and_its_mend_mends_it(folder: Path, port: int) -> None:
    administrator(folder, port, *BROKEN)
    found = shizheng(folder, port, "doctor")
    bad = [line for line in found.stdout.splitlines() if "✗" in line]
    assert found.returncode == 1 and len(bad) == 3, (
        found.stdout
    )  # what cannot be read or written is told together
    for said in BROKEN.values():
        assert any(said in line for line in bad), (said, found.stdout)
    assert "planning_plan、" in found.stdout or "、planning_plan" in found.stdout
    assert found.stdout.count(MENDED) >= 3
    assert shizheng(folder, port, "up", "--check", "--no-demo").returncode == 0
    well = shizheng(folder, port, "doctor")
    assert well.returncode == 0, well.stdout


def test_keys_that_are_lost_are_never_made_anew_beside_a_database(folder: Path, port: int) -> None:
    keys = folder / "secrets.env"
    kept = keys.read_text()
    try:
        for left in (None, "".join(line for line in kept.splitlines(True) if "FIELD_KEY" not in line)):
            keys.unlink(missing_ok=True)
            if left is not None:
                keys.write_text(left)
            for words in (("doctor",), ("up",)):
                done = shizheng(folder, port, *words)
                told = done.stdout + done.stderr
                assert done.returncode == 1 and "從備份把 secrets.env 放回" in told and "FIELD_KEY" in told
            assert (keys.read_text() if keys.exists() else None) == left
    finally:
        keys.write_text(kept)
        keys.chmod(0o600)
    assert shizheng(folder, port, "doctor").returncode == 0


def test_keys_that_others_can_read_and_a_port_that_others_use_are_said(folder: Path, port: int) -> None:
    (folder / "secrets.env").chmod(0o644)
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", port))
        other.listen()
        found = shizheng(folder, port, "doctor")
    (folder / "secrets.env").chmod(0o600)
    assert found.returncode == 1 and "chmod 600" in found.stdout
    assert "有別的程式在用" in found.stdout
