from django.apps import AppConfig


class TrackingConfig(AppConfig):
    """Where the parcels are, and the page that tells."""

    name = "tracking"
