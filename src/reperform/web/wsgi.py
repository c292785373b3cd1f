"""The site as a WSGI application, for any server: `reperform serve` uses it with granian."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reperform.settings")
application = get_wsgi_application()
