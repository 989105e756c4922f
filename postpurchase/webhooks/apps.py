from django.apps import AppConfig


class WebhooksConfig(AppConfig):
    """Telling merchants' own programs what happened."""

    name = "postpurchase.webhooks"
    label = "webhooks"
