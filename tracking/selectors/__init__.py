"""Reading parcels, promises and what the tracking page shows. Everything needs the merchant's scope.

``shipments.py``  parcels of an order with their news, for the API, mails and the dashboard; promises kept or broken
``page.py``       the facts of the tracking page, in one query (``page_rows.py``)
``look_up.py``    finding an order by number and e-mail or postal code
"""

from tracking.selectors.look_up import find_order
from tracking.selectors.page import OrderPage, own_image, page_of_order
from tracking.selectors.shipments import (
    PromiseState,
    promise_of_shipment,
    shipment_by_id,
    shipments_of_order,
    shipments_with_details,
    unsent_quantities,
    was_kept,
)

__all__ = [
    "OrderPage",
    "PromiseState",
    "find_order",
    "own_image",
    "page_of_order",
    "promise_of_shipment",
    "shipment_by_id",
    "shipments_of_order",
    "shipments_with_details",
    "unsent_quantities",
    "was_kept",
]
