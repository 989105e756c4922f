"""What the columns of the API say about people."""

from postpurchase.lib.personal_data import CODE, DIGEST, Table

TABLES = {
    "StoredAnswer": Table(
        plain={
            CODE: "route",
            "the shop's word for a request; the row is deleted where it names an erased person": "key",
        },
        hidden={
            DIGEST: "request_hash",
            "sealed, kept for three days, deleted where it speaks of an erased person": "content",
        },
    ),
}
