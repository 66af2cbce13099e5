"""Where the bytes of uploads lie until they are taken in: a folder of its own, nothing that has to be backed up."""

from shizheng.kernel.files.store import Store

UPLOADS = Store("intake")
