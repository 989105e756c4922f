"""Who works for a merchant, as the operator says by command: also another role, and also without any owner.

What members may do about each other at the dashboard is in ``team.py``.
"""

import datetime as dt

from postpurchase.accounts.models import Membership, Merchant, Role, User
from postpurchase.accounts.services.merchants import add_member


def invite(*, merchant: Merchant, email: str, role: Role, now: dt.datetime) -> tuple[User, bool]:
    """Make ``email`` a member with ``role`` and return the user and whether they are new.

    A new user has no password; they set one by a link (``accounts/invitations.py``). Who already works for another
    merchant keeps their password. Needs the merchant's scope.
    """
    user = User.objects.filter(email=email.strip().lower()).first()
    is_new = user is None
    if user is None:
        user = User.objects.create_user(email.strip())
    add_member(merchant=merchant, user=user, role=role, now=now)
    return user, is_new


def remove_member(*, merchant: Merchant, email: str) -> bool:
    """Take a person's role at this merchant away. Returns whether they had one. Needs the merchant's scope.

    The user stays: they may work for others, and events name them.
    """
    deleted, _ = Membership.objects.filter(merchant=merchant, user__email=email.strip().lower()).delete()
    return bool(deleted)
