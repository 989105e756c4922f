"""Who buys, and what they agreed to."""

from django.db import models
from django.db.models import Q

from orders.enums import ConsentBasis, ConsentChannel, ConsentPurpose, CustomerKind
from postpurchase.accounts.models import MerchantForeignKey, MerchantModel


class Customer(MerchantModel):
    """A person or company of one merchant. ``email`` is stored in its normal spelling
    (``postpurchase.lib.emails``), ``phone`` as E.164 where it can be read.

    Guests have no ``external_id``; they are recognised by their e-mail address, and where that says nothing by phone
    (``orders/matching.py``). ``merged_into`` is the customer this one turned out to be: the row stays as a second name
    under which that customer is found, and gives back what it gave when the merge is undone.
    """

    external_id = models.CharField(max_length=200, blank=True, default="")
    email = models.CharField(max_length=320, blank=True, default="")
    phone = models.CharField(max_length=40, blank=True, default="")
    first_name = models.CharField(max_length=200, blank=True, default="")
    last_name = models.CharField(max_length=200, blank=True, default="")
    company = models.CharField(max_length=200, blank=True, default="")
    vat_id = models.CharField(max_length=30, blank=True, default="")
    told_kind = models.CharField(max_length=10, choices=CustomerKind.choices, blank=True, default="")
    birth_date = models.DateField(null=True, blank=True)
    language = models.CharField(max_length=35, blank=True, default="")
    accepts_marketing = models.BooleanField(default=False)
    attributes = models.JSONField(default=dict)
    erased_at = models.DateTimeField(null=True, blank=True)
    merged_into = MerchantForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged_customers", db_index=False
    )
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta(MerchantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["merchant", "external_id"],
                condition=~Q(external_id=""),
                name="customer_external_id_once",
            )
        ]
        indexes = [
            models.Index(fields=["merchant", "email"], condition=~Q(email=""), name="customer_by_email"),
            models.Index(fields=["merchant", "phone"], condition=~Q(phone=""), name="customer_by_phone"),
            models.Index(fields=["merchant", "updated_at", "id"], name="customer_changed"),
            models.Index(fields=["merchant", "-created_at", "-id"], name="customer_newest"),
            models.Index(
                fields=["merchant", "merged_into"], condition=Q(merged_into__isnull=False), name="customer_merged"
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip() or self.company

    @property
    def kind(self) -> str:
        """Person or company: what the shop says (``told_kind``), else a company where one is named."""
        if self.told_kind:
            return self.told_kind
        return CustomerKind.COMPANY if self.company or self.vat_id else CustomerKind.PERSON


class Machine(MerchantModel):
    """A machine, device or vehicle that a customer owns, for which they buy parts and consumables."""

    customer = MerchantForeignKey(Customer, on_delete=models.CASCADE, related_name="machines", db_index=False)
    external_id = models.CharField(max_length=200)
    sku = models.CharField(max_length=200, blank=True, default="")
    name = models.CharField(max_length=500, blank=True, default="")
    serial_number = models.CharField(max_length=200, blank=True, default="")
    installed_at = models.DateField(null=True, blank=True)
    attributes = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta(MerchantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["merchant", "customer", "external_id"], name="machine_once")]
        indexes = [models.Index(fields=["merchant", "sku"], condition=~Q(sku=""), name="machine_by_sku")]

    def __str__(self) -> str:
        return self.name or self.sku or self.external_id


class ConsentReport(MerchantModel):
    """What a shop says a customer agreed to: the evidence from which messaging derives its permissions.

    Append-only; the same report again (same order, channel, purpose, basis, time, wording) is stored once.
    ``phone`` is the number a consent for SMS or WhatsApp came with (E.164 where it could be read), empty for e-mail.
    ``notice_version`` and ``notice_proof`` say which notice of § 7 (3) UWG stood at the checkout, where that is proved.
    """

    customer = MerchantForeignKey(Customer, on_delete=models.CASCADE, related_name="consent_reports")
    order = MerchantForeignKey(
        "orders.Order", on_delete=models.CASCADE, null=True, blank=True, related_name="consent_reports"
    )
    channel = models.CharField(max_length=10, choices=ConsentChannel.choices)
    purpose = models.CharField(max_length=10, choices=ConsentPurpose.choices)
    basis = models.CharField(max_length=20, choices=ConsentBasis.choices)
    obtained_at = models.DateTimeField()
    wording = models.TextField(blank=True, default="")
    source = models.CharField(max_length=200, blank=True, default="")
    phone = models.CharField(max_length=40, blank=True, default="")
    notice_version = MerchantForeignKey(
        "orders.NoticeVersion", on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    notice_proof = models.CharField(max_length=300, blank=True, default="")
    fingerprint = models.CharField(max_length=64)
    reported_at = models.DateTimeField()

    class Meta(MerchantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["merchant", "customer", "fingerprint"], name="consent_report_once")
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.purpose} {self.basis}"
