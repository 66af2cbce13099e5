#!/usr/bin/env python3
"""Django's own commands, with the embedded database running while they work. For people, `shizheng` is nicer."""

import os
import sys

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shizheng.config.settings")
    from django.core.management import execute_from_command_line

    from shizheng.config.runtime import database_in_use

    with database_in_use():
        execute_from_command_line(sys.argv)
