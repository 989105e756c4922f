"""The peer's WSGI entry point, served by granian like the product."""

import os

from django.core.wsgi import get_wsgi_application

os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.peer.settings"
application = get_wsgi_application()
