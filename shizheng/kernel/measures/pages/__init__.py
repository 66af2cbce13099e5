"""Pages of measures."""

from shizheng.kernel.measures.pages.changing import check_formula, correct, define, file, reading, revise
from shizheng.kernel.measures.pages.looking import MeasureList, detail, trace, trace_json

__all__ = [
    "MeasureList",
    "check_formula",
    "correct",
    "define",
    "detail",
    "file",
    "reading",
    "revise",
    "trace",
    "trace_json",
]
