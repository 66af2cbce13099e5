"""The public keys by which receipts are checked."""

from django.conf import settings

from shizheng.citizens.rules import receipts


def public_keys() -> list[dict[str, str]]:
    """Those of this installation as JSON Web Keys: one, made of the signing key."""
    return [receipts.public_key(receipts.key_of(settings.SIGNING_KEY))]
