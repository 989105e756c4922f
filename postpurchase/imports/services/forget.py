"""Imports are forgotten after ``jobs.KEPT_FOR``: rows, results and files. What came in stays."""

import datetime as dt

from postpurchase.accounts.scoping import all_merchants, merchant_scope
from postpurchase.imports.models import ImportJob
from postpurchase.imports.services.jobs import KEPT_FOR, delete_import

_AT_ONCE = 20


def forget_old_imports(*, now: dt.datetime) -> int:
    """Delete the oldest imports that began too long ago; returns how many. Looks across merchants."""
    with all_merchants("forget old imports"):
        old = ImportJob.objects.filter(created_at__lt=now - KEPT_FOR).order_by("created_at")
        found = list(old.values_list("merchant_id", "id")[:_AT_ONCE])
    for merchant_id, job_id in found:
        with merchant_scope(merchant_id):
            delete_import(job_id=job_id)
    return len(found)
