"""The product as `shizheng up` runs it: a process group on a free port, its memory, and its end."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

PROJECT = Path(__file__).resolve().parents[2]
MEGABYTE = 2**20


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(
    settings: dict[str, str], *options: str, patience: float = 300
) -> Iterator[tuple[psutil.Process, str]]:
    """`shizheng up` with these settings; gives its process and address once it answers, stops it afterwards."""
    port = free_port()
    surroundings = {k: v for k, v in os.environ.items() if not k.startswith("SHIZHENG_")}
    surroundings |= settings | {"SHIZHENG_PORT": str(port), "SHIZHENG_HOST": "127.0.0.1"}
    # the parent's `jobs` and web processes are its children: the whole product is this process tree
    started = subprocess.Popen(
        [sys.executable, "-c", "from shizheng.config.cli import main; main()", "up", *options], cwd=PROJECT, env=surroundings,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + patience
        while not _answers(address):
            if started.poll() is not None or time.monotonic() > deadline:
                assert started.stderr is not None
                started.kill()
                raise SystemExit(f"shizheng up did not answer:\n{started.stderr.read()[-3000:]}")
            time.sleep(0.3)
        yield psutil.Process(started.pid), address
    finally:
        if started.poll() is None:
            started.send_signal(signal.SIGTERM)
            started.wait(60)


def _answers(address: str) -> bool:
    try:
        urllib.request.urlopen(f"{address}/account/login/", timeout=5).close()
    except urllib.error.HTTPError as answer:
        return answer.code < 500
    except OSError:
        return False
    return True


def get(address: str, session: str, cookie: str) -> float:
    """One GET from outside; its time in milliseconds until the last byte."""
    request = urllib.request.Request(
        address, headers={"Cookie": f"{cookie}={session}", "Accept-Language": "zh-TW"}
    )
    started = time.perf_counter()
    with urllib.request.urlopen(request, timeout=60) as answer:
        answer.read()
        if "/account/login" in answer.url:
            raise SystemExit(f"{address} asked to sign in")
    return (time.perf_counter() - started) * 1000


def web_workers(root: psutil.Process) -> list[psutil.Process]:
    """The granian processes that answer requests: those whose parent is granian too."""
    found = [each for each in root.children(recursive=True) if "granian" in _command(each)]
    return [
        each
        for each in found
        if each.ppid() in {other.pid for other in found} or "spawn_main" in _command(each)
    ] or found


def _command(process: psutil.Process) -> str:
    """The command line; empty for a process that has ended."""
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""


def memory(processes: list[psutil.Process]) -> tuple[float, float]:
    """Resident and proportional memory in MB; proportional counts a shared page once over all who share it."""
    resident = proportional = 0.0
    for each in processes:
        try:
            info = each.memory_full_info()
        except psutil.NoSuchProcess:
            continue
        resident += info.rss / MEGABYTE
        proportional += getattr(info, "pss", info.rss) / MEGABYTE
    return resident, proportional
