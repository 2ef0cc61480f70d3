"""The application for any WSGI server: `gunicorn wsgi:application`. Configured by the environment (see README)."""

from portal.app import create_app
from portal.config import from_environment
from portal.core.loading import loading

with loading():
    application = create_app(from_environment())
