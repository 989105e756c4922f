"""What the columns of messaging say about people."""

from postpurchase.lib.personal_data import CODE, DIGEST, KEYED, MERCHANTS, OWN_IDS, PROVIDERS, SEALED, Table

TABLES = {
    "Message": Table(
        person="customer",
        section="messages",
        # At the provider, its id leads to the address.
        personal="recipient provider_message_id",
        plain={
            CODE: "template channel message_class state reason language tone",
            MERCHANTS: "journey_key step_key",
            OWN_IDS: "dedupe_key context",
        },
    ),
    "MessageContent": Table(person="message__customer", section="message_contents", personal="subject html text"),
    "DeliveryAttempt": Table(
        person="message__customer",
        section="delivery_attempts",
        personal="detail",
        plain={CODE: "outcome", PROVIDERS: "provider response_code"},
    ),
    "DeliveryEvent": Table(
        person="message__customer",
        section="delivery_events",
        plain={CODE: "channel kind", PROVIDERS: "provider code"},
        hidden={DIGEST: "identity"},
    ),
    "Permission": Table(person="customer", section="permissions", plain={CODE: "channel purpose status basis"}),
    "PermissionEvidence": Table(
        person="customer",
        section="permission_evidence",
        personal="wording source phone",
        plain={CODE: "channel purpose status basis"},
    ),
    "Suppression": Table(plain={CODE: "channel purpose reason"}, hidden={KEYED: "address_digest"}),
    "JourneyRun": Table(
        person="customer",
        section="journey_runs",
        plain={CODE: "state ended_reason", OWN_IDS: "subject_key occurrence entry_data position"},
    ),
    "JourneyDecision": Table(
        person="run__customer order__customer",
        section="journey_decisions",
        plain={CODE: "outcome reason", OWN_IDS: "subject_key values", MERCHANTS: "step_key"},
    ),
    "Journey": Table(plain={MERCHANTS: "key name"}, hidden={DIGEST: "declined"}),
    "GivenJourneys": Table(plain={CODE: "keys"}),
    "JourneyVersion": Table(plain={MERCHANTS: "definition"}),
    "WhatsAppSender": Table(plain={MERCHANTS: "number", PROVIDERS: "content_sids"}),
    "ProviderConnection": Table(plain={PROVIDERS: "provider"}, hidden={SEALED: "secret_sealed"}),
}
