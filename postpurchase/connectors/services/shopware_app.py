"""The app that lets a Shopware shop push, made for its connection."""

import datetime as dt

from postpurchase.accounts.models import Merchant
from postpurchase.connectors.models import Connection
from postpurchase.connectors.services.connections import hook_url
from postpurchase.connectors.shops import shopware
from postpurchase.connectors.shops.shopware.app import app_zip
from postpurchase.lib.standard_webhooks import live_secrets


class NotConnected(Exception):
    """The storefront has no connection for which an app could be made."""


def shopware_app(*, merchant: Merchant, store: str, now: dt.datetime) -> bytes:
    """Return the ZIP file that the merchant uploads to the shop of a storefront. Needs the merchant's scope.

    It holds a secret made from the connection's. Raises ``NotConnected``.
    """
    name = shopware.CONNECTOR.name
    connection = Connection.objects.filter(connector=name, store__slug=store).select_related("store").first()
    if connection is None:
        raise NotConnected
    secret = live_secrets(connection, now)[0]
    return app_zip(hook_url(merchant=merchant, connector=name, store=store), secret)
