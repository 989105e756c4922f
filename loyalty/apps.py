from django.apps import AppConfig


class LoyaltyConfig(AppConfig):
    """What shoppers give back, and what they get for it."""

    name = "loyalty"
