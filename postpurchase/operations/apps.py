from django.apps import AppConfig


class OperationsConfig(AppConfig):
    """Health, metrics, logs and the commands of those who run an installation."""

    name = "postpurchase.operations"
    label = "operations"
