"""A name of the merchant's own at which a storefront's pages for shoppers answer."""

from django.db import models

from postpurchase.accounts.models.base import MerchantForeignKey, MerchantModel


class StoreHost(MerchantModel):
    """``host`` in small letters as the net spells it (IDNA), without port and without a dot at the end.

    Anybody may ask for any name; only ``verified_at`` makes it theirs, set once a TXT record of the name's DNS held
    ``proof``. ``problem`` is the code of what the last check (``checked_at``) found wrong, empty for nothing.
    """

    store = MerchantForeignKey("accounts.Store", on_delete=models.CASCADE, related_name="+", db_index=False)
    host = models.CharField(max_length=253)
    proof = models.CharField(max_length=64)
    verified_at = models.DateTimeField(null=True, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=20, blank=True, default="")

    class Meta(MerchantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["merchant", "store"], name="store_host_one_each"),
            # Across merchants on purpose: a request's name must lead to one of them.
            models.UniqueConstraint(
                fields=["host"], condition=models.Q(verified_at__isnull=False), name="store_host_verified_once"
            ),
        ]

    def __str__(self) -> str:
        return self.host
