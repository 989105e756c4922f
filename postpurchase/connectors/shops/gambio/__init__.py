"""Gambio GX3 and GX4.

The shop pushes nothing by itself, so it is asked (``asking.py``). Shops with a module for webhooks may push the same
bodies, signed by Standard Webhooks. Fields as in Gambio's REST documentation (developers.gambio.de: REST API v2, whose
``GXOrder``, ``GXOrderListItem``, ``GXTrackingCode``, ``GXProduct`` and ``GXCustomer`` are meant, and v3 for tracking
codes).
"""

from postpurchase.connectors.base import Connector
from postpurchase.connectors.shops.gambio.asking import POLLER
from postpurchase.connectors.shops.gambio.bodies import read
from postpurchase.connectors.signatures import verify_standard_webhook

CONNECTOR = Connector(
    name="gambio",
    title="Gambio GX",
    verify=verify_standard_webhook,
    read=read,
    makes_secret=True,
    poller=POLLER,
    pushes_orders=False,
)
