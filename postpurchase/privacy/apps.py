from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    """What people may ask for (a copy, erasure), how long things are kept, and the notice of § 7 (3) UWG."""

    name = "postpurchase.privacy"
    label = "privacy"
