"""How long a merchant keeps what, and what was removed when."""

from django.db import models

from postpurchase.accounts.models import MerchantModel


class RetentionPeriod(MerchantModel):
    """A merchant's own period for a class of data (``privacy/retention/classes.py``), shorter than the usual one."""

    key = models.CharField(max_length=40)
    days = models.PositiveIntegerField()

    class Meta(MerchantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["merchant", "key"], name="retention_period_once")]

    def __str__(self) -> str:
        return f"{self.key}: {self.days}"


class RetentionRun(MerchantModel):
    """One day's removal. ``removed`` counts rows by class; a class that is in it has been looked at to its end.

    Written with each batch, so that a run that was cut off goes on where it stopped. ``lease_until`` keeps other
    workers away meanwhile.
    """

    day = models.DateField()
    removed = models.JSONField(default=dict)
    counting = models.JSONField(default=dict)
    started_at = models.DateTimeField()
    lease_until = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta(MerchantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["merchant", "day"], name="retention_run_once")]

    def __str__(self) -> str:
        return f"{self.day}: {sum(self.removed.values())}"
