"""Bodies from the shop's own documentation, where their folder is given."""

from pathlib import Path

import pytest

from orders.inputs import (
    CustomerInput,
)
from postpurchase.connectors.base import (
    CustomerSaved,
    Ignored,
)
from tests.connectors.shops.magento.bodies import read
from tests.connectors.shops.outside import bodies_in, body_in

DOCUMENTED = bodies_in("shops/magento")
CUSTOMERS = {
    "create-customer_01": ("2", "jdoe@example.com", "Jane", "Doe", "516-555-1111"),
    "order-create-customer_01": ("2", "jdoe@example.com", "Jane", "Doe", "512-555-1111"),
}


if DOCUMENTED:

    @pytest.mark.parametrize("path", DOCUMENTED, ids=lambda path: path.stem)
    def test_every_body_of_the_vendors_documentation(path: Path):
        """Two of the outside bodies say what is so in the shop: customers. The others are what is asked of it."""
        (change,) = read(body_in(path))

        if path.stem in CUSTOMERS:
            external_id, email, first_name, last_name, phone = CUSTOMERS[path.stem]
            assert change == CustomerSaved(
                CustomerInput(
                    external_id=external_id,
                    email=email,
                    first_name=first_name,
                    last_name=last_name,
                    phone=phone,
                    attributes={"group_id": 1, "created_in": "Default Store View"},
                )
            )
        else:
            assert isinstance(change, Ignored)
            assert change.reason != "Nothing that we know."
