from django.apps import AppConfig


class ExportsConfig(AppConfig):
    """Exports of everything, and their way back."""

    name = "postpurchase.exports"
    label = "exports"
