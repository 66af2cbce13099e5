"""What the documents say is what the code does."""

import re
from pathlib import Path

from shizheng.config.environment import Environment

PROJECT = Path(__file__).resolve().parents[2]


def test_the_table_of_settings_is_the_settings() -> None:
    text = (PROJECT / "docs" / "operations.md").read_text(encoding="utf-8")
    documented = set(re.findall(r"^\| `SHIZHENG_(\w+)`", text, re.M))
    assert documented == {name.upper() for name in Environment.model_fields}
    for name, field in Environment.model_fields.items():
        assert (field.description or "") in text, f"SHIZHENG_{name.upper()}"


def test_every_relative_link_of_the_documents_leads_somewhere() -> None:
    documents = [*PROJECT.glob("*.md"), *PROJECT.glob("docs/**/*.md"), *PROJECT.glob("shizheng/**/README.md")]
    broken = []
    for document in documents:
        for target in re.findall(
            r"\]\((?!https?:|mailto:|#)([^)#\s]+)", document.read_text(encoding="utf-8")
        ):
            if not (document.parent / target).exists():
                broken.append(f"{document.relative_to(PROJECT)} → {target}")
    assert broken == []


def test_every_decision_has_a_number_of_its_own_and_stands_in_the_index() -> None:
    folder = PROJECT / "docs" / "adr"
    records = sorted(path.name for path in folder.glob("[0-9]*.md"))
    index = (folder / "README.md").read_text(encoding="utf-8")
    assert [name[:4] for name in records] == [f"{n:04d}" for n in range(1, len(records) + 1)]
    assert all(name in index for name in records)
