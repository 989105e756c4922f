"""Asking Magento for what changed: orders with their shipments and credit memos, then both by themselves (a number may
be added long after the order changed), then articles.

A request names the fields it needs, so that nothing else of a person leaves the shop. ``searchCriteria`` as in the
reference (developer.adobe.com/commerce/webapi/rest/use-rest/performing-searches). A page behind the last one is the
last one again, so the count decides whether there is another.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from postpurchase.connectors.base import Poller, PollFailed, PollPage, Request, Send
from postpurchase.connectors.polling import Found, Shop, Turn, next_page, objects_in, polled

PAGE = 50

_ADDRESS = "firstname,lastname,company,street,postcode,city,region,region_code,country_id,telephone,email"
_ITEM = (
    "item_id,parent_item_id,sku,name,product_type,qty_ordered,price,price_incl_tax,row_total,row_total_incl_tax,"
    "discount_amount"
)
ORDER_FIELDS = (
    "entity_id,increment_id,created_at,updated_at,state,status,store_id,store_name,order_currency_code,"
    "store_currency_code,grand_total,shipping_amount,shipping_incl_tax,discount_amount,tax_amount,total_paid,total_due,"
    "total_refunded,coupon_code,shipping_description,customer_id,customer_is_guest,customer_email,customer_firstname,"
    f"customer_lastname,customer_dob,customer_note,items[{_ITEM}],billing_address[{_ADDRESS}],payment[method],"
    f"extension_attributes[shipping_assignments[shipping[address[{_ADDRESS}]]]]"
)
SHIPMENT_FIELDS = (
    "entity_id,increment_id,order_id,created_at,updated_at,items[order_item_id,qty],"
    "tracks[track_number,carrier_code,title]"
)
MEMO_FIELDS = (
    "entity_id,increment_id,order_id,created_at,order_currency_code,grand_total,customer_note,adjustment_positive,"
    "adjustment_negative,creditmemo_status,items[order_item_id,qty,row_total,row_total_incl_tax,discount_amount]"
)
PRODUCT_FIELDS = (
    "id,sku,name,price,status,visibility,type_id,created_at,updated_at,extension_attributes[stock_item[is_in_stock]],"
    "custom_attributes"
)


def poll(send: Send, credentials: Mapping[str, str], cursor: Mapping[str, Any], now: dt.datetime) -> PollPage:
    """Return the next page of what changed. Raises ``PollFailed``."""
    return next_page(_turns(credentials.get("token", "").strip()), send, cursor, now)


def _turns(token: str) -> list[Turn]:
    def orders(shop: Shop, since: dt.datetime, page: int) -> Found:
        found, more = _changed(shop, token, "orders", ORDER_FIELDS, since, page)
        ids = [str(order.get("entity_id")) for order in found]
        shipments = _of_orders(shop, token, "shipments", SHIPMENT_FIELDS, ids)
        memos = _of_orders(shop, token, "creditmemos", MEMO_FIELDS, ids)
        stores = _stores(shop, token) if found else {}
        things = [
            polled(
                "order",
                id_,
                {
                    "order": order,
                    "shipments": [part for part in shipments if str(part.get("order_id")) == id_],
                    "credit_memos": [part for part in memos if str(part.get("order_id")) == id_],
                    "store": stores.get(str(order.get("store_id")), {}),
                },
            )
            for id_, order in zip(ids, found, strict=True)
        ]
        return Found(tuple(things), more)

    def parts(name: str, resource: str, fields: str) -> Turn:
        def fetch(shop: Shop, since: dt.datetime, page: int) -> Found:
            found, more = _changed(shop, token, resource, fields, since, page)
            ids = sorted({str(part.get("order_id")) for part in found})
            wanted = "entity_id,items[item_id,parent_item_id,qty_ordered]"
            orders = _of_orders(shop, token, "orders", wanted, ids, field="entity_id")
            by_id = {str(order.get("entity_id")): order for order in orders}
            things = [
                polled(
                    name,
                    str(part.get("entity_id")),
                    {name: part, "of_order": by_id.get(str(part.get("order_id")), {})},
                )
                for part in found
            ]
            return Found(tuple(things), more)

        return Turn(resource, fetch)

    def products(shop: Shop, since: dt.datetime, page: int) -> Found:
        found, more = _changed(shop, token, "products", PRODUCT_FIELDS, since, page)
        stores = _stores(shop, token) if found else {}
        first = next(iter(stores.values()), {})
        return Found(
            tuple(polled("product", str(one.get("sku")), {"product": one, "store": first}) for one in found), more
        )

    return [
        Turn("products", products),
        Turn("orders", orders),
        parts("shipment", "shipments", SHIPMENT_FIELDS),
        parts("credit_memo", "creditmemos", MEMO_FIELDS),
    ]


def _changed(
    shop: Shop, token: str, resource: str, fields: str, since: dt.datetime, page: int
) -> tuple[list[dict[str, Any]], bool]:
    """Return a page of what changed since then, oldest number first, and whether there is another."""
    moment = since.astimezone(dt.UTC).strftime("%Y-%m-%d %H:%M:%S")
    answer = _search(shop, token, resource, fields, ("updated_at", "gteq", moment), page)
    total = answer.get("total_count")
    if not isinstance(total, int):
        raise PollFailed("The shop does not say how much changed; is this the address of a Magento 2 shop?")
    return objects_in(answer.get("items"), resource), page * PAGE < total


def _of_orders(
    shop: Shop, token: str, resource: str, fields: str, ids: list[str], field: str = "order_id"
) -> list[dict[str, Any]]:
    """Return all parts of some orders."""
    found: list[dict[str, Any]] = []
    page = 1
    while ids:
        answer = _search(shop, token, resource, fields, (field, "in", ",".join(ids)), page)
        found += objects_in(answer.get("items"), resource)
        total = answer.get("total_count")
        if not isinstance(total, int) or page * PAGE >= total:
            break
        page += 1
    return found


def _search(
    shop: Shop, token: str, resource: str, fields: str, condition: tuple[str, str, str], page: int
) -> dict[str, Any]:
    criteria = "searchCriteria"
    where = f"{criteria}[filter_groups][0][filters][0]"
    sorted_by = f"{criteria}[sortOrders][0]"
    query = {
        f"{where}[field]": condition[0],
        f"{where}[condition_type]": condition[1],
        f"{where}[value]": condition[2],
        f"{sorted_by}[field]": "entity_id",
        f"{sorted_by}[direction]": "ASC",
        f"{criteria}[pageSize]": str(PAGE),
        f"{criteria}[currentPage]": str(page),
        "fields": f"items[{fields}],total_count",
    }
    answer = shop.ask(_get(f"/rest/V1/{resource}?{urlencode(query)}", token))
    if not isinstance(answer, dict):
        raise PollFailed("The shop's answer has a form that we do not know; is this the address of a Magento 2 shop?")
    return answer


def _stores(shop: Shop, token: str) -> dict[str, dict[str, Any]]:
    """Return language, currency and addresses of the shop's store views by their id, if the token may read them."""
    wanted = ("locale", "base_currency_code", "secure_base_link_url", "secure_base_media_url")
    answer = shop.ask_if_allowed(_get("/rest/V1/store/storeConfigs", token))
    return {
        str(config.get("id")): {name: config.get(name) for name in wanted}
        for config in (answer if isinstance(answer, list) else [])
        if isinstance(config, dict)
    }


def _get(path: str, token: str) -> Request:
    return Request("GET", path, {"authorization": f"Bearer {token}", "accept": "application/json"})


POLLER = Poller(credentials={"token": "Access token of the integration"}, poll=poll)
