"""Pages of accounts, split by errand. Importing the modules ties their pages to the blueprint."""

from portal.accounts.views import account, departments, frame, invitations, links, second_factor, sign_in, users
from portal.accounts.views.frame import blueprint

__all__ = ["account", "blueprint", "departments", "frame", "invitations", "links", "second_factor", "sign_in", "users"]
