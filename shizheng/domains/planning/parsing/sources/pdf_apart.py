"""A PDF of somebody else is read in a process of its own, with little memory and little time (`common.apart`)."""

import threading

from shizheng.common.apart import Failed, ask
from shizheng.common.words import tell

from ..errors import CannotReadPlan
from .package import refused

CHILD = "shizheng.domains.planning.parsing.sources.pdf_child"
SECONDS = 60
"""Seconds of computing for one document; a plan of 60 pages takes less than two."""
_lock = threading.Lock()  # one at a time in each process: several at once would take several times the memory


def pdf_text(data: bytes, filename: str) -> str:
    """The lines of the document. Raises CannotReadPlan, also where it takes too much to read."""
    try:
        with _lock:
            said, made = ask(CHILD, "lines", data, seconds=SECONDS, name=filename)
    except Failed as problem:
        raise _too_much(filename) from problem
    if "refused" in said:
        raise CannotReadPlan(said["refused"], said["message"])
    if len(made) != said["size"]:
        raise _too_much(filename)
    return made.decode()


def _too_much(filename: str) -> CannotReadPlan:
    why = tell("讀它要的時間或記憶體超過上限，或讀到一半就停了；可用「列印成 PDF」另存一份，或改傳 ODT、Word")
    return refused(filename, "too_complex", why)
