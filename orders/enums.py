"""The words of orders. They are part of the API."""

from django.db import models


class OrderStatus(models.TextChoices):
    OPEN = "open"
    CANCELLED = "cancelled"
    FULFILLED = "fulfilled"
    CLOSED = "closed"


class PaymentStatus(models.TextChoices):
    PENDING = "pending"
    PAID = "paid"
    REFUNDED = "refunded"
    PARTIALLY_REFUNDED = "partially_refunded"
    NOT_NEEDED = "not_needed"


class ConsentBasis(models.TextChoices):
    """Why something may be sent (Art. 6 GDPR, § 7 UWG)."""

    CONSENT = "consent"
    EXISTING_CUSTOMER = "existing_customer"
    CONTRACT = "contract"


class ConsentPurpose(models.TextChoices):
    SERVICE = "service"
    SURVEY = "survey"
    MARKETING = "marketing"


class ConsentChannel(models.TextChoices):
    EMAIL = "email"
    SMS = "sms"
    WHATSAPP = "whatsapp"


class CustomerKind(models.TextChoices):
    PERSON = "person"
    COMPANY = "company"


class MergeReason(models.TextChoices):
    """What showed that two customers are one person."""

    REQUEST = "request"  # somebody said so
    EMAIL = "email"  # a body with an id came with a guest's e-mail address
    PHONE = "phone"
    ORDER = "order"  # an order without a person's name got one


class AttributeKind(models.TextChoices):
    """What an attribute belongs to."""

    ORDER = "order"
    CUSTOMER = "customer"
    LINE = "line"
    PRODUCT = "product"
    EVENT = "event"


class AttributeType(models.TextChoices):
    """How an attribute's value is read."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    DATETIME = "datetime"
    BOOLEAN = "boolean"
    LIST = "list"
