import django.db.models.deletion
from django.db import migrations, models

import postpurchase.accounts.models.base
import postpurchase.lib.ids
from postpurchase.accounts.walls import MerchantWalls


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_store_host"),
        ("messaging", "0008_whatsapp"),
    ]

    operations = [
        migrations.AddField(
            model_name="journey",
            name="declined",
            field=models.CharField(blank=True, default="", max_length=64),
        ),
        # Until now every version came with the product.
        migrations.AddField(
            model_name="journeyversion",
            name="standard",
            field=models.BooleanField(default=True),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name="journeyversion",
            name="standard",
            field=models.BooleanField(default=False),
        ),
        migrations.CreateModel(
            name="GivenJourneys",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=postpurchase.lib.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("keys", models.JSONField(default=list)),
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
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [models.UniqueConstraint(fields=("merchant",), name="given_journeys_once")],
            },
        ),
        MerchantWalls("messaging", "GivenJourneys"),
    ]
