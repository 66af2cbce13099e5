"""What is filed about tenders, programmes and grants; one file a kind of return."""

from shizheng.domains.projects.filing import grants, months, programmes


def register() -> None:
    """Called once when the app is ready."""
    for each in (months, programmes, grants):
        each.register_filing()
