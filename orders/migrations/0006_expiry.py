from django.db import migrations

from postpurchase.accounts.walls import Expirable


class Migration(migrations.Migration):

    dependencies = [
        ('orders', '0005_one_customer'),
    ]

    operations = [
        Expirable("orders", "ConsentReport", "reported_at", least_days=365),
    ]
