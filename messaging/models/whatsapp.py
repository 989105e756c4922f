"""What a merchant set up for WhatsApp."""

from django.db import models

from postpurchase.accounts.models import MerchantForeignKey, MerchantModel, Store


class WhatsAppSender(MerchantModel):
    """The number a storefront writes from on WhatsApp (E.164), and the templates that are approved for it.

    ``content_sids`` holds Twilio's Content SIDs by wording and template: ``{"de-sie": {"shipped": "HX…"}}``
    (``messaging/content/whatsapp.py``).
    """

    store = MerchantForeignKey(Store, on_delete=models.CASCADE, related_name="whatsapp_senders", db_index=False)
    number = models.CharField(max_length=20)
    content_sids = models.JSONField(default=dict)
    updated_at = models.DateTimeField()

    class Meta(MerchantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["merchant", "store"], name="whatsapp_sender_once")]

    def __str__(self) -> str:
        return self.number
