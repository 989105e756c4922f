from django.db import migrations

from postpurchase.accounts.walls import Expirable


class Migration(migrations.Migration):

    dependencies = [
        ('messaging', '0003_erasure'),
    ]

    operations = [
        Expirable("messaging", "DeliveryEvent", "recorded_at"),
        Expirable("messaging", "JourneyDecision", "decided_at"),
        Expirable("messaging", "PermissionEvidence", "recorded_at", least_days=365),
    ]
