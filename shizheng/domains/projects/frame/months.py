"""What the months of tenders add to the frame of every page: navigation."""

from django.utils.translation import gettext_lazy

from shizheng.web import nav
from shizheng.web.nav import NavEntry


def register() -> None:
    """Called once when the app is ready."""
    nav.register(
        NavEntry(
            gettext_lazy("標案看板"), "projects:board", "chart-line", "projects.view", 13
        )
    )  # fmt: skip
    nav.register(
        NavEntry(gettext_lazy("我的月進度"), "projects:my_month", "calendar-month", "projects.view", 13)
    )
