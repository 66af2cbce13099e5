"""What joins two domains: each module of this package knows the actions and queries of both, which know nothing of each other.

A module with a function `register()` is called once at the start (`apps.py`); there it hangs itself into a registry of
the kernel or of a domain: a resolution that becomes a commitment, a commitment that shows how its tender stands.
"""
