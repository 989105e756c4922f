from django.apps import AppConfig


class OrdersConfig(AppConfig):
    """What was bought, by whom, and what they may like next."""

    name = "orders"
