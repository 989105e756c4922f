"""Modules called ``test_outside`` are about bodies that lie elsewhere; without their folder there is nothing to run."""

import os

collect_ignore_glob = [] if os.environ.get("OUTSIDE_DATA") else ["test_outside.py", "*/test_outside.py"]
