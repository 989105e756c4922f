"""What merchants say about carriers' codes."""

from django.db import models

from postpurchase.accounts.models import MerchantModel
from tracking.enums import ShipmentStatus, carriers


class CodeMeaning(MerchantModel):
    """What a code means that our tables do not know, in the form of ``plain_code``.

    ``status`` null: it says nothing about where the parcel is. Stored news is read again by ``tracking.reread_codes``;
    ``is_applied`` once that is done. A meaning that was taken back stays until then, as ``is_withdrawn``.
    """

    carrier = models.CharField(max_length=20, choices=carriers)
    code = models.CharField(max_length=100)
    status = models.CharField(max_length=24, choices=ShipmentStatus.choices, null=True, blank=True)
    substatus = models.CharField(max_length=40, blank=True, default="")
    is_withdrawn = models.BooleanField(default=False)
    is_applied = models.BooleanField(default=False)
    changed_at = models.DateTimeField()

    class Meta(MerchantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["merchant", "carrier", "code"], name="code_meaning_once")]

    def __str__(self) -> str:
        return f"{self.carrier} {self.code}: {self.substatus or self.status or 'nothing'}"
