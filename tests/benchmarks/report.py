"""Figures beside their aims, as a plain table and as JSON, with the machine they were taken on."""

import json
import os
import platform
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil


@dataclass(frozen=True)
class Timing:
    """Times of one thing in milliseconds, each time it was done."""

    ms: Sequence[float]

    def at(self, share: float) -> float:
        """The time that `share` of all stayed within (nearest rank)."""
        ordered = sorted(self.ms)
        return ordered[max(0, -(-len(ordered) * round(share * 100) // 100) - 1)]

    @property
    def p50(self) -> float:
        return self.at(0.50)

    @property
    def p95(self) -> float:
        return self.at(0.95)


def timing(call: Callable[[], Any], rounds: int, warm: int = 1) -> Timing:
    """Do it `warm` times unseen, then `rounds` times by the clock."""
    for _ in range(warm):
        call()
    taken = []
    for _ in range(rounds):
        started = time.perf_counter()
        call()
        taken.append((time.perf_counter() - started) * 1000)
    return Timing(taken)


@dataclass
class Report:
    """Tables of figures in the order in which they were taken."""

    tables: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def add(self, table: str, **row: Any) -> None:
        self.tables.setdefault(table, []).append(row)

    def text(self) -> str:
        parts = []
        for title, rows in self.tables.items():
            heads = list(dict.fromkeys(key for row in rows for key in row))
            cells = [heads, *([_cell(row.get(head)) for head in heads] for row in rows)]
            widths = [max(len(row[i]) for row in cells) for i in range(len(heads))]
            lines = [
                "  ".join(
                    c.ljust(w) if i == 0 else c.rjust(w)
                    for i, (c, w) in enumerate(zip(row, widths, strict=True))
                )
                for row in cells
            ]
            parts.append("\n".join([title, "-" * len(title), *(line.rstrip() for line in lines)]))
        return "\n\n".join(parts)

    def write(self, path: Path) -> None:
        path.write_text(json.dumps(self.tables, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return (
        f"{value:,.1f}"
        if isinstance(value, float)
        else f"{value:,}"
        if isinstance(value, int)
        else str(value)
    )


def machine(report: Report) -> None:
    """What the figures were taken on."""
    import duckdb
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        server = cursor.fetchone()[0]
    facts = {
        "cores": os.cpu_count(), "memory MB": psutil.virtual_memory().total // 2**20,
        "load before": round(os.getloadavg()[0], 1), "Python": platform.python_version(), "PostgreSQL": server,
        "DuckDB": duckdb.__version__, "system": f"{platform.system()} {platform.machine()}",
    }  # fmt: skip
    for name, value in facts.items():
        report.add("Machine", fact=name, value=str(value))
