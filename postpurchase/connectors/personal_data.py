"""What the columns of connectors say about people: shops' bodies say everything."""

from postpurchase.connectors.services.erase import deliveries_about
from postpurchase.lib.personal_data import CODE, MERCHANTS, SEALED, SHOPS, Table

TABLES = {
    "Connection": Table(
        plain={
            CODE: "connector",
            MERCHANTS: "address",
            "how far a shop has been asked": "poll_cursor",
            "what a shop answered when it refused": "poll_problem",
        },
        hidden={SEALED: "secret_sealed previous_secret_sealed credentials_sealed"},
    ),
    "InboundDelivery": Table(
        rows=deliveries_about,
        section="inbound_deliveries",
        personal="body headers reason",
        plain={CODE: "state", SHOPS: "delivery_id topic waits_for"},
    ),
    "DeliveryReference": Table(
        plain={CODE: "kind", "of an erased person the row is deleted": "external_id"},
    ),
}
