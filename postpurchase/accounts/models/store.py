"""A storefront of a merchant: its brand, its tone, its language."""

from django.core.validators import RegexValidator
from django.db import models

from postpurchase.accounts.models.base import MerchantModel

DEFAULT_STORE = "default"


class Tone(models.TextChoices):
    """How a store speaks German to its shoppers."""

    SIE = "sie", "Sie"
    DU = "du", "du"


class Store(MerchantModel):
    """Brand and voice. ``slug`` is what an order's ``store`` names; every merchant has ``default`` from the start.

    ``logo`` holds the picture's bytes (PNG, JPEG or WebP, small), ``logo_type`` its media type. ``style`` holds the
    merchant's own CSS variables (``postpurchase/lib/page_style.py``), ``page_version`` the number of the published
    tracking page, 0 before the first: whatever is made of the page can be told apart by it. ``embedded_by`` lists the
    origins (``https://shop.example``) whose pages may show ours, in a frame or by script.
    """

    slug = models.SlugField(max_length=60, default=DEFAULT_STORE)
    name = models.CharField(max_length=120)
    shop_url = models.URLField(blank=True, default="")
    accent_colour = models.CharField(max_length=7, default="#2f5d50", validators=[RegexValidator(r"^#[0-9a-fA-F]{6}$")])
    logo = models.BinaryField(null=True, blank=True)
    logo_type = models.CharField(max_length=40, blank=True, default="")
    style = models.JSONField(default=dict, blank=True)
    embedded_by = models.JSONField(default=list, blank=True)
    page_version = models.PositiveIntegerField(default=0)
    tone = models.CharField(max_length=3, choices=Tone.choices, default=Tone.SIE)
    language = models.CharField(max_length=10, default="de")
    sender_name = models.CharField(max_length=78)
    sender_email = models.EmailField()
    reply_to = models.EmailField(blank=True, default="")
    support_email = models.EmailField(blank=True, default="")
    support_phone = models.CharField(max_length=40, blank=True, default="")
    imprint = models.TextField(blank=True, default="", help_text="Name, address and register details, line by line.")
    imprint_url = models.URLField(blank=True, default="")
    privacy_url = models.URLField(blank=True, default="")
    return_url = models.URLField(blank=True, default="")
    withdrawal_url = models.URLField(blank=True, default="")

    class Meta(MerchantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["merchant", "slug"], name="store_slug_once")]

    def __str__(self) -> str:
        return self.name
