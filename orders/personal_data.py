"""What the columns of orders say about people."""

from postpurchase.lib.personal_data import CODE, DIGEST, MERCHANTS, PUBLIC, SHOPS, Table

TABLES = {
    "Customer": Table(
        person="pk",
        section="customer",
        personal="external_id email phone first_name last_name company vat_id birth_date language"
        " accepts_marketing attributes",
        plain={CODE: "told_kind"},
    ),
    "Machine": Table(
        person="customer", section="machines", personal="external_id sku name serial_number installed_at attributes"
    ),
    "Behaviour": Table(
        person="customer",
        section="behaviours",
        personal="told_customer properties dedupe_key",
        plain={"the shop's own name for what was done": "name"},
    ),
    "AttributeDefinition": Table(plain={CODE: "kind type", MERCHANTS: "name label"}),
    "CustomerMerge": Table(person="customer merged", section="merges", plain={CODE: "reason"}),
    "MergedRow": Table(person="merge__customer merge__merged", section="merged_rows", plain={CODE: "table"}),
    "MergedField": Table(person="merge__customer merge__merged", section="merged_fields", personal="name"),
    "ConsentReport": Table(
        person="customer",
        section="consents",
        personal="wording source phone",
        plain={CODE: "channel purpose basis", "which notice was shown, and when": "notice_proof"},
        hidden={"a digest, replaced when the person is erased": "fingerprint"},
    ),
    "Order": Table(
        person="customer",
        section="orders",
        personal="recipient shipping_address billing_address attributes cancel_reason",
        plain={CODE: "status payment_status currency language source", SHOPS: "external_id number"},
        hidden={DIGEST: "content_hash"},
    ),
    "OrderLine": Table(
        person="order__customer",
        section="order_lines",
        personal="product_url image_url attributes",
        plain={SHOPS: "external_id sku name"},
    ),
    "Refund": Table(person="order__customer", section="refunds", personal="reason", plain={SHOPS: "external_id"}),
    "RefundLine": Table(person="refund__order__customer", section="refund_lines"),
    "NoticeVersion": Table(plain={MERCHANTS: "language text digest"}),
    "Product": Table(
        plain={PUBLIC: "sku name description url image_url currency categories related spare_parts how_tos attributes"}
    ),
    "FreeShipping": Table(plain={MERCHANTS: "country currency"}),
    "Insert": Table(plain={MERCHANTS: "name sku note conditions"}),
    "Packing": Table(person="order__customer", section="packings"),
    "PackedInsert": Table(
        person="packing__order__customer", section="packed_inserts", plain={MERCHANTS: "name sku note", CODE: "reasons"}
    ),
    "Learning": Table(),
    "LearnedArticle": Table(
        plain={
            PUBLIC: "sku together following",
            "numbers over all orders": "together_scores together_orders following_scores following_customers",
        }
    ),
    "RecommendationSettings": Table(),
}
