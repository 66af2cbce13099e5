"""A PostgreSQL server of one's own over TCP, two machines on it, one of which dies; a backup of it restored elsewhere."""

import base64
import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest

from shizheng.config.backup import archive
from shizheng.config.environment import PROJECT
from tests.operations.server import SeparateServer, free_port

COMMAND = [sys.executable, "-c", "from shizheng.config.cli import main; main()"]
WORKER = [sys.executable, "-m", "shizheng.config.worker"]

KEEP = """
import io, sys
from shizheng.config.runtime import start_django
start_django()
from PIL import Image
from shizheng.common.permissions import SYSTEM
from shizheng.kernel.files import actions
from shizheng.kernel.organisations import factories
drawn = io.BytesIO()
Image.new("RGB", (900, 600), sys.argv[1]).save(drawn, "PNG")
kept = actions.keep(SYSTEM, drawn.getvalue(), name=f"{sys.argv[1]}.png", subject=("tests.subject", 1), unit_id=factories.city().pk)
print(kept.sha256)
"""


@dataclass
class Machine:
    """A machine: a data folder and the five settings; the processes that it runs."""

    data: Path
    settings: dict[str, str]
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def surroundings(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("SHIZHENG_")}
        return kept | self.settings | {"SHIZHENG_DATA_DIR": str(self.data)}

    def run(self, *command: str) -> str:
        """Run a command to its end; what it printed."""
        done = subprocess.run(
            command, env=self.surroundings, cwd=PROJECT, capture_output=True, text=True, timeout=180
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def start(self, *command: str) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            command, env=self.surroundings, cwd=PROJECT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            start_new_session=True,
        )  # fmt: skip
        self.processes.append(process)
        return process

    def power_off(self) -> None:
        """Everything on this machine is gone at once, as when its power goes."""
        for process in self.processes:
            if process.poll() is None:
                family = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
                for each in family:
                    with suppress(psutil.NoSuchProcess):
                        each.send_signal(signal.SIGKILL)
                process.wait()
        self.processes.clear()


