"""From which network address a request comes, when reverse proxies of ours stand in front."""

from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """The client's address as the outermost of our own proxies saw it; what a client wrote itself is never believed.

    Each proxy appends whom it heard to `X-Forwarded-For`, so with `TRUSTED_PROXIES` proxies the one before that many
    from the end counts. Where the header is shorter or no address, the neighbour's address is all that is known.
    """
    neighbour = str(request.META.get("REMOTE_ADDR", ""))
    heard = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    if not settings.TRUSTED_PROXIES or len(heard) < settings.TRUSTED_PROXIES:
        return neighbour
    try:
        return str(ip_address(heard[-settings.TRUSTED_PROXIES].strip()))
    except ValueError:
        return neighbour
