"""What the warehouse asks: what goes into an order's parcel."""

import datetime as dt
import uuid

from django.http import Http404
from msgspec import Struct
from rest_framework.request import Request

from orders.inserts.decide import PackingList, decide_packing, packing_list
from orders.models import Order
from orders.selectors import order_by_external_id
from postpurchase.accounts.models import Scope
from postpurchase.api.views import Answer, ApiView, merchant_of, operation
from postpurchase.lib import clock


class PackingLineAnswer(Struct, frozen=True, kw_only=True):
    line: str
    sku: str
    name: str
    quantity: int


class PackedInsertAnswer(Struct, frozen=True, kw_only=True):
    """`reasons` are the conditions that were met: `order_from`, `order_until`, `value`, `skus`, `categories`, …"""

    id: uuid.UUID
    name: str
    sku: str
    quantity: int
    note: str
    reasons: list[str]


class PackingAnswer(Struct, frozen=True, kw_only=True):
    """`gift`: somebody other than the buyer gets it, so no prices go along. `decided_at` null: not decided yet."""

    order: str
    number: str
    gift: bool
    lines: list[PackingLineAnswer]
    inserts: list[PackedInsertAnswer]
    decided_at: dt.datetime | None


class PackingView(ApiView):
    """What goes into the parcel."""

    @operation(
        "get_packing",
        "Read what goes into the parcel",
        scope=Scope.ORDERS_READ,
        answers={200: PackingAnswer},
        refusals=(404,),
    )
    def get(self, request: Request, external_id: str) -> Answer:
        """The order's lines, and the inserts and gifts as far as they are decided. Reading decides nothing."""
        return Answer(packing_answer(packing_list(order=_found(external_id))))

    @operation(
        "pack_order",
        "Decide what goes into the parcel",
        scope=Scope.ORDERS_WRITE,
        answers={200: PackingAnswer},
        refusals=(404,),
    )
    def post(self, request: Request, external_id: str) -> Answer:
        """The order's lines, and the inserts and gifts that your rules add.

        The first time, the inserts are decided and their stock is taken; from then on the answer stays the same,
        however often and by however many packers it is asked, and whatever becomes of the rules. An order that is not
        paid yet, or cancelled, has no inserts and nothing is decided for it; a cancelled one gives its pieces back.
        """
        packing = decide_packing(merchant=merchant_of(request), order=_found(external_id), now=clock.now())
        return Answer(packing_answer(packing))


def _found(external_id: str) -> Order:
    order = order_by_external_id(external_id=external_id)
    if order is None:
        raise Http404
    return order


def packing_answer(packing: PackingList) -> PackingAnswer:
    """Return a packing list as the API tells it."""
    return PackingAnswer(
        order=packing.order.external_id,
        number=packing.order.number,
        gift=packing.is_gift,
        lines=[
            PackingLineAnswer(line=line.external_id, sku=line.sku, name=line.name, quantity=line.quantity)
            for line in packing.lines
        ],
        inserts=[
            PackedInsertAnswer(
                id=one.id, name=one.name, sku=one.sku, quantity=1, note=one.note, reasons=list(one.reasons)
            )
            for one in packing.inserts
        ],
        decided_at=packing.decided_at,
    )
