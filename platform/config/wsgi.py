"""The WSGI application."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
_django = get_wsgi_application()

from restapi.media import without_bad_charsets  # noqa: E402 - settings must be up

application = without_bad_charsets(_django)
