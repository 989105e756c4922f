"""What an import keeps: the file until it is read, its rows, what they come to, and how far the work is."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from postpurchase.accounts.models import MerchantForeignKey, MerchantModel, User
from postpurchase.imports.enums import Kind, Outcome, State


class ImportJob(MerchantModel):
    """One file on its way in.

    ``table`` is ``tables.cells.Table``, ``settings`` is ``mapping.Settings``, ``mapping`` names the position of each
    field's column. The work goes chunk by chunk: ``next_chunk`` of ``chunks``. Who works holds ``leased_until`` (the
    database's clock); ``attempts`` counts tries of the chunk at hand and is written before the try. ``problem`` and
    ``problem_row`` say why an import ended early.
    """

    kind = models.CharField(max_length=10, choices=Kind.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.MAPPING)
    file_name = models.CharField(max_length=200)
    file_size = models.PositiveBigIntegerField()
    table = models.JSONField(default=dict)
    mapping = models.JSONField(default=dict)
    settings = models.JSONField(default=dict)
    rows = models.PositiveIntegerField(default=0)
    rows_complete = models.BooleanField(default=False)
    planned = models.BooleanField(default=False)
    chunks = models.PositiveIntegerField(default=0)
    next_chunk = models.PositiveIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    leased_until = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=60, blank=True, default="")
    problem_row = models.PositiveIntegerField(null=True, blank=True)
    user = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta(MerchantModel.Meta):
        indexes = [
            models.Index(fields=["merchant", "-created_at", "-id"], name="import_newest"),
            models.Index(fields=["state", "leased_until"], name="import_to_work_on"),
        ]

    def __str__(self) -> str:
        return self.file_name


class ImportPart(MerchantModel):
    """A piece of the file, kept until its rows are staged."""

    job = MerchantForeignKey(ImportJob, on_delete=models.CASCADE, related_name="parts", db_index=False)
    number = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta(MerchantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["merchant", "job", "number"], name="import_part_once")]

    def __str__(self) -> str:
        return str(self.number)


class ImportRow(MerchantModel):
    """A row as it stands in the file: a list of texts and numbers. ``number`` is the row a spreadsheet shows.

    ``problem`` says why no entry may be made of it (a NUL character, more cells than headings).
    """

    job = MerchantForeignKey(ImportJob, on_delete=models.CASCADE, related_name="staged_rows", db_index=False)
    number = models.PositiveIntegerField()
    cells = models.JSONField(default=list)
    problem = models.CharField(max_length=30, blank=True, default="")

    class Meta(MerchantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["merchant", "job", "number"], name="import_row_once")]

    def __str__(self) -> str:
        return str(self.number)


class ImportEntry(MerchantModel):
    """What is imported at once: an order with all its rows, a cancellation, a product, a customer.

    ``findings`` are ``findings.Finding``; they say why something did not come in.
    """

    job = MerchantForeignKey(ImportJob, on_delete=models.CASCADE, related_name="entries", db_index=False)
    chunk = models.PositiveIntegerField()
    position = models.PositiveIntegerField()
    key = models.TextField(blank=True, default="")
    is_cancellation = models.BooleanField(default=False)
    row_numbers = ArrayField(models.PositiveIntegerField(), default=list)
    outcome = models.CharField(max_length=20, choices=Outcome.choices, default=Outcome.WAITING, blank=True)
    findings = models.JSONField(default=list)

    class Meta(MerchantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["merchant", "job", "position"], name="import_entry_once")]
        indexes = [
            models.Index(fields=["merchant", "job", "chunk"], name="import_entry_of_chunk"),
            models.Index(fields=["merchant", "job", "outcome", "position"], name="import_entry_by_outcome"),
        ]

    def __str__(self) -> str:
        return self.key


class SavedMapping(MerchantModel):
    """What a merchant said about a file, for the next one with the same headings."""

    kind = models.CharField(max_length=10, choices=Kind.choices)
    fingerprint = models.BinaryField(max_length=32)
    mapping = models.JSONField(default=dict)
    settings = models.JSONField(default=dict)
    saved_at = models.DateTimeField()

    class Meta(MerchantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["merchant", "kind", "fingerprint"], name="saved_mapping_once")]

    def __str__(self) -> str:
        return self.kind
