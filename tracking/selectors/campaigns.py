"""Which banner stands on an order's page, with the reasons for it and against every other."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from orders.enums import OrderStatus
from orders.models import Customer, Order, Product
from postpurchase.accounts.models import Store
from tracking.campaigns.choose import Candidate, Judgement, Rules, Situation, choose
from tracking.campaigns.links import ShopPlaces, leads_to_the_shop, shop_places
from tracking.models import Campaign, Case, CaseState
from tracking.page.scenes import TROUBLE, urgency
from tracking.selectors.page import OrderPage


@dataclass(frozen=True, slots=True)
class JudgedCampaign:
    """A campaign with what became of it."""

    campaign: Campaign
    judgement: Judgement


def judged_campaigns(*, found: OrderPage, language: str, now: dt.datetime) -> list[JudgedCampaign]:
    """Return every campaign of the merchant for an order's page, in the order in which they are considered.

    One query where there is none; else one more each for shops, categories, cases and earlier orders.
    """
    campaigns = {campaign.id: campaign for campaign in Campaign.objects.all()}
    if not campaigns:
        return []
    places = shop_places(Store.objects.all())
    candidates = [_candidate(campaign, places) for campaign in campaigns.values()]
    situation = situation_of(found=found, language=language, now=now)
    return [JudgedCampaign(campaigns[one.campaign_id], one) for one in choose(candidates, situation)]


def situation_of(*, found: OrderPage, language: str, now: dt.datetime) -> Situation:
    """Return what the choice of a banner may know of an order."""
    order, facts = found.order, found.facts
    skus = frozenset(line.sku for line in facts.lines if line.sku)
    parcels = sorted(facts.parcels, key=urgency)
    customer: Customer | None = order.customer
    return Situation(
        store_id=order.store_id,
        today=now.astimezone(ZoneInfo(order.merchant.time_zone)).date(),
        language=language,
        country=facts.destination,
        status=parcels[0].status if parcels else "ordered",
        skus=skus,
        categories=_categories(skus),
        value=order.total,
        currency=order.currency,
        is_returning=_is_returning(order),
        attributes={name: _as_text(value) for name, value in (customer.attributes if customer else {}).items()},
        has_trouble=order.status == OrderStatus.CANCELLED
        or any(parcel.status in TROUBLE or parcel.substatus == "in_transit_delayed" for parcel in parcels),
        has_open_case=found.has_cases and Case.objects.filter(order_id=order.id, state=CaseState.OPEN).exists(),
    )


def _candidate(campaign: Campaign, places: ShopPlaces) -> Candidate:
    return Candidate(
        id=campaign.id,
        place=campaign.place,
        is_active=campaign.is_active,
        is_safe=leads_to_the_shop(campaign.url, places=places),
        rules=Rules(
            store_id=campaign.store_id,
            language=campaign.language,
            starts_on=campaign.starts_on,
            ends_on=campaign.ends_on,
            countries=tuple(campaign.countries),
            statuses=tuple(campaign.statuses),
            skus=tuple(campaign.skus),
            categories=tuple(campaign.categories),
            value_from=campaign.value_from,
            value_to=campaign.value_to,
            currency=campaign.currency,
            customers=campaign.customers,
            attribute=campaign.attribute,
            attribute_value=campaign.attribute_value,
            in_trouble=campaign.in_trouble,
        ),
    )


def _categories(skus: Iterable[str]) -> frozenset[str]:
    rows = Product.objects.filter(sku__in=list(skus)).values_list("categories", flat=True)
    return frozenset(category for categories in rows for category in categories)


def _is_returning(order: Order) -> bool:
    if order.customer_id is None:
        return False
    earlier = Order.objects.filter(customer_id=order.customer_id, placed_at__lt=order.placed_at)
    return earlier.exclude(status=OrderStatus.CANCELLED).exists()


def _as_text(value: object) -> str:
    """An attribute as a merchant would write it into a rule."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
