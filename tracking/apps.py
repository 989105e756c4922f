from django.apps import AppConfig
from django.db.models.signals import post_migrate


class TrackingConfig(AppConfig):
    """Where the parcels are, and the page that tells."""

    name = "tracking"

    def ready(self) -> None:
        from tracking.selectors import page_rows
        from tracking.views import fingerprint

        for part in (fingerprint, page_rows):
            post_migrate.connect(part.make_function, sender=self)
