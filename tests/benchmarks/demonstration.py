"""How much memory the whole demonstration takes: `shizheng up` on a fresh folder, all of its processes together."""

import http.cookiejar
import re
import tempfile
import urllib.parse
import urllib.request
from pathlib import Path

import psutil

from tests.benchmarks.processes import memory, running, web_workers
from tests.benchmarks.report import Report

ROUNDS = 15


def measure(report: Report) -> None:
    """Start it, read its pages, and add a row for each kind of process."""
    with tempfile.TemporaryDirectory(prefix="shizheng-bench-") as folder:
        Path(folder).chmod(0o755)  # as root, the database's own user has to get in
        with running({"SHIZHENG_DATA_DIR": f"{folder}/data"}, patience=900) as (root, address):
            asked = _read_pages(address)
            kinds: dict[str, list[psutil.Process]] = {"shizheng up": [root]}
            workers = web_workers(root)
            for each in root.children(recursive=True):
                kinds.setdefault(_kind(each, workers), []).append(each)
            kinds["PostgreSQL"] = _database(Path(folder) / "data" / "database" / "cluster")
            total = [0.0, 0.0]
            for name, processes in kinds.items():
                resident, proportional = memory(processes)
                total = [total[0] + resident, total[1] + proportional]
                report.add(
                    "Whole demonstration",
                    part=name,
                    processes=len(processes),
                    **{"RSS MB": resident, "PSS MB": proportional},
                )
            report.add(
                "Whole demonstration", part=f"all, after {asked} pages", processes=sum(map(len, kinds.values())),
                **{"RSS MB": total[0], "PSS MB": total[1], "aim MB": "≤ 1,500"},
            )  # fmt: skip


def _kind(process: psutil.Process, workers: list[psutil.Process]) -> str:
    if process in workers:
        return "web workers"
    return "job worker" if "procrastinate" in " ".join(process.cmdline()) else "web server's parent"


def _database(cluster: Path) -> list[psutil.Process]:
    """The server of this folder and its backends."""
    main = psutil.Process(int((cluster / "postmaster.pid").read_text().splitlines()[0]))
    return [main, *main.children(recursive=True)]


def _read_pages(address: str) -> int:
    """Read the public pages and the links on them, as strangers do; gives how many answered."""
    jar = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
    waiting, seen = ["/", "/account/login/", "/planning/public/", "/api/v1/openapi.json"], set[str]()
    for _ in range(ROUNDS * 4):
        if not waiting:
            break
        path = waiting.pop(0)
        seen.add(path)
        with jar.open(urllib.parse.urljoin(address, path), timeout=60) as answer:
            body = answer.read().decode(errors="replace")
        links = re.findall(r'href="(/planning/public/[^"#]*)"', body)
        waiting += [link for link in dict.fromkeys(links) if link not in seen and link not in waiting]
    for number in range(ROUNDS * len(seen)):
        jar.open(urllib.parse.urljoin(address, sorted(seen)[number % len(seen)]), timeout=60).read()
    return len(seen) * (ROUNDS + 1)
