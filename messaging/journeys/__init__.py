"""Journeys: what they may say (``definition``), how they proceed (``engine``), and the first ones (``standard``)."""
