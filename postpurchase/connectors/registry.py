"""Every sender there is a connector for: makes of shop, and aggregators of carriers' news.

A new one is a module below ``shops/`` or ``aggregators/`` and a line here.
"""

from postpurchase.connectors.aggregators import aftership, easypost, karrio, ship24, shippo
from postpurchase.connectors.base import Connector
from postpurchase.connectors.shops import gambio, magento, own, shopify, shopware, woocommerce

CONNECTORS: dict[str, Connector] = {
    connector.name: connector
    for connector in (
        gambio.CONNECTOR,
        magento.CONNECTOR,
        own.CONNECTOR,
        shopify.CONNECTOR,
        shopware.CONNECTOR,
        woocommerce.CONNECTOR,
    )
}

# They push what they hear of parcels to /hooks/<merchant>/carriers/<name>/, always to the default storefront.
AGGREGATORS: dict[str, Connector] = {
    connector.name: connector
    for connector in (
        aftership.CONNECTOR,
        easypost.CONNECTOR,
        karrio.CONNECTOR,
        ship24.CONNECTOR,
        shippo.CONNECTOR,
    )
}


def connector_named(name: str) -> Connector | None:
    """Return the connector of a make of shop or of an aggregator, None where there is none."""
    return CONNECTORS.get(name) or AGGREGATORS.get(name)
