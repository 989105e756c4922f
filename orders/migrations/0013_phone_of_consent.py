from django.db import migrations, models

from postpurchase.accounts.walls import Erasable


class Migration(migrations.Migration):
    dependencies = [("orders", "0012_newest_sold_out")]

    operations = [
        migrations.AddField("consentreport", "phone", models.CharField(blank=True, default="", max_length=40)),
        Erasable(
            "orders",
            "ConsentReport",
            {"wording": "''", "source": "''", "phone": "''", "fingerprint": "id::text"},
        ),
    ]
