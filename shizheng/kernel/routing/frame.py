"""What routing adds to the frame of every page: navigation."""

from django.utils.translation import gettext_lazy

from shizheng.web import nav


def register() -> None:
    """Called once when the app is ready."""
    nav.register(
        nav.NavEntry(
            gettext_lazy("分案模型"),
            "routing:list",
            "route",
            "routing.view",
            47,
            area="system",
            prefix="/routing/",
        )
    )
