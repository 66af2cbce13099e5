"""Installations that are made once in a run, from nothing, and copied by the tests that break them."""

import fcntl
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from conftest import INSTALLATIONS
from shizheng.config.environment import PROJECT

COMMAND = [sys.executable, "-c", "from shizheng.config.cli import main; main()"]
ODD_NAME = "有 空白 的 quote'd $HOME"
"""The folder in which the first of them is made: what works there works in any."""


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
        timeout=300,
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def folder() -> Iterator[Path]:
    """A data folder that the database's unprivileged user can reach (pytest's own is closed to others)."""
    made = Path(tempfile.mkdtemp(prefix="shizheng-test-"))
    made.chmod(0o755)
    yield made / "data"
    shutil.rmtree(made, ignore_errors=True)


def copied(source: Path, folder: Path) -> Path:
    """A copy of an installation that does not run, with the owners of its files."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(["cp", "-a", str(source), str(folder)], check=True)
    return folder


def _made_once(name: str, make: Callable[[Path], None]) -> Path:
    """The installation of that name: the first process of the run to come makes it, the others wait until it is there."""
    INSTALLATIONS.mkdir(mode=0o755, exist_ok=True)
    INSTALLATIONS.chmod(0o755)
    with open(INSTALLATIONS / f"{name}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (INSTALLATIONS / name).exists():
            making = INSTALLATIONS / "making" / name
            make(making)
            making.rename(INSTALLATIONS / name)
    return INSTALLATIONS / name


@pytest.fixture(scope="session")
def installed() -> Path:
    """An installation without any data; made from nothing."""

    def make(folder: Path) -> None:
        done = shizheng(folder, free_port(), "up", "--check", "--no-demo")
        assert done.returncode == 0, done.stderr

    return _made_once(ODD_NAME, make)


@pytest.fixture(scope="session")
def installed_city(installed: Path) -> Path:
    """An installation with the demonstration city."""

    def make(folder: Path) -> None:
        done = shizheng(copied(installed, folder), free_port(), "up", "--check")
        assert done.returncode == 0 and "建立示範城市" in done.stdout, done.stdout + done.stderr

    return _made_once("city", make)
