from typing import Any

from celery.signals import beat_init, celeryd_init
from django.apps import AppConfig

from postpurchase import checks


class OperationsConfig(AppConfig):
    """Health, metrics, logs and the commands of those who run an installation."""

    name = "postpurchase.operations"
    label = "operations"

    def ready(self) -> None:
        checks.register()
        celeryd_init.connect(_refuse_wrong_settings)
        beat_init.connect(_refuse_wrong_settings)


def _refuse_wrong_settings(**_signal: Any) -> None:
    checks.require_sound_settings()
