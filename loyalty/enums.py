"""The words of loyalty: what is asked, what earns points and badges, and what moves points."""

from django.db import models


class SurveyKind(models.TextChoices):
    """What a shopper was asked."""

    SENTIMENT = "sentiment"  # "Is everything all right?", answered with one of three faces
    NPS = "nps"  # "How likely are you to recommend us?", 0 to 10


class Sentiment(models.IntegerChoices):
    """The score stored for a face. Starts at 1, so that no answer is ever taken for none."""

    BAD = 1
    OK = 2
    GOOD = 3


class Trigger(models.TextChoices):
    """When a rule's points are posted. The first three are moments of one purchase, which earns once."""

    ORDER_PLACED = "order.placed"
    ORDER_PAID = "order.paid"
    ORDER_DELIVERED = "order.delivered"
    SURVEY_ANSWERED = "survey.answered"


PURCHASE_TRIGGERS = (Trigger.ORDER_PLACED, Trigger.ORDER_PAID, Trigger.ORDER_DELIVERED)


class EntryKind(models.TextChoices):
    """How an entry moves points."""

    EARN = "earn"
    REVERSE = "reverse"  # earned points go back, because the order was cancelled or refunded
    ADJUST = "adjust"  # up or down: the order changed, or a person decided
    REDEEM = "redeem"
    EXPIRE = "expire"
    TRANSFER = "transfer"  # between two customers who turned out to be one, or not to be
    SETTLE = "settle"  # new points pay what an earlier reversal could not take


class Explanation(models.TextChoices):
    """Why an entry was posted; pages and mails turn the code into a sentence."""

    PURCHASE = "purchase"
    SURVEY = "survey"
    ORDER_CANCELLED = "order_cancelled"
    ORDER_REFUNDED = "order_refunded"
    ORDER_CHANGED = "order_changed"
    SHORTFALL_SETTLED = "shortfall_settled"
    REDEEMED = "redeemed"
    EXPIRED = "expired"
    MANUAL = "manual"
    MERGED = "merged"


class BadgeRule(models.TextChoices):
    """What a badge is for. Each is a number that a customer's history reaches some day."""

    ORDERS = "orders"  # orders that arrived
    PRODUCTS = "products"  # different articles in them
    ANSWERS = "answers"  # surveys answered, whatever the answers say
    YEARS = "years"  # whole years since the first order
    SPENT = "spent"  # money for goods that arrived and were kept


class BadgePicture(models.TextChoices):
    """The pictures a badge may have: ids in ``static/img/icons.svg``."""

    HEART = "heart"
    STAR = "star"
    LEAF = "leaf"
    CROWN = "crown"
    COMPASS = "compass"
    CHAT = "chat"
    HOUSE = "house"
    GIFT = "gift"
