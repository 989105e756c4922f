from django.db import migrations, models

from postpurchase.accounts.walls import Erasable


class Migration(migrations.Migration):
    dependencies = [("messaging", "0009_given_journeys"), ("orders", "0014_phone_of_consent")]

    operations = [
        migrations.AddField("permissionevidence", "phone", models.CharField(blank=True, default="", max_length=40)),
        # Who agreed before numbers were kept agreed to the one that is known.
        migrations.RunSQL(
            [
                "SELECT set_config('app.all_merchants', 'on', true)",
                "UPDATE messaging_permissionevidence AS evidence SET phone = customer.phone"
                " FROM orders_customer AS customer"
                " WHERE customer.id = evidence.customer_id AND customer.merchant_id = evidence.merchant_id"
                " AND evidence.channel IN ('sms', 'whatsapp') AND evidence.status = 'granted'",
                "SELECT set_config('app.all_merchants', '', true)",
                "SET CONSTRAINTS ALL IMMEDIATE",
            ],
            reverse_sql=migrations.RunSQL.noop,
        ),
        migrations.AddIndex(
            "permissionevidence",
            models.Index(
                condition=models.Q(("phone", ""), _negated=True),
                fields=["merchant", "phone"],
                name="evidence_of_phone",
            ),
        ),
        Erasable("messaging", "PermissionEvidence", {"wording": "''", "source": "''", "phone": "''"}),
    ]
