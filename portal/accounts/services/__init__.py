"""Every change of accounts, split by what is changed."""

from portal.accounts.services.users import create_user

__all__ = ["create_user"]
