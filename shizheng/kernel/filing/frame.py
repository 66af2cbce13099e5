"""What filing adds to the frame of every page (navigation, my work, search), and to whoever delivers notices."""

from django.utils.translation import gettext_lazy as _

from shizheng.web import nav


def plug_in() -> None:
    """Called once when the app is ready."""
    nav.register(nav.NavEntry(_("填報"), "filing:rounds", "forms", "filing.view", 12, prefix="/filing/"))
