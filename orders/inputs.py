"""What comes in about orders, customers and products: one definition for reading, for the document of the API and for
everybody who calls the services.

Amounts are decimal text as in the API ("49.90"). A body that these types let through may still be refused by
``orders/checks.py``, which knows what fields mean together.
"""

import datetime as dt
import uuid
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct, field

# "$(?!\n)": Python's "$" also matches before a last line feed.
Identifier = Annotated[str, Meta(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$(?!\n)")]
Word = Annotated[str, Meta(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$(?!\n)")]
Text = Annotated[str, Meta(max_length=200)]
LongText = Annotated[str, Meta(max_length=10_000)]
Address = Annotated[str, Meta(max_length=2000, pattern=r"^(https?://[^\s<>\"\\]+)?$(?!\n)")]
_MAIL_PART = r"[^@\s\x00-\x1f\x7f<>\",;:]+"
EmailAddress = Annotated[
    str,
    Meta(max_length=254, pattern=rf"^({_MAIL_PART}@{_MAIL_PART}\.{_MAIL_PART})?$(?!\n)", examples=["anna@example.com"]),
]
Amount = Annotated[str, Meta(pattern=r"^[0-9]{1,14}(\.[0-9]{1,4})?$(?!\n)", examples=["49.90"])]
Currency = Annotated[str, Meta(pattern=r"^[A-Z]{3}$(?!\n)", examples=["EUR"])]
Country = Annotated[str, Meta(pattern=r"^([A-Z]{2})?$(?!\n)", examples=["DE"])]
Language = Annotated[
    str, Meta(max_length=35, pattern=r"^([A-Za-z]{2,8}([-_][A-Za-z0-9]{1,8})*)?$(?!\n)", examples=["de-CH"])
]
Moment = Annotated[dt.datetime, Meta(tz=True)]
Quantity = Annotated[int, Meta(ge=1, le=10_000_000)]
Attributes = Annotated[dict[Annotated[str, Meta(max_length=200)], Any], Meta(max_length=500)]


class _Body(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Bodies refuse fields they do not know."""


class AddressInput(_Body, frozen=True, kw_only=True):
    """Where something goes. ``country`` is ISO 3166-1 alpha-2."""

    name: Text = ""
    company: Text = ""
    street: Text = ""
    street2: Text = ""
    postal_code: Annotated[str, Meta(max_length=20)] = ""
    city: Text = ""
    region: Text = ""
    country: Country = ""


class RecipientInput(_Body, frozen=True, kw_only=True):
    """Somebody other than the buyer who gets the parcel: a gift."""

    name: Text = ""
    company: Text = ""
    email: EmailAddress | None = None
    phone: Word | None = None
    language: Language = ""


class ConsentInput(_Body, frozen=True, kw_only=True):
    """What the customer agreed to, when, and the words they saw.

    `existing_customer` needs `notice_proof`: the proof that came with the notice your checkout showed.
    """

    channel: Literal["email", "sms", "whatsapp"]
    purpose: Literal["service", "survey", "marketing"]
    basis: Literal["consent", "existing_customer", "contract"]
    obtained_at: Moment
    wording: LongText = ""
    source: Word = ""
    notice_proof: Annotated[str, Meta(max_length=300)] = ""


class MachineInput(_Body, frozen=True, kw_only=True):
    """A machine, device or vehicle that a customer owns. ``sku`` is the article it is, where the shop sells it."""

    external_id: Identifier
    sku: Word = ""
    name: Annotated[str, Meta(max_length=500)] = ""
    serial_number: Word = ""
    installed_at: dt.date | None = None
    attributes: Attributes = {}


class _Person(_Body, frozen=True, kw_only=True):
    """What a shop knows of a person or company. Without ``kind`` it is a company where ``company`` or ``vat_id`` is
    given."""

    email: EmailAddress | None = None
    phone: Word | None = None
    first_name: Text = ""
    last_name: Text = ""
    company: Text = ""
    vat_id: Annotated[str, Meta(max_length=30, pattern=r"^[^\x00-\x1f\x7f]*$(?!\n)", examples=["DE123456789"])] = ""
    kind: Literal["person", "company"] | None = None
    birth_date: dt.date | None = None
    accepts_marketing: bool = False
    consents: Annotated[list[ConsentInput], Meta(max_length=50)] = []
    attributes: Attributes = {}


class CustomerOfOrderInput(_Person, frozen=True, kw_only=True):
    """The buyer. A guest has no ``external_id`` and is recognised by the e-mail address."""

    external_id: Word = ""


class CustomerInput(_Person, frozen=True, kw_only=True):
    """The whole customer: absent fields are emptied, an absent machine is removed."""

    external_id: Identifier
    language: Language = ""
    machines: Annotated[list[MachineInput], Meta(max_length=500)] = []


class MergeSource(_Body, frozen=True, kw_only=True):
    """The customer to be merged, by exactly one of these."""

    external_id: Identifier | None = None
    email: EmailAddress | None = None
    id: uuid.UUID | None = None


class MergeInput(_Body, frozen=True, kw_only=True):
    """Who turned out to be the same person."""

    source: MergeSource = field(name="from")


class LineInput(_Body, frozen=True, kw_only=True):
    """One position. ``external_id`` defaults to the position from 1, ``total`` to quantity times price."""

    quantity: Quantity
    unit_price: Amount
    external_id: Word = ""
    sku: Word = ""
    name: Annotated[str, Meta(max_length=500)] = ""
    total: Amount | None = None
    product_url: Address = ""
    image_url: Address = ""
    attributes: Attributes = {}


class OrderInput(_Body, frozen=True, kw_only=True):
    """The whole order: an absent optional field means its default, an absent line is removed."""

    external_id: Identifier
    placed_at: Moment
    currency: Currency
    total: Amount
    number: Word = ""
    updated_at: Moment | None = None
    status: Literal["open", "cancelled", "fulfilled", "closed"] = "open"
    payment_status: Literal["pending", "paid", "refunded", "partially_refunded", "not_needed"] = "paid"
    store: Annotated[str, Meta(min_length=1, max_length=60)] = "default"
    shipping_total: Amount = "0"
    discount_total: Amount = "0"
    tax_total: Amount = "0"
    language: Language = ""
    customer: CustomerOfOrderInput | None = None
    recipient: RecipientInput | None = None
    shipping_address: AddressInput | None = None
    billing_address: AddressInput | None = None
    lines: Annotated[list[LineInput], Meta(max_length=2_000)] = []
    promised_from: dt.date | None = None
    promised_to: dt.date | None = None
    attributes: Attributes = {}
    source: Annotated[str, Meta(min_length=1, max_length=60)] = "api"
    backfill: bool = False


class HowToInput(_Body, frozen=True, kw_only=True):
    """A page or film that shows how to use the article."""

    title: Annotated[str, Meta(min_length=1, max_length=200)]
    url: Address
    language: Language = ""


class ProductInput(_Body, frozen=True, kw_only=True):
    """The whole article: an absent optional field means its default. ``related`` and ``spare_parts`` list SKUs."""

    sku: Identifier
    name: Annotated[str, Meta(min_length=1, max_length=500)]
    description: LongText = ""
    url: Address = ""
    image_url: Address = ""
    price: Amount | None = None
    currency: Annotated[str, Meta(pattern=r"^([A-Z]{3})?$(?!\n)")] = ""
    available: bool = True
    categories: Annotated[list[Text], Meta(max_length=50)] = []
    related: Annotated[list[Identifier], Meta(max_length=100)] = []
    spare_parts: Annotated[list[Identifier], Meta(max_length=100)] = []
    how_tos: Annotated[list[HowToInput], Meta(max_length=50)] = []
    replenish_days: Annotated[int, Meta(ge=1, le=3650)] | None = None
    learning_days: Annotated[int, Meta(ge=1, le=3650)] | None = None
    attributes: Attributes = {}


class CancelInput(_Body, frozen=True, kw_only=True):
    """``cancelled_at`` defaults to now."""

    reason: Annotated[str, Meta(max_length=500)] = ""
    cancelled_at: Moment | None = None


class RefundLineInput(_Body, frozen=True, kw_only=True):
    """The share of one order line (its ``external_id``) in a refund."""

    line: Identifier
    quantity: Quantity
    amount: Amount


class RefundInput(_Body, frozen=True, kw_only=True):
    """Money given back. ``amount`` may exceed the lines' sum (shipping), never what was paid."""

    external_id: Identifier
    amount: Amount
    lines: Annotated[list[RefundLineInput], Meta(max_length=1_000)] = []
    reason: Annotated[str, Meta(max_length=500)] = ""


class BehaviourInput(_Body, frozen=True, kw_only=True):
    """Something a person did. ``customer`` is the shop's id or an e-mail address, ``occurred_at`` defaults to now."""

    name: Annotated[
        str, Meta(max_length=60, pattern=r"^[a-z][a-z0-9_-]*(\.[a-z0-9_-]+)*$(?!\n)", examples=["product.viewed"])
    ]
    customer: Annotated[str, Meta(min_length=1, max_length=254, pattern=r"^[^\x00-\x1f\x7f]*$(?!\n)", examples=["c-1"])]
    occurred_at: Moment | None = None
    properties: Attributes = {}
    dedupe_key: Word = ""
