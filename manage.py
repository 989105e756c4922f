#!/usr/bin/env python3
"""The project's one entry point: `python3 manage.py <command>`.

Works from a fresh clone with nothing but Python 3.11: where this interpreter lacks the packages a command
needs, `postpurchase/bootstrap.py` builds `.venv` from the hash-pinned lock and the command starts over inside
of it.

`demo` and `test` start private servers first, so they run before Django's settings are read; every other
command is a Django management command.
"""

import sys

# Only the standard library up to here, and no syntax newer than Python 3.7: an old interpreter must be able
# to read this file and bootstrap.py to say what is wrong.
from postpurchase import bootstrap

# Command -> module with `main(arguments) -> exit code`, run before settings exist.
BEFORE_SETTINGS = {
    "demo": "postpurchase.demo.command",
    "test": "postpurchase.testrun",
}


def main() -> int:
    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    bootstrap.enter_environment(command)

    import importlib
    import os

    if command in BEFORE_SETTINGS:
        module = importlib.import_module(BEFORE_SETTINGS[command])
        return int(module.main(sys.argv[2:]))

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "postpurchase.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
    return 0


if __name__ == "__main__":
    sys.exit(main())
