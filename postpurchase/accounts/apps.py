from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Merchants, the people and keys that act for them, and the walls between them."""

    name = "postpurchase.accounts"
    label = "accounts"
