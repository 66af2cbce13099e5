"""What import-linter cannot say: whose models a module may touch."""

import grimp

APPS = ("shizheng.kernel.", "shizheng.domains.")
# AppendOnly is the base class of facts; a foreign key by string needs nothing else of another app's models.
BASES = {"shizheng.kernel.history.models"}


def app_of(module: str) -> str:
    return ".".join(module.split(".")[:3])


def test_others_enter_an_app_by_its_actions_queries_or_rules_never_by_its_models() -> None:
    graph = grimp.build_graph("shizheng")
    wrong = []
    for module in graph.modules:
        if ".tests" in module or module.endswith(".factories"):
            continue
        for imported in graph.find_modules_directly_imported_by(module):
            parts = imported.split(".")
            is_model = imported.startswith(APPS) and len(parts) > 3 and parts[3] == "models"
            if is_model and imported not in BASES and app_of(imported) != app_of(module):
                wrong.append(f"{module} → {imported}")
    assert wrong == []
