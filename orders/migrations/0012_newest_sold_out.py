from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_store_host"),
        ("orders", "0011_free_shipping"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="product",
            index=models.Index(
                condition=models.Q(("available", False)),
                fields=["merchant", "-updated_at", "-id"],
                name="product_newest_sold_out",
            ),
        ),
    ]
