"""What the columns of loyalty say about people."""

from postpurchase.lib.personal_data import CODE, MERCHANTS, OWN_IDS, Table

TABLES = {
    "SurveyResponse": Table(
        person="order__customer", section="surveys", personal="comment", plain={CODE: "kind source"}
    ),
    "PointsAccount": Table(person="customer", section="points"),
    "LedgerEntry": Table(
        person="customer",
        section="points_entries",
        plain={CODE: "kind explanation", OWN_IDS: "source_key", "amounts and terms as they were": "details"},
    ),
    "Lot": Table(person="customer", section="points_lots"),
    "LotUse": Table(person="entry__customer", section="points_uses"),
    "Programme": Table(plain={MERCHANTS: "name units terms_url"}),
    "EarningRule": Table(plain={MERCHANTS: "key conditions", CODE: "trigger"}),
    "Badge": Table(plain={MERCHANTS: "slug names sentences currency", CODE: "picture rule"}),
    "BadgeAward": Table(person="customer", section="badges", plain={OWN_IDS: "cause"}),
}
