"""A plan of 60 pages as PDF and ODT: cold in a process of its own (interpreter, faces and all), then warm."""

import json
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from tests.benchmarks.report import Report

AIM = "< 2000"
SENTENCE = "每兩個月召開一次督導會報，邀集各主管機關檢討執行績效，研訂改善方針，並追蹤前次會議決議事項之辦理情形，列管至完成為止。"


def plan(work_plans: int = 29) -> dict[str, Any]:
    """A made-up plan in the proportions of real ones."""
    kpi = {
        "number": 1, "name": "列管案件如期辦結率", "weight": "5", "system": "1", "method": "統計數據",
        "formula_text": "如期辦結件數/應辦結件數*100%", "target_text": "85%", "target_value": "85", "unit": "%", "direction": ">=",
    }  # fmt: skip
    goals = [
        {
            "number": n,
            "name": f"策略績效目標之{n}",
            "weight": "10",
            "name_in_text": None,
            "description": SENTENCE * 3,
            "kpis": [kpi] * 2,
        }
        for n in range(1, 9)
    ]
    items = [
        {
            "number": str(n),
            "title": f"辦理重要施政項目之{n}",
            "points": [SENTENCE] * 4,
            "content": [f"{p}.{SENTENCE}" for p in range(1, 5)],
        }
        for n in range(1, 10)
    ]
    plans = [{"number": n, "name": f"工作計畫之{n}", "items": items} for n in range(1, work_plans + 1)]
    return {"agency": "測試市政府", "roc_year": 115, "goals": goals, "work_plans": plans, "results": []}


def _set(writer: str) -> tuple[bytes, float]:
    """The bytes of the plan and the seconds that writing took."""
    from shizheng.domains.planning.rules.layout import plan_document
    from shizheng.kernel.publication.documents import odt, pdf

    document = replace(
        plan_document(plan(), {}), issued_at=datetime(2026, 1, 1, tzinfo=UTC), code="pub_benchmark"
    )
    began = time.perf_counter()
    made = {"pdf": pdf.to_pdf, "odt": odt.to_odt}[writer](document)
    return made, time.perf_counter() - began


def measure(report: Report, rounds: int = 5) -> None:
    """Cold and warm times of each format, with its pages and size."""
    from pypdfium2 import PdfDocument

    pages = len(PdfDocument(_set("pdf")[0]))
    for writer in ("pdf", "odt"):
        cold = []
        for _ in range(3):
            began = time.perf_counter()
            done = subprocess.run(
                [sys.executable, "-m", __name__, writer], capture_output=True, text=True, check=True
            )
            cold.append((time.perf_counter() - began) * 1000)
        warm = sorted(_set(writer)[1] for _ in range(rounds))[rounds // 2] * 1000
        size = json.loads(done.stdout)["bytes"] / 1024
        report.add(
            "Documents, a plan from its data", file=writer.upper(), pages=pages,
            **{"cold ms": sorted(cold)[1], "aim": AIM, "warm ms": warm, "kB": size},
        )  # fmt: skip


if __name__ == "__main__":
    print(json.dumps({"bytes": len(_set(sys.argv[1])[0])}))
