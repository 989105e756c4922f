"""How allauth behaves here."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class ClosedSignupAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Nobody signs up by themselves: operators and owners invite."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
