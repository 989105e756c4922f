"""Magento 2 and Adobe Commerce.

The shop pushes nothing by itself, so it is asked (``asking.py``). Shops with an extension for webhooks may push the
same bodies, signed by Standard Webhooks. Fields as in the REST reference of Adobe Commerce
(developer.adobe.com/commerce/webapi/rest) and its order processing tutorial.
"""

from postpurchase.connectors.base import Connector
from postpurchase.connectors.shops.magento.asking import POLLER
from postpurchase.connectors.shops.magento.bodies import read
from postpurchase.connectors.signatures import verify_standard_webhook

CONNECTOR = Connector(
    name="magento",
    title="Magento 2 / Adobe Commerce",
    verify=verify_standard_webhook,
    read=read,
    makes_secret=True,
    poller=POLLER,
    pushes_orders=False,
)
