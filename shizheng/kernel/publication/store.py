"""Where the bytes of published files lie: the store of `files`, in a folder of its own.

What a publication names is never taken away; what none names, left by one that was broken off, goes after a month.
"""

from shizheng.kernel.files.store import FileDamaged, Store

__all__ = ["FileDamaged", "folder", "keep", "older_than", "read"]

_PUBLICATIONS = Store("publications")
folder, keep, read = _PUBLICATIONS.folder, _PUBLICATIONS.keep, _PUBLICATIONS.read
older_than = _PUBLICATIONS.older_than
