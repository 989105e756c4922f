"""What a merchant's rows are, as one digest: the proof that nothing was touched."""

import hashlib

from django.apps import apps
from django.db import connection

from postpurchase.accounts.models import Merchant, MerchantModel
from postpurchase.accounts.scoping import merchant_scope


def digest_of(merchant: Merchant) -> dict[str, str]:
    """Return table → digest of all the merchant's rows. When keys were last used is not counted."""
    digests = {}
    with merchant_scope(merchant.id), connection.cursor() as cursor:
        for model in apps.get_models():
            if issubclass(model, MerchantModel):
                table = model._meta.db_table
                cursor.execute(f"SELECT (to_jsonb(t) - 'last_used_at')::text FROM {table} t ORDER BY id")
                rows = "\n".join(row[0] for row in cursor.fetchall())
                digests[table] = hashlib.sha256(rows.encode()).hexdigest()
    return digests
