from django.apps import AppConfig
from django.db.models.signals import post_migrate


class OrdersConfig(AppConfig):
    """What was bought, by whom, and what they may like next."""

    name = "orders"

    def ready(self) -> None:
        from orders.recommendations.candidates import make_functions

        post_migrate.connect(make_functions, sender=self)
