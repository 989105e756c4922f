"""What the columns of tracking say about people."""

from postpurchase.lib.personal_data import CODE, DIGEST, MERCHANTS, OWN_IDS, PROVIDERS, SEALED, SHOPS, Table

TABLES = {
    "Campaign": Table(
        plain={
            MERCHANTS: "name title text button url image_url language countries statuses skus categories currency"
            " customers attribute attribute_value"
        }
    ),
    "PageDraft": Table(plain={MERCHANTS: "content"}),
    "PageVersion": Table(plain={MERCHANTS: "content"}),
    "Shipment": Table(
        person="order__customer",
        section="shipments",
        # At the carrier, the number leads to the person.
        personal="tracking_number tracking_url delivery_location_text signed_by proof_url",
        plain={CODE: "carrier status substatus delivery_location", SHOPS: "external_id carrier_word service"},
    ),
    "ShipmentLine": Table(person="shipment__order__customer", section="shipment_lines"),
    "Checkpoint": Table(
        person="shipment__order__customer",
        section="checkpoints",
        personal="message city delivery_location_text signed_by proof_url",
        plain={CODE: "carrier status substatus country delivery_location understood_by", PROVIDERS: "code"},
        hidden={"a digest, replaced when the person is erased": "identity"},
    ),
    "UnmatchedCheckpoint": Table(
        plain={
            "of a parcel nobody knows; deleted after 30 days, and at once where it names an erased person": (
                "tracking_number content"
            )
        },
        hidden={DIGEST: "identity"},
    ),
    "Promise": Table(person="order__customer", section="promises", plain={CODE: "source"}),
    "ShipmentAlarm": Table(
        person="order__customer", section="shipment_alarms", plain={CODE: "kind", OWN_IDS: "detail"}
    ),
    "WatchSettings": Table(plain={CODE: "switched_off"}),
    "OneTimeCode": Table(
        person="order__customer", section="one_time_codes", personal="phone wording", plain={CODE: "purpose channel"}
    ),
    "Case": Table(
        person="order__customer",
        section="cases",
        plain={CODE: "reason state source substatus outcome"},
    ),
    "CaseEntry": Table(
        person="case__order__customer",
        section="case_entries",
        personal="text details",
        plain={CODE: "kind actor", OWN_IDS: "data"},
        hidden={OWN_IDS: "key"},
    ),
    "HandOver": Table(plain={CODE: "carrier language", "headings of the product's own": "heading"}),
    "HandOverLine": Table(person="case__order__customer", section="carrier_file_lines", personal="cells"),
    "CaseRules": Table(plain={MERCHANTS: "vip_attribute vip_values"}),
    "DeliverySettings": Table(
        plain={MERCHANTS: "working_days origin_country origin_postal_code sources carrier service"}
    ),
    "CarrierAccount": Table(
        plain={CODE: "client trouble", "what a carrier said when it gave no answer": "trouble_detail"},
        hidden={SEALED: "credentials_sealed token_sealed"},
    ),
    "ParcelPoll": Table(person="shipment__order__customer", section="parcel_polls", plain={CODE: "answer stopped"}),
    "CodeMeaning": Table(plain={CODE: "carrier status substatus", PROVIDERS: "code"}),
    "TransitRecord": Table(
        person="shipment__order__customer",
        section="transits",
        plain={CODE: "carrier origin destination calibration", SHOPS: "service"},
    ),
    "TransitGroup": Table(plain={CODE: "name counts"}),
    "TransitCalibration": Table(plain={CODE: "name"}),
    "PromiseVerdict": Table(
        person="shipment__order__customer", section="promise_verdicts", plain={CODE: "source carrier destination cause"}
    ),
}
