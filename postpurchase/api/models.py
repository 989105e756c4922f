"""Answers that are given again when a request is repeated."""

from django.db import models

from postpurchase.accounts.models import MerchantModel


class StoredAnswer(MerchantModel):
    """What a POST with an ``Idempotency-Key`` was answered, for three days.

    ``route`` is the operation; ``request_hash`` covers address and body: a key stands for one request only.
    ``content`` is sealed, because an answer may hold what is known of a person.
    """

    route = models.CharField(max_length=80)
    key = models.CharField(max_length=255)
    request_hash = models.BinaryField(max_length=32)
    status = models.PositiveSmallIntegerField()
    content = models.BinaryField()
    created_at = models.DateTimeField()

    class Meta(MerchantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["merchant", "route", "key"], name="stored_answer_once")]
        indexes = [models.Index(fields=["created_at"], name="stored_answer_age")]

    def __str__(self) -> str:
        return f"{self.route} {self.key}"
