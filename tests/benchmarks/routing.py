"""Routing on real texts: each set cut by time, the newest fifth unseen; accuracy, macro-F1, calibration, coverage, time of an answer.

Tainan's texts lose every name of a category and sub-item first, for the call taker wrote it into them. Sets without times
are cut by the order of the file (bills: by number) or, where the file is sorted by label, by the texts themselves.
"""

import hashlib
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from shizheng.kernel.routing import tables
from shizheng.kernel.routing.rules import EmptyText, Example, pack, summary, train
from shizheng.kernel.routing.rules.text import Stripper, prepared
from tests.benchmarks.report import Report, Timing

HELD_BACK = 0.2
AIM_ECE = "< 0.03"
AIM_MS = "< 10"


@dataclass(frozen=True)
class RealSet:
    """A file below the real data, and how its rows become examples; `aims` are accuracy and macro-F1."""

    name: str
    file: str
    text: Callable[[Any], str]
    label: Callable[[Any], str]
    time: str = ""
    order: str = "time"
    strip: tuple[str, ...] = ()
    aims: tuple[float | None, float | None] = (None, None)

    def examples(self, folder: Path) -> list[Example]:
        """The rows that have text and label, the oldest first; without words of the labels where these were written into the texts."""
        table = tables.read_path(folder / self.file)
        names = tables.values(table, self.strip) if self.strip else []
        strip = Stripper([prepared(name) for name in names if len(name) > 1])
        found = []
        for row in table.rows:
            words, label = self.text(row.values), self.label(row.values)
            at = tables.moment(row.values[self.time]) if self.time else None
            if words.strip() and label and (at or not self.time):
                found.append(Example(strip(prepared(words)) if names else words, label, at))
        found = [each for each in found if each.text]
        if self.order == "text":
            return sorted(found, key=lambda each: hashlib.sha256(each.text.encode()).hexdigest())
        return sorted(found, key=lambda each: each.at) if self.time else found  # type: ignore[arg-type,return-value]


def _one(name: str) -> Callable[[Any], str]:
    return lambda values: values.get(name, "").strip()


def _single(name: str) -> Callable[[Any], str]:
    """The label where there is one alone: several agencies stand with a bar between them."""
    return lambda values: "" if "|" in values.get(name, "") else values.get(name, "").strip()


def _both(*names: str) -> Callable[[Any], str]:
    return lambda values: " ".join(values.get(name, "") for name in names)


TAINAN = "tainan1999/tainan1999_2015-2018.csv.gz"
SETS = (
    RealSet("Tainan 1999 → category", TAINAN, _one("description"), _one("service_name"), "requested_datetime", strip=("service_name", "subproject"), aims=(0.63, 0.55)),
    RealSet("Tainan 1999 → sub-item", TAINAN, _one("description"), _one("subproject"), "requested_datetime", strip=("service_name", "subproject")),
    RealSet("Taichung bills → category", "council/taichung_council_bills_2011-2013.csv.gz", _both("abstract", "description"), _one("category"), order="file", aims=(0.70, 0.48)),
    RealSet("Taichung bills → committee", "council/taichung_council_bills_2011-2013.csv.gz", _both("abstract", "description"), _one("committee"), order="file"),
    RealSet("Taipei questions → office", "faq/taipei_qa_dept_train.csv.gz", _one("question"), _one("label"), order="text", aims=(0.77, None)),
    RealSet("Tainan interpellations → bureau", "council/tainan_interpellation_dev.csv.gz", _both("summary", "say"), _single("related_orgs"), "date", aims=(0.76, 0.49)),
    RealSet("Kaohsiung FAQ → bureau", "faq/kaohsiung_faq.csv.gz", _both("question", "answer"), _one("organ"), order="text"),
    RealSet("Disaster cases → type", "emic_disaster/emic_cases_2025-03_2026-05.csv.gz", _one("CASE_DESCRIPTION"), _one("DISASTER_MAIN_TYPE"), "case_dt_iso"),
)  # fmt: skip


def measure(report: Report, folder: Path, say: Callable[[str], None], only: str = "") -> None:
    """One row a set; sets that are not there are named."""
    for each in SETS:
        if only and only.lower() not in each.name.lower():
            continue
        if not (folder / each.file).exists():
            say(f"{each.name}: {folder / each.file} is not there, left out")
            continue
        say(each.name)
        report.add("Routing, the newest fifth unseen", set=each.name, **_row(each, each.examples(folder)))


def _row(of: RealSet, examples: Sequence[Example]) -> dict[str, Any]:
    cut = int(len(examples) * (1 - HELD_BACK))
    before = time.process_time()
    model = train(examples[:cut])
    trained = time.process_time() - before
    number = {label: n for n, label in enumerate(model.labels)}
    new = examples[cut:]
    given, confidence = model.answers([each.text for each in new])
    right = np.array([number.get(each.label, -1) for each in new], dtype=np.int64)
    found = summary(right, given, confidence)
    coverage = found["coverage_at_precision"]
    took = Timing(list(_times(model, [each.text for each in new[:300]])))
    aims = of.aims
    return {
        "n": f"{len(examples):,}", "labels": len(model.labels), "accuracy": f"{found['accuracy']:.3f}", "aim": _aim(aims[0]),
        "macro-F1": f"{found['macro_f1']:.3f}", "aim ": _aim(aims[1]), "ECE": f"{found['ece']:.3f}", "aim  ": AIM_ECE,
        "at 90 %": f"{coverage['0.90']:.0%}", "at 95 %": f"{coverage['0.95']:.0%}", "CPU ms p50": took.p50,
        "CPU ms p95": took.p95, "aim   ": AIM_MS, "training CPU s": trained, "MB": len(pack(model)) / 1e6,
    }  # fmt: skip


def _aim(share: float | None) -> str:
    return "" if share is None else f"≥ {share:.2f}"


def _times(model: Any, texts: Sequence[str]) -> Iterator[float]:
    """Milliseconds that this process computed for an answer with the words that decided."""
    for text in texts:
        before = time.process_time()
        try:
            model.predict(text)
        except EmptyText:
            continue
        yield (time.process_time() - before) * 1000
