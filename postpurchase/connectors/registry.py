"""Every make of shop there is a connector for. A new one is a module below ``shops/`` and a line here."""

from postpurchase.connectors.base import Connector
from postpurchase.connectors.shops import magento, own, shopware

CONNECTORS: dict[str, Connector] = {
    connector.name: connector for connector in (magento.CONNECTOR, own.CONNECTOR, shopware.CONNECTOR)
}
