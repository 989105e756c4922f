"""Celery's side of imports: ids in, one step, and ring for the next."""

import uuid
from typing import Any

from postpurchase.celery import app
from postpurchase.imports.services import claims, forget, work
from postpurchase.lib import clock
from postpurchase.lib.doorbell import ring

SWEEP_LIMIT = 50


@app.task(name="imports.work")
def work_on(*, merchant_id: str, job_id: str, **_later: Any) -> None:
    """Do one step of an import: one chunk a task, so that an import never holds a worker for long."""
    merchant, job = uuid.UUID(merchant_id), uuid.UUID(job_id)
    if work.work_on(merchant_id=merchant, job_id=job):
        ring(work_on.name, merchant_id=merchant, job_id=job)


@app.task(name="imports.sweep")
def sweep(**_later: Any) -> None:
    """Ring for imports whose doorbell was lost or whose worker is gone."""
    for merchant_id, job_id in claims.jobs_to_work_on(limit=SWEEP_LIMIT):
        ring(work_on.name, merchant_id=merchant_id, job_id=job_id)


@app.task(name="imports.forget_old")
def forget_old(**_later: Any) -> None:
    """Delete imports, rows and all, whose time is over."""
    forget.forget_old_imports(now=clock.now())
