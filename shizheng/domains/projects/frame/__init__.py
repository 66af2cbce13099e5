"""What tenders add to the frame of every page: navigation, 我的工作, search, the public home; one file a subject."""

from shizheng.domains.projects.frame import assessments, external, grants, months, picking, tenders


def register() -> None:
    """Called once when the app is ready."""
    for each in (assessments, tenders, months, grants, external, picking):
        each.register()
