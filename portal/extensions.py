"""Flask extensions, created once without an application; `create_app` ties them to it."""

from flask_babel import Babel
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_mail import Mail
from flask_migrate import Migrate
from flask_wtf import CSRFProtect

from portal.core import rate_counts

babel = Babel()
csrf = CSRFProtect()
mail = Mail()
migrate = Migrate()
# Counts in the memory of each web process: a first brake. Limits per account and per address that must hold
# across processes are counted in the database (`accounts`).
limiter = Limiter(key_func=get_remote_address, storage_uri=f"{rate_counts.SCHEME}://", headers_enabled=False)
