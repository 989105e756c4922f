from django.apps import AppConfig
from django.db.models.signals import post_migrate


class TrackingConfig(AppConfig):
    """Where the parcels are, and the page that tells."""

    name = "tracking"

    def ready(self) -> None:
        from tracking.views.fingerprint import make_function

        post_migrate.connect(make_function, sender=self)
