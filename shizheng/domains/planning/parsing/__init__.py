"""Reading printed annual plans (A02-A04). Pure: bytes in, frozen values out."""

from .as_json import to_json
from .errors import CannotReadPlan
from .model import Figure, Goal, Item, Kpi, ParsedPlan, Remark, Result, Span, WorkPlan
from .parser import parse_document

__all__ = [
    "CannotReadPlan",
    "Figure",
    "Goal",
    "Item",
    "Kpi",
    "ParsedPlan",
    "Remark",
    "Result",
    "Span",
    "WorkPlan",
    "parse_document",
    "to_json",
]
