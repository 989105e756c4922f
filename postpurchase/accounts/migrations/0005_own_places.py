import django.db.models.deletion
import postpurchase.accounts.models.base
import postpurchase.lib.ids
from django.db import migrations, models

from postpurchase.accounts.walls import MerchantWalls


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_store_host"),
    ]

    operations = [
        migrations.AddField(
            model_name="storehost",
            name="failing_since",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="storehost",
            name="lapsed_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="storehost",
            name="owners_told_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.CreateModel(
            name="StorePath",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=postpurchase.lib.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("verified_at", models.DateTimeField(blank=True, null=True)),
                ("checked_at", models.DateTimeField(blank=True, null=True)),
                ("problem", models.CharField(blank=True, default="", max_length=20)),
                ("failing_since", models.DateTimeField(blank=True, null=True)),
                ("lapsed_at", models.DateTimeField(blank=True, null=True)),
                ("owners_told_at", models.DateTimeField(blank=True, null=True)),
                ("address", models.CharField(max_length=400)),
                ("key_digest", models.BinaryField(max_length=32)),
                ("key_sealed", models.BinaryField()),
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
                        related_name="+",
                        to="accounts.store",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [models.UniqueConstraint(fields=("merchant", "store"), name="store_path_one_each")],
            },
        ),
        MerchantWalls("accounts", "StorePath"),
    ]
