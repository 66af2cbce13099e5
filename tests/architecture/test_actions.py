"""What holds for every action: whatever writes, says who and why."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
WRITING = {
    "save",
    "create",
    "update",
    "delete",
    "bulk_create",
    "bulk_update",
    "get_or_create",
    "update_or_create",
}
FILES = [
    path
    for ring in ("kernel", "domains")
    for path in sorted((PROJECT / "shizheng" / ring).glob("**/*.py"))
    if path.stem == "actions" or path.parent.name == "actions"
]


def functions(path: Path) -> Iterator[ast.FunctionDef]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef):
            yield node


def offered(path: Path) -> set[str] | None:
    """What a package of actions offers to others; None where a single module offers all that has no underscore."""
    if path.stem == "actions":
        return None
    package = ast.parse((path.parent / "__init__.py").read_text(encoding="utf-8"))
    imports = [node for node in ast.walk(package) if isinstance(node, ast.ImportFrom)]
    return {alias.asname or alias.name for node in imports for alias in node.names}


def called(function: ast.FunctionDef) -> set[str]:
    """Names that a function calls: `recorded` of `recorded(...)`, `save` of `row.save()`."""
    calls = [node.func for node in ast.walk(function) if isinstance(node, ast.Call)]
    return {
        call.id if isinstance(call, ast.Name) else call.attr
        for call in calls
        if isinstance(call, ast.Name | ast.Attribute)
    }


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PROJECT)))
def test_every_action_that_writes_does_so_as_somebody(path: Path) -> None:
    """A helper may write: its callers stand in this rule. What is offered records, or calls what does."""
    recording = {"recorded"} | {
        function.name for file in FILES for function in functions(file) if "recorded" in called(function)
    }
    names = offered(path)
    wrong = [
        function.name
        for function in functions(path)
        if not function.name.startswith("_") and (names is None or function.name in names)
        if called(function) & WRITING and not called(function) & recording
    ]
    assert wrong == []


def test_there_are_actions_to_look_at() -> None:
    assert (
        len(FILES) > 8
        and sum("recorded" in called(function) for file in FILES for function in functions(file)) > 40
    )
