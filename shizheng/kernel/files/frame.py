"""What files add to the frame of every page."""

from django.utils.translation import gettext_lazy as _

from shizheng.web import nav


def register() -> None:
    """Called once when the app is ready."""
    nav.register(nav.NavEntry(_("附件"), "files:list", "paperclip", "files.list", 70, area="system"))
