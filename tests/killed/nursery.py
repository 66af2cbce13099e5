"""A process that starts others, for the tests to kill: `python -m tests.killed.nursery`.

A line on its standard input, `{"act", "database", "folder"}`, makes a process with connections of its own; its number is
told when it begins. After another line, an empty one, that process is waited for, and its exit code is told.
"""

import json
import os
import sys
import traceback
from pathlib import Path
from typing import Any


def main() -> None:
    """Start Django once, then a process for each line."""
    from shizheng.config.runtime import start_django

    start_django()
    import shizheng.config.urls  # noqa: F401 (what an act imports on its way is there already)
    from tests.killed import acts, kind

    kind.register()
    _tell(names=sorted(acts.ACTS))
    for line in sys.stdin:
        number = os.fork()
        if number == 0:
            os._exit(_child(json.loads(line)))
        sys.stdin.readline()  # only now: until then the number is nobody else's, so that none but this one is killed
        _ended, status = os.waitpid(number, 0)
        _tell(number=number, ended=os.waitstatus_to_exitcode(status))


def _child(asked: dict[str, Any]) -> int:
    from django.conf import settings
    from django.db import connection

    from shizheng.common.errors import CannotDo
    from tests.killed.acts import ACTS, REFUSED, day

    try:
        settings.DATA_DIR = Path(asked["folder"])
        connection.settings_dict["NAME"] = asked["database"]
        connection.ensure_connection()
        _tell(number=os.getpid())
        with day():
            ACTS[asked["act"]].do()
    except CannotDo:
        return REFUSED
    except BaseException:
        traceback.print_exc()
        return 1
    return 0


def _tell(**facts: Any) -> None:
    os.write(1, f"{json.dumps(facts)}\n".encode())  # one write: lines of two processes do not mix


if __name__ == "__main__":
    main()
