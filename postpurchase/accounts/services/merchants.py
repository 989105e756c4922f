"""A merchant comes to life: with its default store, so that nothing later has to ask whether there is one."""

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError

from postpurchase.accounts.models import Membership, Merchant, Role, Store, User
from postpurchase.accounts.models.store import DEFAULT_STORE
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.lib.ids import uuid7


def create_merchant(
    *,
    slug: str,
    name: str,
    sender_email: str,
    now: dt.datetime,
    merchant_fields: dict[str, Any] | None = None,
    store_fields: dict[str, Any] | None = None,
) -> Merchant:
    """Store a merchant and its default store. Further columns of both may be given.

    Raises ``django.core.exceptions.ValidationError`` naming the field, for a taken or reserved slug too.
    """
    merchant = Merchant(id=uuid7(), slug=slug, name=name, created_at=now, **(merchant_fields or {}))
    with merchant_scope(merchant.id):
        merchant.full_clean(validate_unique=False, validate_constraints=False)
        store = Store(
            merchant=merchant,
            slug=DEFAULT_STORE,
            **{"name": name, "sender_name": name, "sender_email": sender_email, **(store_fields or {})},
        )
        store.full_clean(exclude=["merchant"], validate_unique=False, validate_constraints=False)
        # The wall hides a foreign merchant with this slug from us; only the constraint sees it.
        Merchant.objects.bulk_create([merchant], ignore_conflicts=True)
        if not Merchant.objects.filter(pk=merchant.id).exists():
            raise ValidationError({"slug": f"“{slug}” is taken."}, code="taken")
        store.save(force_insert=True)
    return merchant


def add_member(*, merchant: Merchant, user: User, role: Role, now: dt.datetime) -> Membership:
    """Give ``user`` a role at ``merchant``, or change the one they have. Needs the merchant's scope."""
    membership, _ = Membership.objects.update_or_create(
        merchant=merchant,
        user=user,
        defaults={"role": role},
        create_defaults={"role": role, "created_at": now},
    )
    return membership


def pause_sending(*, merchant: Merchant, paused: bool) -> bool:
    """Hold back a merchant's messages, or let them go. Returns whether that changed. Needs the merchant's scope."""
    return bool(Merchant.objects.filter(pk=merchant.pk).exclude(sending_paused=paused).update(sending_paused=paused))
