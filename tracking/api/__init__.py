"""The REST API of parcels."""
