"""The application for any WSGI server: `gunicorn wsgi:application`. Configured by the environment (see README)."""

from contextlib import ExitStack

from portal.app import create_app
from portal.cli.folder_lock import in_use
from portal.cli.installation import complete
from portal.config import from_environment
from portal.core.data_folder import made
from portal.core.loading import loading

_config = complete(from_environment())
_in_use = ExitStack()  # kept until the process ends: `portal restore` sees that somebody works here
_in_use.enter_context(in_use(made(_config.data)))
with loading():
    application = create_app(_config)
