import django.db.models.deletion
from django.db import migrations, models

import postpurchase.accounts.models.base
import postpurchase.lib.ids
from postpurchase.accounts.walls import MerchantReference, MerchantWalls

KINDS = [
    ("not_sent", "Not Sent"),
    ("not_picked_up", "Not Picked Up"),
    ("no_news", "No News"),
    ("delayed", "Delayed"),
    ("promise_at_risk", "Promise At Risk"),
    ("promise_missed", "Promise Missed"),
    ("pickup_ending", "Pickup Ending"),
    ("delivery_denied", "Delivery Denied"),
    ("false_attempt", "False Attempt"),
]


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("orders", "0001_initial"),
        ("tracking", "0003_cases"),
    ]

    operations = [
        migrations.AddField("shipmentalarm", "detail", models.JSONField(default=dict)),
        migrations.AddField("shipmentalarm", "ended_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField(
            "shipmentalarm",
            "order",
            postpurchase.accounts.models.base.MerchantForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="alarms",
                to="orders.order",
            ),
        ),
        migrations.RunSQL(
            [
                "SELECT set_config('app.all_merchants', 'on', true)",
                "UPDATE tracking_shipmentalarm AS alarm SET order_id = shipment.order_id"
                " FROM tracking_shipment AS shipment WHERE shipment.id = alarm.shipment_id",
                "SELECT set_config('app.all_merchants', '', true)",
                "SET CONSTRAINTS ALL IMMEDIATE",
            ],
            reverse_sql=migrations.RunSQL.noop,
        ),
        migrations.AlterField(
            "shipmentalarm",
            "order",
            postpurchase.accounts.models.base.MerchantForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="alarms",
                to="orders.order",
            ),
        ),
        MerchantReference("tracking", "ShipmentAlarm", "order"),
        migrations.AlterField("shipmentalarm", "kind", models.CharField(choices=KINDS, max_length=20)),
        migrations.AlterField(
            "shipmentalarm",
            "shipment",
            postpurchase.accounts.models.base.MerchantForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="alarms",
                to="tracking.shipment",
            ),
        ),
        migrations.AddConstraint(
            "shipmentalarm",
            models.UniqueConstraint(
                condition=models.Q(("shipment", None)), fields=("merchant", "order", "kind"), name="order_alarm_once"
            ),
        ),
        migrations.AddIndex(
            "shipmentalarm", models.Index(fields=["merchant", "-raised_at", "-id"], name="alarm_newest")
        ),
        migrations.AddIndex(
            "shipmentalarm",
            models.Index(condition=models.Q(("ended_at", None)), fields=["merchant", "kind"], name="alarm_open"),
        ),
        migrations.AddIndex(
            "checkpoint",
            models.Index(
                condition=models.Q(("status", "attempt_failed")),
                fields=["merchant", "carrier", "occurred_at"],
                name="attempt_by_moment",
            ),
        ),
        migrations.AddIndex(
            "shipment",
            models.Index(
                condition=models.Q(("delivered_at", None)), fields=["merchant", "created_at"], name="shipment_open"
            ),
        ),
        migrations.CreateModel(
            name="WatchSettings",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=postpurchase.lib.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("not_sent_hours", models.PositiveIntegerField()),
                ("not_picked_up_days", models.PositiveIntegerField()),
                ("no_news_days_at_home", models.PositiveIntegerField()),
                ("no_news_days_abroad", models.PositiveIntegerField()),
                ("pickup_warning_days", models.PositiveIntegerField()),
                ("expires_after_days", models.PositiveIntegerField()),
                ("switched_off", models.JSONField(default=list)),
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
                "constraints": [models.UniqueConstraint(fields=("merchant",), name="watch_settings_once")],
            },
        ),
        MerchantWalls("tracking", "WatchSettings"),
    ]