def key() -> str:
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that the database's unprivileged user can reach."""
    made = Path(tempfile.mkdtemp(prefix="shizheng-operations-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture
def server(place: Path) -> Iterator[SeparateServer]:
    made = SeparateServer(place / "server")
    try:
        made.start()
        made.make_roles()
        yield made
    finally:
        made.stop()


@pytest.fixture
def machines(place: Path, server: SeparateServer) -> Iterator[tuple[Machine, Machine]]:
    """Two machines with data folders of their own, whose `files` and `publications` lie on storage that both have."""
    given = {
        "SHIZHENG_DATABASE_URL": server.url("shizheng_app"),
        "SHIZHENG_OWNER_DATABASE_URL": server.url("shizheng_owner"),
        "SHIZHENG_SECRET_KEY": key(),
        "SHIZHENG_FIELD_KEY": key(),
        "SHIZHENG_SIGNING_KEY": key(),
    }
    made = []
    for name in ("one", "two"):
        data = place / name
        data.mkdir()
        for shared in ("files", "publications"):
            (place / "shared" / shared).mkdir(parents=True, exist_ok=True)
            (data / shared).symlink_to(place / "shared" / shared)
        port = {"SHIZHENG_PORT": str(free_port()), "SHIZHENG_WEB_WORKERS": "1"}
        made.append(Machine(data, given | port))
    yield made[0], made[1]
    for each in made:
        each.power_off()


def until(found: Callable[[], Any], what: str, seconds: float = 60) -> Any:
    """Wait until something is there."""
    deadline = time.monotonic() + seconds
    while not (got := found()):
        assert time.monotonic() < deadline, f"{what}: not within {seconds} seconds"
        time.sleep(0.1)
    return got


def ready(machine: Machine) -> bool:
    address = f"http://127.0.0.1:{machine.settings['SHIZHENG_PORT']}/health/ready"
    try:
        with urllib.request.urlopen(urllib.request.Request(address, headers={"Host": "localhost"}), timeout=5) as answer:  # fmt: skip
            return bool(answer.status == 200)
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


def test_two_machines_on_a_server_of_ones_own_one_dies_and_a_backup_of_it_is_restored_elsewhere(
    place: Path, server: SeparateServer, machines: tuple[Machine, Machine]
) -> None:
    one, two = machines
    one.run(*COMMAND, "up", "--check", "--no-demo")
    with psycopg.connect(server.url("shizheng_owner"), autocommit=True) as owner:

        def previews(sha256: str) -> int:
            row = owner.execute("SELECT count(*) FROM files_preview WHERE source = %s AND page > 0", [sha256]).fetchone()  # fmt: skip
            return int(row[0]) if row else 0

        def job(sha256: str) -> tuple[Any, ...]:
            row = owner.execute(
                "SELECT j.id, j.status, j.worker_id, j.attempts FROM procrastinate_jobs j "
                "WHERE task_name = 'files.make_previews' AND args->>'sha256' = %s",
                [sha256],
            ).fetchone()
            assert row is not None
            return row

        # the first machine serves and works
        one.start(*COMMAND, "up", "--no-demo")
        until(lambda: ready(one), "the first machine")
        red = one.run(sys.executable, "-c", KEEP, "red").strip()
        until(lambda: previews(red), "the previews of the first file")
        assert until(lambda: job(red)[1] == "succeeded", "the first job")

        # it dies in the middle of a job, which then waits for a row that nobody gives
        with psycopg.connect(server.url("shizheng_owner")) as holding:
            holding.execute("LOCK TABLE files_preview IN ACCESS EXCLUSIVE MODE")
            blue = one.run(sys.executable, "-c", KEEP, "blue").strip()
            until(lambda: job(blue)[1] == "doing", "the second job")
            number, _status, dead, attempts = job(blue)
            one.power_off()
        assert job(blue)[1:3] == ("doing", dead) and previews(blue) == 0

        # two minutes later the second machine finds it, does it, and reads the bytes that the first had kept
        owner.execute(
            "UPDATE procrastinate_workers SET last_heartbeat = now() - interval '2 minutes' WHERE id = %s",
            [dead],
        )
        two.start(*WORKER)
        owner.execute("INSERT INTO procrastinate_jobs (queue_name, task_name, priority, args, status, attempts) VALUES ('system', 'jobs.rescue_stalled', 0, '{\"timestamp\": 0}', 'todo', 0)")  # fmt: skip
        until(lambda: job(blue)[1] == "succeeded", "the job of the machine that died")
        assert job(blue)[0] == number and job(blue)[3] > attempts and previews(blue) >= 1
        two.power_off()

    # a backup of that server, restored into an embedded one
    backup = place / "own.backup"
    two.run(*COMMAND, "backup", str(backup))
    assert not backup.with_name("own.backup.keys").exists()  # the keys are in the environment
    keys = place / "keys"
    names = ("SECRET_KEY", "FIELD_KEY", "SIGNING_KEY")
    keys.write_text("".join(f"{name}={two.settings[f'SHIZHENG_{name}']}\n" for name in names))
    elsewhere = Machine(place / "elsewhere", {})
    elsewhere.run(*COMMAND, "restore", str(backup), "--keys", str(keys))
    told = json.loads(elsewhere.run(*COMMAND, "backup", str(place / "again.backup"), "--json"))
    before, after = archive.read_manifest(backup), archive.read_manifest(place / "again.backup")
    assert archive.compared(before.tables, after.tables) == [] and told["rows"] > 1000
    assert (before.keys, before.migrations) == (after.keys, after.migrations)
    stored = {name: facts for name, facts in before.members.items() if name != archive.DUMP}
    assert stored == {name: facts for name, facts in after.members.items() if name != archive.DUMP}
    assert any(red in name for name in stored) and any(blue in name for name in stored)
