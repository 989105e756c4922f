"""WSGI entry point, served by granian. Refuses to serve with wrong settings."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "postpurchase.settings")

application = get_wsgi_application()

from postpurchase.checks import require_sound_settings  # noqa: E402 - after Django's set-up

require_sound_settings()
