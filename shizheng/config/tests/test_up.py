"""`shizheng up` as a person meets it: it starts, refuses politely, stops cleanly, and keeps the data."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from shizheng.config.environment import PROJECT

COMMAND = [sys.executable, "-c", "from shizheng.config.cli import main; main()"]


@pytest.fixture
def folder() -> Iterator[Path]:
    """A data folder that the database's unprivileged user can reach (pytest's own is closed to others)."""
    made = Path(tempfile.mkdtemp(prefix="shizheng-test-"))
    made.chmod(0o755)
    yield made / "data"
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def surroundings(folder: Path, port: int) -> dict[str, str]:
    given = {"SHIZHENG_DATA_DIR": str(folder), "SHIZHENG_PORT": str(port), "SHIZHENG_WEB_WORKERS": "1"}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SHIZHENG_")}
    return kept | given


def shizheng(folder: Path, port: int, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *words],
        env=surroundings(folder, port),
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=120,
    )


def read_until(process: subprocess.Popen[str], words: str, seconds: float = 90) -> str:
    assert process.stdout is not None
    seen, deadline = "", time.monotonic() + seconds
    while time.monotonic() < deadline:
        line = process.stdout.readline()
        seen += line
        if words in line or not line:
            return seen
    raise AssertionError(seen)


def test_it_starts_refuses_a_second_start_stops_cleanly_and_keeps_the_data(folder: Path, port: int) -> None:
    process = subprocess.Popen(
        [*COMMAND, "up"],
        env=surroundings(folder, port), cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    try:
        seen = read_until(process, "按 Ctrl-C 停止")
        assert f"http://127.0.0.1:{port}" in seen and "示範帳號" in seen
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/account/login/", timeout=10) as answer:
            assert answer.status == 200
            assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
        second = shizheng(folder, port, "up")
        assert second.returncode == 1 and "已經在這個資料夾啟動" in second.stderr
        elsewhere = shizheng(folder.with_name("other"), port, "up")
        assert elsewhere.returncode == 1 and "可能有別的程式正在用" in elsewhere.stderr
        doctor = shizheng(folder, port, "doctor")
        assert doctor.returncode == 0, doctor.stdout
        process.send_signal(signal.SIGINT)
        assert "資料都還在" in read_until(process, "資料都還在")
        assert process.wait(30) == 0
    finally:
        process.kill()
    assert not (folder / "database" / "cluster" / "postmaster.pid").exists()
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0
    again = shizheng(folder, port, "up", "--check")
    assert again.returncode == 0 and "建立示範城市" not in again.stdout


def test_a_database_that_was_killed_starts_again_with_its_data(folder: Path, port: int) -> None:
    assert shizheng(folder, port, "up", "--check").returncode == 0
    code = (
        "import os, signal, time\n"
        "from shizheng.config.runtime import embedded_server\n"
        "server = embedded_server(); server.acquire()\n"
        "pid = int((server.cluster / 'postmaster.pid').read_text().split()[0])\n"
        "os.kill(pid, signal.SIGKILL); os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    subprocess.run([sys.executable, "-c", code], env=surroundings(folder, port), cwd=PROJECT)
    assert shizheng(folder, port, "doctor").returncode == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives the database to another user")
def test_a_folder_that_the_databases_user_cannot_enter_is_said_with_the_way_out(
    folder: Path, port: int
) -> None:
    folder.mkdir(mode=0o700)
    refused = shizheng(folder / "inside", port, "up", "--check")
    assert refused.returncode == 1
    assert "進不去" in refused.stderr and "SHIZHENG_DATA_DIR" in refused.stderr


def test_a_server_of_ones_own_needs_all_its_settings(folder: Path, port: int) -> None:
    done = subprocess.run(
        [*COMMAND, "up"],
        env=surroundings(folder, port) | {"SHIZHENG_DATABASE_URL": "postgresql://app@127.0.0.1/shizheng"},
        cwd=PROJECT, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 1 and "SHIZHENG_OWNER_DATABASE_URL" in done.stderr


@pytest.mark.parametrize(
    "words", [(), ("up",), ("doctor",), ("workday",), ("import-plan",), ("demo",), ("workday", "add")]
)
def test_every_part_has_help(words: tuple[str, ...], folder: Path, port: int) -> None:
    done = shizheng(folder, port, *words, "--help")
    assert done.returncode == 0 and "Usage" in done.stdout
