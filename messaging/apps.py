from django.apps import AppConfig


class MessagingConfig(AppConfig):
    """What is said to shoppers, when, and by what right."""

    name = "messaging"
