"""Adapters for what mail and SMS providers report. Adding one: a file here, a line in ``registry.py``, a test file."""
