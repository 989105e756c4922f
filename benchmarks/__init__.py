"""Measurements as ratios of one run. They need nothing but the project: ``python3 benchmarks/ingest.py``."""
