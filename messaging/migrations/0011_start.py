from django.db import migrations, models

KINDS = ("delivered", "bounced", "failed", "deferred", "complained", "opted_out", "opted_in", "other")


class Migration(migrations.Migration):
    dependencies = [("messaging", "0010_phone_agreed_to")]

    operations = [
        migrations.AlterField(
            "deliveryevent",
            "kind",
            models.CharField(choices=[(kind, kind.replace("_", " ").title()) for kind in KINDS], max_length=12),
        ),
    ]
