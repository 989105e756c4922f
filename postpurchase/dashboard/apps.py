from django.apps import AppConfig


class DashboardConfig(AppConfig):
    """The merchant's pages."""

    name = "postpurchase.dashboard"
    label = "dashboard"
