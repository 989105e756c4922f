import django.db.models.deletion
from django.db import migrations, models

import orders.models.money
import postpurchase.accounts.models.base
import postpurchase.lib.ids
from postpurchase.accounts.walls import MerchantWalls


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("orders", "0010_inserts"),
    ]

    operations = [
        migrations.CreateModel(
            name="FreeShipping",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=postpurchase.lib.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("country", models.CharField(blank=True, default="", max_length=2)),
                ("currency", models.CharField(max_length=3)),
                ("amount", orders.models.money.MoneyField()),
                ("updated_at", models.DateTimeField()),
                (
                    "merchant",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.merchant",
                    ),
                ),
                (
                    "store",
                    postpurchase.accounts.models.base.MerchantForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="free_shipping",
                        to="accounts.store",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("merchant", "store", "currency", "country"), name="free_shipping_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount__gt", 0)), name="free_shipping_more_than_nothing"
                    ),
                ],
            },
        ),
        MerchantWalls("orders", "FreeShipping"),
    ]
