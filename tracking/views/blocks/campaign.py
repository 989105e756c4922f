"""One banner of the shop, with the reason why it is shown."""

from collections.abc import Mapping

from orders.models import Order
from postpurchase.accounts.models import Store
from tracking.campaigns.choose import reason_for_shoppers
from tracking.models import Campaign, Case
from tracking.selectors import own_image
from tracking.selectors.campaigns import judged_campaigns
from tracking.views.blocks.base import Block, Rows
from tracking.views.visit import Visit


def _read(visit: Visit) -> Mapping[str, object] | None:
    if not visit.found.has_campaigns:
        return None
    judged = judged_campaigns(found=visit.found, language=visit.texts.language, now=visit.now)
    shown = next((one for one in judged if one.judgement.outcome == "shown"), None)
    if shown is None:
        return None
    return {
        "campaign": shown.campaign,
        "image": own_image(shown.campaign.image_url) if shown.campaign.image_url else "",
        "why": f"campaign.why_{reason_for_shoppers(shown.judgement)}",
    }


BLOCK = Block(
    "campaign",
    _read,
    depends_on=(
        Rows(Campaign, "true"),
        Rows(Case, "order_id = o.id"),
        # Whether it is the first order, and where the merchant's shops are.
        Rows(Order, "customer_id = o.customer_id"),
        Rows(Store, "true"),
    ),
)
