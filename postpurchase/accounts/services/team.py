"""Who works for a merchant, as its members decide at the dashboard; there is always an owner."""

import datetime as dt

from allauth.account.forms import ResetPasswordForm
from django.db import transaction

from postpurchase.accounts.models import Membership, Merchant, Role, User
from postpurchase.accounts.services.merchants import add_member


class LastOwner(Exception):
    """The change would leave the merchant without an owner."""


def invite(*, merchant: Merchant, email: str, role: Role, now: dt.datetime) -> Membership:
    """Give the person with this address a role, making their user on first need. Needs the merchant's scope.

    A new user gets a mail, after commit, with a link to choose a password; one who has a password keeps it. A member's
    role stays as it is: inviting twice changes nothing.
    """
    address = email.strip().lower()
    user = User.objects.filter(email=address).first() or User.objects.create_user(email=address)
    existing = Membership.objects.filter(user=user).first()
    if existing is not None:
        return existing
    membership = add_member(merchant=merchant, user=user, role=role, now=now)
    if not user.has_usable_password():
        transaction.on_commit(lambda: _send_password_link(address))
    return membership


def change_role(*, merchant: Merchant, membership: Membership, role: Role) -> None:
    """Set a member's role. Raises ``LastOwner``. Needs the merchant's scope."""
    if role != Role.OWNER:
        _insist_on_another_owner(membership)
    Membership.objects.filter(pk=membership.pk).update(role=role)


def remove_member(*, merchant: Merchant, membership: Membership) -> None:
    """End a membership; the user may still work for others. Raises ``LastOwner``. Needs the merchant's scope."""
    _insist_on_another_owner(membership)
    Membership.objects.filter(pk=membership.pk).delete()


def _insist_on_another_owner(membership: Membership) -> None:
    """Locks the owners, so that two who leave at once do not both find the other still there."""
    owners = Membership.objects.select_for_update().filter(role=Role.OWNER).values_list("pk", flat=True)
    if set(owners) == {membership.pk}:
        raise LastOwner


def _send_password_link(email: str) -> None:
    from allauth.core import context

    form = ResetPasswordForm(data={"email": email})
    if form.is_valid():
        form.save(context.request)
