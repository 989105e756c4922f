"""What the tests of several shop systems ask of an order that was read."""

from orders.inputs import AddressInput, OrderInput
from postpurchase.connectors.base import Change, OrderSaved


def address_in_berlin(region: str) -> AddressInput:
    """The address of the shops' order, with its Land as the shop writes it."""
    return AddressInput(
        name="Änne Groß-Øster",
        company="Blumen GmbH",
        street="Hauptstraße 1",
        street2="Hinterhaus",
        postal_code="10115",
        city="Berlin",
        region=region,
        country="DE",
    )


def only_order(changes: list[Change]) -> OrderSaved:
    """The one order that a body told."""
    (change,) = changes
    assert isinstance(change, OrderSaved)
    return change


def sums(data: OrderInput) -> tuple[str, str, str, str]:
    return data.total, data.shipping_total, data.discount_total, data.tax_total


def line_totals(data: OrderInput) -> list[str | None]:
    return [line.total for line in data.lines]
