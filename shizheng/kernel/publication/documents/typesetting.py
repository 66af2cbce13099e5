"""The other side of `pdf`: a process that sets one document by typst and ends. Knows neither Django nor the database."""

import json
from pathlib import Path
from typing import Any, Literal

import typst

from shizheng.common.apart import answer

LAYOUT = Path(__file__).with_name("layout.typ")
STANDARDS: list[Literal["a-2a", "ua-1"]] = ["a-2a", "ua-1"]


def _pdf(data: bytes, asked: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """The file, or what the compiler says against it."""
    compiler = typst.Compiler(
        input=LAYOUT.read_bytes(), root=asked["root"], font_paths=asked["folders"], ignore_system_fonts=True
    )
    try:
        made, warnings = compiler.compile_with_warnings(
            format="pdf", pdf_standards=list(STANDARDS), sys_inputs=json.loads(data),
            timestamp=asked["timestamp"],
        )  # fmt: skip
    except typst.TypstError as failure:
        return {"failed": str(failure)}, b""
    if warnings:
        return {"failed": "; ".join(str(each) for each in warnings)}, b""
    if not isinstance(made, bytes):
        return {"failed": "typst gave no single file"}, b""
    return {"size": len(made)}, made


if __name__ == "__main__":
    answer({"pdf": _pdf}, threads=True)
