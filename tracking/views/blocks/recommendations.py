"""What may go well with the order, with the true reason in words."""

from collections.abc import Mapping

from orders.recommendations.select import recommend
from tracking.page.build import initial_of
from tracking.selectors import own_image
from tracking.services.register import is_web_address
from tracking.views.blocks.base import Block
from tracking.views.visit import Visit, remembered

REMEMBERED_SECONDS = 600


def _read(visit: Visit) -> Mapping[str, object] | None:
    """Only articles that have a page to go to."""

    def read() -> list[dict[str, str]]:
        basket = [line.sku for line in visit.found.facts.lines if line.sku]
        return [
            {
                "name": one.product.name,
                "url": one.product.url,
                "image": own_image(one.product.image_url),
                "reason": str(one.reason),
                "because": one.because.name if one.because else "",
            }
            for one in recommend(basket=basket, customer_id=visit.order.customer_id, now=visit.now)
            if is_web_address(one.product.url)
        ]

    chosen = remembered(f"page-recommendations:{visit.order.id}", REMEMBERED_SECONDS, read)
    if not chosen:
        return None
    return {
        "products": [
            {
                **one,
                "initial": initial_of(one["name"]),
                "why": visit.texts(f"recommendations.{one['reason']}", name=one["because"]),
            }
            for one in chosen
        ]
    }


BLOCK = Block("recommendations", _read)
