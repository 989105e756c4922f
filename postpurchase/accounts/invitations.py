"""The link with which a person sets their password for the first time (or again, after losing it)."""

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.urls import reverse

from postpurchase.accounts.models import User


def password_url(user: User) -> str:
    """Return an absolute address that sets ``user``'s password once. It ends by use, by log-in and after three days."""
    key = f"{user_pk_to_url_str(user)}-{default_token_generator.make_token(user)}"
    path = reverse(
        "account_reset_password_from_key", kwargs={"uidb36": key.split("-", 1)[0], "key": key.split("-", 1)[1]}
    )
    return f"{settings.BASE_URL}{path}"
