"""The other side of `pdf_apart`: a process that reads one PDF and ends. Knows neither Django nor the database."""

from typing import Any

from shizheng.common.apart import answer
from shizheng.kernel.files.rules import Refused
from shizheng.kernel.files.rules.pdfs import check_pdf

from ..errors import CannotReadPlan
from .pdf import pdf_lines


def _lines(data: bytes, asked: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """The document's lines, once all of it is known to be harmless, or why it is refused."""
    try:
        check_pdf(data, asked["name"])
        text = "\n".join(pdf_lines(data, asked["name"])) + "\n"
    except (Refused, CannotReadPlan) as failure:
        return {"refused": failure.code, "message": failure.message}, b""
    made = text.encode(errors="replace")
    return {"size": len(made)}, made


if __name__ == "__main__":
    answer({"lines": _lines})
