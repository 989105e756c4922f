"""The entry point of the server that is measured."""

import os

from django.core.wsgi import get_wsgi_application

os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.stock.settings"
application = get_wsgi_application()
