"""What holds for every source file and template."""

import re
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((PROJECT / "shizheng").glob("**/templates/**/*.html"))
SOURCES = [
    p for p in sorted((PROJECT / "shizheng").glob("**/*.py")) if not {"migrations", "tests"} & set(p.parts)
]


def ids(path: Path) -> str:
    return str(path.relative_to(PROJECT))


@pytest.mark.parametrize("template", TEMPLATES, ids=ids)
def test_templates_carry_no_inline_script_or_style(template: Path) -> None:
    text = re.sub(
        r"\{#.*?#\}|\{% comment.*?endcomment %\}", "", template.read_text(encoding="utf-8"), flags=re.S
    )
    assert not re.search(r"<style\b|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|javascript:", text, re.I)
    for attributes in re.findall(r"<script\b([^>]*)>", text, re.I):
        assert "src=" in attributes or 'type="application/json"' in attributes, f"<script{attributes}>"


@pytest.mark.parametrize("source", SOURCES, ids=ids)
def test_time_comes_from_the_clock_alone(source: Path) -> None:
    if source.name == "clock.py":
        return
    text = source.read_text(encoding="utf-8")
    found = re.findall(
        r"datetime\.now\(|date\.today\(|datetime\.today\(|time\.time\(|timezone\.now\(\)", text
    )
    assert found == [], f"{ids(source)} asks the machine for the time: use shizheng.common.clock"


def test_pages_and_api_write_only_through_actions() -> None:
    writing = re.compile(r"\.(save|delete|bulk_create|bulk_update|update_or_create|get_or_create)\(")
    for source in SOURCES:
        if re.match(r"(pages|api)(_|$)", source.stem) or source.parent.name in {"pages", "api"}:
            lines = source.read_text(encoding="utf-8").splitlines()
            wrong = [line for line in lines if writing.search(line) and "@router." not in line]
            assert wrong == [], f"{ids(source)} writes by itself: {wrong}"
