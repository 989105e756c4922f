"""One-time codes: how a shopper proves on the page that an address or a number is theirs."""

from django.db import models
from django.db.models import Q

from orders.enums import ConsentChannel
from orders.models import Order
from postpurchase.accounts.models import MerchantForeignKey, MerchantModel


class CodePurpose(models.TextChoices):
    """What the right code does."""

    OPEN_PAGE = "open_page"  # shows address, contact data and points on the order's page
    CONFIRM_NUMBER = "confirm_number"  # lets parcel news be sent to a mobile number


class OneTimeCode(MerchantModel):
    """A code somebody asked for. The code itself is stored nowhere (``tracking/services/codes.py``).

    ``order`` is null where a look-up named nothing we know: such a row is written all the same, so that asking takes
    as long, and no code fits it. ``phone`` is the number to be confirmed, ``channel`` the way to it that is asked for,
    ``wording`` what the person agreed to by it.
    ``planned_at``: its message is planned. ``tries`` counts wrong and right answers alike, before they are compared.
    """

    order = MerchantForeignKey(
        Order, on_delete=models.CASCADE, null=True, blank=True, related_name="one_time_codes", db_index=False
    )
    purpose = models.CharField(max_length=14, choices=CodePurpose.choices)
    channel = models.CharField(max_length=10, choices=ConsentChannel.choices, default=ConsentChannel.SMS)
    phone = models.CharField(max_length=20, blank=True, default="")
    wording = models.TextField(blank=True, default="")
    tries = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    planned_at = models.DateTimeField(null=True, blank=True)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta(MerchantModel.Meta):
        indexes = [
            models.Index(fields=["merchant", "order", "-created_at"], name="one_time_code_of_order"),
            models.Index(fields=["created_at"], name="one_time_code_by_age"),
        ]
        constraints = [models.CheckConstraint(condition=Q(tries__lte=5), name="one_time_code_five_tries")]

    def __str__(self) -> str:
        return self.purpose
