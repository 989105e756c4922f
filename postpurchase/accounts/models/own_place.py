"""Places of the merchant's own at which a storefront's pages for shoppers answer: a host name, a path of its site."""

from django.db import models

from postpurchase.accounts.models.base import MerchantForeignKey, MerchantModel


class OwnPlaceModel(MerchantModel):
    """Anybody may name any place; only ``verified_at`` has links lead there, set once a check found its proof.

    ``problem`` is the code of what the last check (``checked_at``) found wrong, empty for nothing. A proved place is
    checked again each day: ``failing_since`` says since when its proof has not been found, ``lapsed_at`` when it was
    given up for that. ``owners_told_at`` is when the merchant's owners were told that it fails.
    """

    store = MerchantForeignKey("accounts.Store", on_delete=models.CASCADE, related_name="+", db_index=False)
    verified_at = models.DateTimeField(null=True, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=20, blank=True, default="")
    failing_since = models.DateTimeField(null=True, blank=True)
    lapsed_at = models.DateTimeField(null=True, blank=True)
    owners_told_at = models.DateTimeField(null=True, blank=True)

    class Meta(MerchantModel.Meta):
        abstract = True


class StoreHost(OwnPlaceModel):
    """``host`` in small letters as the net spells it (IDNA), without port and without a dot at the end.

    Its proof is a TXT record of the name's DNS that holds ``proof``.
    """

    host = models.CharField(max_length=253)
    proof = models.CharField(max_length=64)

    class Meta(OwnPlaceModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["merchant", "store"], name="store_host_one_each"),
            # Across merchants on purpose: a request's name must lead to one of them.
            models.UniqueConstraint(
                fields=["host"], condition=models.Q(verified_at__isnull=False), name="store_host_verified_once"
            ),
        ]

    def __str__(self) -> str:
        return self.host


class StorePath(OwnPlaceModel):
    """``address`` is where shoppers see the pages (``https://shop.example/parcels``), without a slash at the end.

    The site's server passes requests on to ``/via/<key>/`` here; whoever knows the key is that server. Its proof is
    that asking the address comes back to us with the key.
    """

    address = models.CharField(max_length=400)
    key_digest = models.BinaryField(max_length=32)
    key_sealed = models.BinaryField()

    class Meta(OwnPlaceModel.Meta):
        constraints = [models.UniqueConstraint(fields=["merchant", "store"], name="store_path_one_each")]

    def __str__(self) -> str:
        return self.address
