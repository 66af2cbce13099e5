"""Work in a process of its own that ends afterwards: what it took is given back, and what it may take is limited.

Both sides: `ask` for whoever asks, `answer` for the module that does the work. A line of JSON and bytes go in, the same comes
out. Knows neither Django nor the database.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[2]
MEMORY = 1536 * 1024 * 1024
"""Bytes of address space that the process may have."""
GRACE = 10
"""Seconds that may pass beyond those of computing: for its start, and on a busy machine."""
Work = Callable[[bytes, dict[str, Any]], tuple[dict[str, Any], bytes]]


class Failed(Exception):
    """The process ended without an answer: too long, too much memory, ended by another, or what it runs broke."""


def ask(
    module: str, work: str, data: bytes, *, seconds: float, threads: int = 1, **about: Any
) -> tuple[dict[str, Any], bytes]:
    """Let `module`, run as a program, do `work`: what it says and its bytes. `seconds` of computing. Raises Failed."""
    head = json.dumps({"work": work, "seconds": seconds, **about}).encode() + b"\n"
    environment = {
        "PYTHONPATH": str(PROJECT), "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1", "PATH": os.defpath, "LANG": "C.UTF-8",
        # each thread reserves address space, which is limited: not one for each core of a large machine
        "RAYON_NUM_THREADS": str(threads), "MALLOC_ARENA_MAX": "2",
    }  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="shizheng-apart-") as empty:
        try:
            done = subprocess.run(
                [sys.executable, "-s", "-m", module],
                input=head + data, capture_output=True, timeout=seconds + GRACE, cwd=empty, env=environment, check=False,
            )  # fmt: skip
        except (subprocess.TimeoutExpired, OSError) as problem:
            raise Failed(str(problem)) from problem
    line, _newline, rest = done.stdout.partition(b"\n")
    try:
        said = json.loads(line)
    except ValueError as problem:
        raise Failed(done.stderr[-300:].decode(errors="replace") or f"exit {done.returncode}") from problem
    if done.returncode:
        raise Failed(f"exit {done.returncode}")  # it may have been ended in the middle of its bytes
    return said, rest


def answer(works: Mapping[str, Work], *, threads: bool = False) -> None:
    """The other side: takes away its own rights, does what it was asked, ends. `threads`: it needs some."""
    head, _newline, data = sys.stdin.buffer.read().partition(b"\n")
    asked = json.loads(head)
    give_up_rights(asked["seconds"], threads=threads)
    said, rest = works[asked["work"]](data, asked)
    sys.stdout.buffer.write(json.dumps(said).encode() + b"\n" + rest)
    sys.stdout.buffer.flush()


def give_up_rights(seconds: int, *, threads: bool = False) -> None:
    """No more than so much memory and time, no file written, no process (and no thread) started, no core dumped."""
    limits = [
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ]
    if not threads:  # the limit counts threads too
        limits.append((resource.RLIMIT_NPROC, 0))
    for what, most in limits:
        hard = resource.getrlimit(what)[1]
        resource.setrlimit(what, (most if hard == resource.RLIM_INFINITY else min(most, hard),) * 2)
