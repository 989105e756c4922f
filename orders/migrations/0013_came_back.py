from django.db import migrations


class Migration(migrations.Migration):
    """Until the next look at all orders the column still holds all buyers: less counts as used up, never more."""

    dependencies = [
        ("orders", "0012_newest_sold_out"),
    ]

    operations = [
        migrations.RenameField("learnedarticle", "buyers", "came_back"),
    ]
