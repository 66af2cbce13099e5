"""Pages of planning: boards, plans, imports, editing, results, and what everybody may read."""
