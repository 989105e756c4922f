"""Mails to a merchant's owners, each in their own language."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.conf import settings
from django.core.mail import send_mail
from django.utils import translation

from postpurchase.accounts.models import Membership, Role


@dataclass(frozen=True, slots=True)
class Owner:
    """Where an owner is written to, and in which language (may be empty)."""

    email: str
    language: str


def owners_of_merchant() -> list[Owner]:
    """Return the owners, the first one first. Needs the merchant's scope."""
    memberships = Membership.objects.select_related("user").filter(role=Role.OWNER).order_by("created_at")
    return [Owner(membership.user.email, membership.user.language) for membership in memberships]


def write_to_owners(owners: Iterable[Owner], *, mail: Callable[[], tuple[str, str]]) -> None:
    """Send each owner what ``mail`` gives in their language: a subject and a text. Outside of any scope.

    Raises ``OSError`` where the mail server is away or refuses.
    """
    for owner in owners:
        with translation.override(owner.language or settings.LANGUAGE_CODE):
            subject, text = mail()
        send_mail(subject, text, None, [owner.email])
