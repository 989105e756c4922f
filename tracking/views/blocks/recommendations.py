"""What may go well with the order, with the true reason in words."""

from collections.abc import Mapping

from orders.models import Product
from orders.recommendations.select import recommend
from orders.recommendations.words import reason_texts, reason_words
from tracking.page.build import initial_of
from tracking.selectors import own_image
from tracking.services.register import is_web_address
from tracking.views.blocks.base import Block, Rows
from tracking.views.visit import Visit, remembered

REMEMBERED_SECONDS = 600


def _read(visit: Visit) -> Mapping[str, object] | None:
    """Only articles that have a page to go to. What the buyer had before is a reason only where they have shown that
    they are the buyer: the link alone may have been passed on.
    """

    def read() -> list[dict[str, str]]:
        texts = reason_texts(language=visit.texts.language, tone=visit.store.tone)
        found = recommend(
            basket=[line.sku for line in visit.found.facts.lines if line.sku],
            customer_id=visit.order.customer_id,
            use_history=visit.verified,
            now=visit.now,
        )
        return [
            {
                "name": one.product.name,
                "initial": initial_of(one.product.name),
                "url": one.product.url,
                "image": own_image(one.product.image_url),
                "why": reason_words(
                    texts, reason=one.reason, because=one.because, last_bought=one.last_bought, now=visit.now
                ),
            }
            for one in found
            if is_web_address(one.product.url)
        ]

    state = "verified" if visit.verified else "link"
    sold_out = visit.found.sold_out_at
    stock = sold_out.isoformat() if sold_out else ""
    key = f"page-recommendations:{visit.order.id}:{visit.texts.language}:{state}:{stock}"
    chosen = remembered(key, REMEMBERED_SECONDS, read)
    return {"products": chosen} if chosen else None


# What was chosen stays for a while, but not when something has sold out: it may be among what was chosen.
_NEWEST_SOLD_OUT = (
    "id = (SELECT id FROM orders_product WHERE merchant_id = o.merchant_id AND NOT available"
    " ORDER BY updated_at DESC, id DESC LIMIT 1)"
)

BLOCK = Block("recommendations", _read, depends_on=(Rows(Product, _NEWEST_SOLD_OUT),))
