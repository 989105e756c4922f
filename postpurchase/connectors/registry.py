"""Every make of shop there is a connector for. A new one is a module below ``shops/`` and a line here."""

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
