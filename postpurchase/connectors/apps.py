from django.apps import AppConfig


class ConnectorsConfig(AppConfig):
    """Shops of any make."""

    name = "postpurchase.connectors"
    label = "connectors"
