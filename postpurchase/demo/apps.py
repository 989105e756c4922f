from django.apps import AppConfig


class DemoConfig(AppConfig):
    """The demo shop."""

    name = "postpurchase.demo"
    label = "demo"
