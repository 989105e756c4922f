"""What a merchant decides about recommendations."""

import datetime as dt

from orders.models import RecommendationSettings
from postpurchase.accounts.models import Merchant


def set_personal(*, merchant: Merchant, personal: bool, now: dt.datetime) -> None:
    """Let what a customer bought choose what they are shown, or not. Counts at once. Needs the merchant's scope."""
    RecommendationSettings.objects.update_or_create(
        merchant=merchant, defaults={"personal": personal, "updated_at": now}
    )
