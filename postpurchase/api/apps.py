from django.apps import AppConfig


class ApiConfig(AppConfig):
    """What all parts of the REST API share."""

    name = "postpurchase.api"
    label = "api"
