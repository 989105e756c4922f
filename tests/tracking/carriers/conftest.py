"""Without outside data, its tests are not there; nothing is skipped."""

import os

collect_ignore_glob = [] if os.environ.get("OUTSIDE_DATA") else ["test_outside.py", "*/test_outside.py"]
