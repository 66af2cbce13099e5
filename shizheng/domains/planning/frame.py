"""What planning adds to the frame of every page: navigation, my work, search, uses of figures."""


def register() -> None:
    """Called once when the app is ready."""
