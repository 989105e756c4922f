"""The words of messaging. They are part of the API."""

from django.db import models


class Channel(models.TextChoices):
    EMAIL = "email", "E-mail"
    SMS = "sms", "SMS"
    WHATSAPP = "whatsapp", "WhatsApp"


class Purpose(models.TextChoices):
    """What a message is for, and so by what right it may be sent (``messaging/services/gate.py``)."""

    SERVICE = "service"
    SURVEY = "survey"
    MARKETING = "marketing"


class Basis(models.TextChoices):
    """Why something may be sent (Art. 6 GDPR, § 7 UWG)."""

    CONSENT = "consent"
    EXISTING_CUSTOMER = "existing_customer"
    CONTRACT = "contract"


class Template(models.TextChoices):
    """What a message says; the words themselves are in ``messaging/texts``."""

    ORDER_CONFIRMATION = "order_confirmation"
    SHIPPED = "shipped"
    OUT_FOR_DELIVERY = "out_for_delivery"
    READY_FOR_PICKUP = "ready_for_pickup"
    FAILED_ATTEMPT = "failed_attempt"
    DELAYED = "delayed"
    DELIVERED = "delivered"
    NPS_SURVEY = "nps_survey"
    POINTS_EARNED = "points_earned"
    ORDER_CANCELLED = "order_cancelled"
    ORDER_REFUNDED = "order_refunded"
    CASE_RECEIVED = "case_received"
    CASE_ANSWERED = "case_answered"
    CASE_RESOLVED = "case_resolved"
    ONE_TIME_CODE = "one_time_code"
    RECOMMENDATIONS = "recommendations"


# What no journey sends: the shopper asks for it on a page.
ASKED_FOR = (Template.ONE_TIME_CODE,)
# What advertises: only marketing messages may say it.
ADVERTISING = (Template.RECOMMENDATIONS,)


class MessageState(models.TextChoices):
    """How far a message is.

    planned ─┬─▶ ready ─▶ sending ─▶ accepted ─▶ delivered · bounced · complained
             └─▶ held ──▲    │ ╰─(temporary)─▶ ready
                             ╰─▶ failed · unknown          side exits before sending: suppressed · expired
    """

    PLANNED = "planned"  # its hour has not come
    HELD = "held"  # its hour has come, but not this one: quiet hours, a pause
    READY = "ready"  # may go, waits for a worker
    SENDING = "sending"  # a worker has it in hand; nobody else may touch it
    ACCEPTED = "accepted"  # the provider took it
    DELIVERED = "delivered"
    BOUNCED = "bounced"
    COMPLAINED = "complained"
    SUPPRESSED = "suppressed"  # must not be sent
    EXPIRED = "expired"  # came too late to be of use
    FAILED = "failed"  # refused for good
    UNKNOWN = "unknown"  # handed over, and nobody can say with what result; never sent again


WAITING_STATES = (MessageState.PLANNED, MessageState.HELD, MessageState.READY)


class AttemptOutcome(models.TextChoices):
    STARTED = "started"
    ACCEPTED = "accepted"
    TEMPORARY = "temporary"
    PERMANENT = "permanent"
    UNKNOWN = "unknown"


class RunState(models.TextChoices):
    RUNNING = "running"
    ENDED = "ended"


class DecisionOutcome(models.TextChoices):
    """What a step of a journey, or the permission gate, decided."""

    ENTERED = "entered"
    NOT_ENTERED = "not_entered"
    WAITED = "waited"
    BRANCHED = "branched"
    PLANNED = "planned"
    HELD = "held"
    NOT_SENT = "not_sent"
    ENDED = "ended"


class PermissionStatus(models.TextChoices):
    GRANTED = "granted"
    WITHDRAWN = "withdrawn"


class SuppressionReason(models.TextChoices):
    HARD_BOUNCE = "hard_bounce"
    COMPLAINT = "complaint"
    OPTED_OUT = "opted_out"  # said STOP from this number
    INVALID = "invalid"
    MANUAL = "manual"
    OBJECTED = "objected"  # by a person who has been erased since


class FeedbackKind(models.TextChoices):
    """What a provider reports of a message it took, in our words."""

    DELIVERED = "delivered"
    BOUNCED = "bounced"  # for good: the address does not exist or refuses us
    FAILED = "failed"  # for good, and not the address's fault
    DEFERRED = "deferred"  # for now: the provider goes on trying
    COMPLAINED = "complained"
    OPTED_OUT = "opted_out"  # said STOP, or unsubscribed at the provider
    OPTED_IN = "opted_in"  # said START after it
    OTHER = "other"  # kept, without effect
