from typing import Any

import structlog
from celery.signals import beat_init, celeryd_init, setup_logging, task_postrun, task_prerun, worker_ready
from django.apps import AppConfig

from postpurchase import checks
from postpurchase.lib import clock
from postpurchase.operations import heartbeat


class OperationsConfig(AppConfig):
    """Health, metrics, logs and the commands of those who run an installation."""

    name = "postpurchase.operations"
    label = "operations"

    def ready(self) -> None:
        checks.register()
        celeryd_init.connect(_refuse_wrong_settings)
        beat_init.connect(_refuse_wrong_settings)
        worker_ready.connect(_give_first_heartbeat)
        setup_logging.connect(_keep_logging)
        task_prerun.connect(_bind_task)
        task_postrun.connect(_unbind_task)


def _refuse_wrong_settings(**_signal: Any) -> None:
    checks.require_sound_settings()


def _give_first_heartbeat(**_signal: Any) -> None:
    """A worker that has just started is alive; beat asks for the first time ten seconds later."""
    heartbeat.give(now=clock.now())


def _keep_logging(**_signal: Any) -> None:
    """Being connected is enough: Celery then leaves the logging alone that Django's settings made."""


def _bind_task(task_id: str, task: Any, **_signal: Any) -> None:
    structlog.contextvars.bind_contextvars(task=task.name, task_id=task_id)


def _unbind_task(**_signal: Any) -> None:
    structlog.contextvars.unbind_contextvars("task", "task_id")
