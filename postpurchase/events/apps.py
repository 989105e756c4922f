from django.apps import AppConfig


class EventsConfig(AppConfig):
    """What happened, and who still has to hear of it."""

    name = "postpurchase.events"
    label = "events"
