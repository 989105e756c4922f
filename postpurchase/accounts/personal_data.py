"""What the columns of accounts say about shoppers. Users and their addresses are the merchant's own people."""

from postpurchase.lib.personal_data import CODE, DIGEST, MERCHANTS, SEALED, SUBJECT, Table

TABLES = {
    "ApiKey": Table(plain={MERCHANTS: "name", CODE: "scopes prefix"}, hidden={DIGEST: "digest"}),
    "Membership": Table(plain={CODE: "role"}),
    "PageLink": Table(
        person=SUBJECT,
        section="page_links",
        plain={CODE: "kind"},
        hidden={DIGEST: "token_digest", SEALED: "token_sealed"},
    ),
    "Store": Table(
        plain={
            MERCHANTS: "slug name shop_url accent_colour logo logo_type style embedded_by tone language sender_name"
            " sender_email reply_to support_email support_phone imprint imprint_url privacy_url return_url"
            " withdrawal_url"
        }
    ),
    "StoreHost": Table(plain={MERCHANTS: "host", CODE: "problem"}, hidden={CODE: "proof"}),
    "StorePath": Table(
        plain={MERCHANTS: "address", CODE: "problem"}, hidden={DIGEST: "key_digest", SEALED: "key_sealed"}
    ),
}
