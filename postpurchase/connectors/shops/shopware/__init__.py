"""Shopware 6.

An app that the merchant uploads to their shop (``app.py`` makes it) pushes orders and their changes, signed with the
shop's secret. Events that hold only ids are left to the poller (``asking.py``), which asks the Admin API and finds
everything else too; it is also the way for shops whose plan takes no apps. Shapes as in Shopware's developer
documentation (guides/plugins/apps, webhook events reference) and its Admin API reference.
"""

from postpurchase.connectors.base import Connector
from postpurchase.connectors.shops.shopware.app import handed_over, register
from postpurchase.connectors.shops.shopware.asking import POLLER
from postpurchase.connectors.shops.shopware.bodies import read
from postpurchase.connectors.shops.shopware.signature import verify

CONNECTOR = Connector(
    name="shopware",
    title="Shopware 6",
    verify=verify,
    read=read,
    makes_secret=True,
    poller=POLLER,
    # Only shops with the app do, and nothing tells us which have it.
    pushes_orders=False,
    register=register,
    handed_over=handed_over,
)
