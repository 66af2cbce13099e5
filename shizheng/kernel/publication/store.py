"""Where the bytes of published files lie: the store of `files`, in a folder of its own that nothing is ever cleared from."""

from shizheng.kernel.files.store import FileDamaged, Store

__all__ = ["FileDamaged", "folder", "keep", "read"]

_PUBLICATIONS = Store("publications")
folder, keep, read = _PUBLICATIONS.folder, _PUBLICATIONS.keep, _PUBLICATIONS.read
