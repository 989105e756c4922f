"""WSGI entry point, served by granian. Refuses to serve with wrong settings."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "postpurchase.settings")

application = get_wsgi_application()

from postpurchase.checks import require_sound_settings  # noqa: E402 - after Django's set-up

require_sound_settings()

# What is loaded by now stays: looking through it again and again was a third of a large batch's own work.
gc.collect()
gc.freeze()
gc.set_threshold(50_000, 20, 100)
