"""What shoppers answered."""

from django.db import models
from django.db.models import Q

from loyalty.enums import SurveyKind
from orders.models import Customer, Order
from postpurchase.accounts.models import MerchantForeignKey, MerchantModel
from tracking.models import Shipment


class SurveyResponse(MerchantModel):
    """One answer, or a later wording of it.

    Whoever answers again adds a row with the next ``revision``; the highest counts and the earlier ones stay to be
    seen. Rows are not edited, except that erasing a person or old age empties ``comment``, which may name people.
    ``score`` is 0 to 10 for NPS (0 is an answer) and a ``Sentiment`` for the faces. ``source`` says where the answer
    was given (``page``, ``tracking``).
    """

    order = MerchantForeignKey(Order, on_delete=models.CASCADE, related_name="survey_responses", db_index=False)
    shipment = MerchantForeignKey(
        Shipment, on_delete=models.CASCADE, null=True, blank=True, related_name="survey_responses", db_index=False
    )
    customer = MerchantForeignKey(
        Customer, on_delete=models.CASCADE, null=True, blank=True, related_name="survey_responses"
    )
    kind = models.CharField(max_length=10, choices=SurveyKind.choices)
    score = models.PositiveSmallIntegerField()
    comment = models.TextField(blank=True, default="")
    revision = models.PositiveIntegerField(default=1)
    source = models.CharField(max_length=20)
    answered_at = models.DateTimeField()

    class Meta(MerchantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["merchant", "order", "kind", "shipment", "revision"],
                name="survey_response_revision_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(kind="nps", score__range=(0, 10)) | Q(kind="sentiment", score__range=(1, 3)),
                name="survey_response_score_in_range",
            ),
            models.CheckConstraint(condition=Q(revision__gte=1), name="survey_response_revision_from_one"),
        ]
        indexes = [models.Index(fields=["merchant", "kind", "answered_at"], name="survey_response_by_time")]

    def __str__(self) -> str:
        return f"{self.kind} {self.score}"
