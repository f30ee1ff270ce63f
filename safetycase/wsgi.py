"""The WSGI application that a production server such as gunicorn imports."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "safetycase.settings")

application = get_wsgi_application()
