from django.apps import AppConfig

from postpurchase.lib.moments import hand_over_in_utc


class AccountsConfig(AppConfig):
    """Merchants, the people and keys that act for them, and the walls between them."""

    name = "postpurchase.accounts"
    label = "accounts"

    def ready(self) -> None:
        hand_over_in_utc()
