"""What the columns of privacy say about people."""

from postpurchase.lib.personal_data import CODE, Table

TABLES = {
    "Erasure": Table(
        person="customer",
        section="erasures",
        plain={CODE: "source state"},
        hidden={"sealed, and forgotten when the first round is through": "words_sealed"},
    ),
    "ErasureStep": Table(person="erasure__customer", section="erasure_steps", plain={CODE: "name"}),
    "RetentionPeriod": Table(plain={CODE: "key"}),
    "RetentionRun": Table(plain={"counts by our own codes": "removed counting"}),
    "LegalHold": Table(person="customer order__customer", section="legal_holds", personal="reason"),
}
