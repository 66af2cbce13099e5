"""A backup restored to an empty system equals the original; anything less leaves the system empty."""

import json
import os
import random
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from shizheng.config.backup import archive, database
from shizheng.config.embedded import APPLICATION, OWNER, SUPERUSER, EmbeddedServer
from shizheng.config.environment import PROJECT, kept_secrets
from shizheng.config.tests.conftest import COMMAND, copied

KILLS = int(os.environ.get("SHIZHENG_KILLS", "6"))


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    """A folder that the database's unprivileged user can reach."""
    made = Path(tempfile.mkdtemp(prefix="shizheng-test-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture(scope="module")
def original(place: Path, installed_city: Path) -> Path:
    """The backup of a demonstration city with a stored file; its keys lie beside it."""
    data = copied(installed_city, place / "original")
    stored = data / "files" / "ab" / "abcdef"
    stored.parent.mkdir(parents=True)
    stored.write_bytes(b"what was filed")
    done = shizheng(data, "backup", str(place / "one.backup"))
    assert done.returncode == 0, done.stderr
    return place / "one.backup"


def shizheng(data: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *words], env=surroundings(data), cwd=PROJECT, capture_output=True, text=True, timeout=180
    )


def surroundings(data: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SHIZHENG_")}
    return kept | {"SHIZHENG_DATA_DIR": str(data)}


def is_empty(data: Path) -> bool:
    server = EmbeddedServer(data / "database", kept_secrets(data))
    with server.in_use():
        return database.is_empty(server.url(OWNER))


def test_what_is_restored_equals_the_original_table_by_table_and_file_by_file(
    original: Path, place: Path
) -> None:
    data = place / "restored"
    done = shizheng(data, "restore", str(original))
    assert done.returncode == 0, done.stderr
    assert (data / "files" / "ab" / "abcdef").read_bytes() == b"what was filed"
    again = shizheng(data, "backup", str(place / "two.backup"), "--json")
    assert json.loads(again.stdout)["rows"] > 1000
    one, two = archive.read_manifest(original), archive.read_manifest(place / "two.backup")
    assert archive.compared(one.tables, two.tables) == []
    assert (one.keys, one.migrations) == (two.keys, two.migrations)
    assert {n: d for n, d in one.members.items() if n != archive.DUMP} == {
        n: d for n, d in two.members.items() if n != archive.DUMP
    }
    seen = shizheng(data, "doctor")
    assert "✗" not in seen.stdout, seen.stdout


def test_a_system_with_tables_is_left_alone(original: Path, place: Path) -> None:
    done = shizheng(place / "original", "restore", str(original))
    assert done.returncode == 1 and "已經有資料表" in done.stderr


def test_without_the_right_keys_nothing_is_restored(original: Path, place: Path) -> None:
    wrong = place / "wrong.keys"
    wrong.write_text("FIELD_KEY=other\nSIGNING_KEY=other\n")
    done = shizheng(place / "unopened", "restore", str(original), "--keys", str(wrong))
    assert done.returncode == 1 and "FIELD_KEY" in done.stderr and "金鑰與備份不符" in done.stderr
    assert is_empty(place / "unopened")


@pytest.mark.parametrize("where", [0.3, 0.6, 0.9])
def test_a_damaged_backup_is_named_and_nothing_is_restored(original: Path, place: Path, where: float) -> None:
    content = bytearray(original.read_bytes())
    size = archive.read_manifest(original).members[archive.DUMP][0]
    content[int(int(size) * where)] ^= 0xFF
    damaged = place / "damaged.backup"
    damaged.write_bytes(content)
    done = shizheng(place / "damaged", "restore", str(damaged))
    assert done.returncode == 1 and "與清單不符" in done.stderr


def test_a_file_that_is_no_backup_is_refused(place: Path) -> None:
    for content in (b"", b"nothing of the kind", b"\x1f\x8b" + b"\0" * 600):
        (place / "other").write_bytes(content)
        done = shizheng(place / "other-data", "restore", "--check", str(place / "other"))
        assert done.returncode == 1 and "不是完整的備份檔" in done.stderr


def test_old_backups_of_a_folder_go_and_the_newest_stay(place: Path, original: Path) -> None:
    folder = place / "kept"
    folder.mkdir()
    for day in ("20250101", "20250102", "20250103"):
        (folder / f"shizheng-{day}-000000.backup").touch()
        (folder / f"shizheng-{day}-000000.backup.keys").touch()
    (folder / "else.txt").touch()
    done = shizheng(place / "original", "backup", str(folder), "--keep", "2")
    assert done.returncode == 0, done.stderr
    names = sorted(path.name for path in folder.iterdir())
    assert len([name for name in names if name.endswith(".backup")]) == 2
    assert "shizheng-20250103-000000.backup" in names and "else.txt" in names
    assert not any("20250101" in name or "20250102" in name for name in names)


def test_a_folder_that_is_to_keep_several_is_made_and_a_file_cannot(place: Path, original: Path) -> None:
    folder = place / "not-yet"
    done = shizheng(place / "original", "backup", str(folder), "--keep", "2")
    assert done.returncode == 0, done.stderr
    assert len(list(folder.glob("shizheng-*.backup"))) == 1
    done = shizheng(place / "original", "backup", str(original), "--keep", "2")
    assert done.returncode == 1 and "--keep" in done.stderr


def restoring(original: Path, data: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [*COMMAND, "restore", str(original)],
        env=surroundings(data), cwd=PROJECT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        start_new_session=True,
    )  # fmt: skip


def test_a_restore_killed_at_any_moment_leaves_all_or_nothing_and_can_be_run_again(
    original: Path, place: Path
) -> None:
    """6 kills; with `SHIZHENG_KILLS=50` in the environment, 50. Each is of a restore into what the one before has left,
    or into a new folder where that was everything."""
    whole = archive.read_manifest(original).tables
    began = time.perf_counter()
    assert restoring(original, place / "timed").wait(180) == 0
    seconds = time.perf_counter() - began
    data, chance = place / "killed-0", random.Random(114)
    outcomes = {"empty": 0, "whole": 0, "too late": 0}
    for number in range(KILLS):
        process = restoring(original, data)
        time.sleep(chance.uniform(0, seconds * 1.1))
        process.send_signal(signal.SIGKILL)
        outcomes["too late"] += process.wait() == 0
        server = EmbeddedServer(data / "database", kept_secrets(data))
        with server.in_use():
            url = server.url(OWNER)
            if database.is_empty(url):
                outcomes["empty"] += 1
                continue
            with psycopg.connect(url) as connection:
                found = database.digests(connection)
        later = {"django_migrations"}  # bringing the tables up to date may have begun
        assert set(archive.compared(whole, found)) <= later
        assert (data / "files" / "ab" / "abcdef").read_bytes() == b"what was filed"
        outcomes["whole"] += 1
        data = place / f"killed-{number + 1}"
    done = restoring(original, data).wait(180)
    print(f"restore: {KILLS} kills within {seconds * 1100:.0f} ms: {outcomes}")
    assert done == 0 and outcomes["empty"], outcomes


def test_transactions_of_the_restored_system_come_after_those_of_the_backup(place: Path) -> None:
    server = EmbeddedServer(place / "counter" / "database", kept_secrets(place / "counter"))
    with server.in_use():
        url = server.url(OWNER)
        said: list[str] = []
        database.use_up_transactions(url, 60_000, said.append)
        with psycopg.connect(url) as connection:
            row = connection.execute("SELECT pg_current_xact_id()::text::bigint").fetchone()
        assert row and row[0] > 60_000 and said
        database.use_up_transactions(url, 60_000, said.append)
        assert len(said) == 1  # nothing to do the second time


def test_a_server_whose_starter_was_killed_before_it_had_roles_gets_them(place: Path) -> None:
    server = EmbeddedServer(place / "half" / "database", kept_secrets(place / "half"))
    with server.in_use():
        with psycopg.connect(server.url(SUPERUSER, "postgres"), autocommit=True) as connection:
            connection.execute("DROP DATABASE shizheng")
            connection.execute("DROP ROLE shizheng_app")
        second = EmbeddedServer(place / "half" / "database", kept_secrets(place / "half"))
        with second.in_use(), psycopg.connect(second.url(APPLICATION)) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
        with psycopg.connect(server.url(SUPERUSER, "postgres"), autocommit=True) as connection:
            connection.execute(
                "GRANT TEMPORARY ON DATABASE shizheng TO PUBLIC"
            )  # killed before it was taken away
        with second.in_use(), psycopg.connect(second.url(APPLICATION)) as connection:
            said = connection.execute("SELECT has_database_privilege(current_database(), 'TEMPORARY')")
            assert said.fetchone() == (False,)


def test_a_server_that_comes_up_while_another_is_being_started_is_taken(place: Path) -> None:
    server = EmbeddedServer(place / "begun" / "database", kept_secrets(place / "begun"))
    with server.in_use():
        server._start()  # as after a look that found nobody yet: its starter had been killed a moment ago
        with psycopg.connect(server.url(APPLICATION)) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
