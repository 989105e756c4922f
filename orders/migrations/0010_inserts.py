import django.db.models.deletion
from django.db import migrations, models

import postpurchase.accounts.models.base
import postpurchase.lib.ids
from postpurchase.accounts.walls import MerchantWalls


def own_id():
    return (
        "id",
        models.UUIDField(default=postpurchase.lib.ids.uuid7, editable=False, primary_key=True, serialize=False),
    )


def merchant():
    return (
        "merchant",
        models.ForeignKey(
            db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.merchant"
        ),
    )


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("orders", "0009_learned_articles"),
    ]

    operations = [
        migrations.CreateModel(
            name="Insert",
            fields=[
                own_id(),
                ("name", models.CharField(max_length=200)),
                ("sku", models.CharField(blank=True, default="", max_length=200)),
                ("note", models.CharField(blank=True, default="", max_length=500)),
                ("priority", models.IntegerField(default=0)),
                ("alone", models.BooleanField(default=False)),
                ("active", models.BooleanField(default=True)),
                ("stock", models.PositiveIntegerField(blank=True, null=True)),
                ("first_day", models.DateField(blank=True, null=True)),
                ("last_day", models.DateField(blank=True, null=True)),
                ("conditions", models.JSONField(default=dict)),
                ("created_at", models.DateTimeField()),
                ("updated_at", models.DateTimeField()),
                merchant(),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [models.Index(fields=["merchant", "-priority", "created_at"], name="insert_by_priority")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("first_day", None))
                        | models.Q(("last_day", None))
                        | models.Q(("first_day__lte", models.F("last_day"))),
                        name="insert_days_in_order",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Packing",
            fields=[
                own_id(),
                ("decided_at", models.DateTimeField()),
                merchant(),
                (
                    "order",
                    postpurchase.accounts.models.base.MerchantForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="packings",
                        to="orders.order",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [models.UniqueConstraint(fields=("merchant", "order"), name="packing_once")],
            },
        ),
        migrations.CreateModel(
            name="PackedInsert",
            fields=[
                own_id(),
                ("name", models.CharField(max_length=200)),
                ("sku", models.CharField(blank=True, default="", max_length=200)),
                ("note", models.CharField(blank=True, default="", max_length=500)),
                ("position", models.PositiveSmallIntegerField()),
                ("reasons", models.JSONField(default=list)),
                ("released_at", models.DateTimeField(blank=True, null=True)),
                (
                    "insert",
                    postpurchase.accounts.models.base.MerchantForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="packed",
                        to="orders.insert",
                    ),
                ),
                merchant(),
                (
                    "packing",
                    postpurchase.accounts.models.base.MerchantForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="inserts",
                        to="orders.packing",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(fields=("merchant", "packing", "position"), name="packed_insert_once")
                ],
            },
        ),
        MerchantWalls("orders", "Insert"),
        MerchantWalls("orders", "Packing"),
        MerchantWalls("orders", "PackedInsert"),
    ]
