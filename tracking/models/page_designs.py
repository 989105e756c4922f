"""How a merchant designed their tracking page: the draft they work on, and every version they published."""

from django.db import models

from postpurchase.accounts.models import MerchantForeignKey, MerchantModel, Store, User


class PageDraft(MerchantModel):
    """The design of a store's page while it is being changed (``tracking/design/content.py``)."""

    store = MerchantForeignKey(Store, on_delete=models.CASCADE, related_name="page_drafts", db_index=False)
    content = models.JSONField()
    updated_at = models.DateTimeField()

    class Meta(MerchantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["merchant", "store"], name="page_draft_once")]

    def __str__(self) -> str:
        return f"draft of {self.store_id}"


class PageVersion(MerchantModel):
    """A published design; never changed. The one with the highest ``number`` of its store is what shoppers see.

    ``restored_from`` is the number of the version it repeats, ``user`` who published it.
    """

    store = MerchantForeignKey(Store, on_delete=models.CASCADE, related_name="page_versions", db_index=False)
    number = models.PositiveIntegerField()
    content = models.JSONField()
    restored_from = models.PositiveIntegerField(null=True, blank=True)
    user = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    published_at = models.DateTimeField()

    class Meta(MerchantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["merchant", "store", "number"], name="page_version_once")]

    def __str__(self) -> str:
        return f"version {self.number}"
