from django.db import migrations, models

from postpurchase.accounts.walls import Erasable


class Migration(migrations.Migration):
    dependencies = [("orders", "0013_came_back")]

    operations = [
        migrations.AddField("consentreport", "phone", models.CharField(blank=True, default="", max_length=40)),
        Erasable(
            "orders",
            "ConsentReport",
            {"wording": "''", "source": "''", "phone": "''", "fingerprint": "id::text"},
        ),
    ]
