"""The notice that § 7 (3) No. 4 UWG asks for when an address is taken: that it may be used, and how to object."""

from django.db import models

from postpurchase.accounts.models import MerchantForeignKey, MerchantModel, Store


class NoticeVersion(MerchantModel):
    """The notice of a store in one language, as the checkout shows it. Never changed: a change is the next number.

    ``digest`` is the SHA-256 of ``text`` in hexadecimal, so that a print can be compared with what is stored.
    """

    store = MerchantForeignKey(Store, on_delete=models.PROTECT, related_name="notices", db_index=False)
    language = models.CharField(max_length=10)
    number = models.PositiveIntegerField()
    text = models.TextField()
    digest = models.CharField(max_length=64)
    published_at = models.DateTimeField()

    class Meta(MerchantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["merchant", "store", "language", "number"], name="notice_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.language} {self.number}"
