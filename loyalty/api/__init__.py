"""The REST API of points."""
