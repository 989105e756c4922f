"""What the columns of outgoing webhooks say about people: nothing, what is sent is read when it is sent."""

from postpurchase.lib.personal_data import CODE, MERCHANTS, OWN_IDS, SEALED, SUBJECT, Table

TABLES = {
    "WebhookEndpoint": Table(
        plain={MERCHANTS: "url description events", CODE: "disabled_reason"},
        hidden={SEALED: "secret_sealed previous_secret_sealed"},
    ),
    "WebhookCursor": Table(plain={"the database's names of transactions": "mark_writers"}),
    "WebhookDelivery": Table(
        person=SUBJECT,
        section="webhook_deliveries",
        plain={CODE: "event_type subject_kind state reason", OWN_IDS: "webhook_id"},
    ),
    "WebhookAttempt": Table(
        person=f"delivery__{SUBJECT}",
        section="webhook_attempts",
        personal="answer",
        plain={CODE: "error"},
    ),
}
