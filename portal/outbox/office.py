"""The office's address in mails, letters and on pages."""

from email.utils import parseaddr

from flask import current_app

from portal.config import Config
from portal.settings import registry
from portal.settings import services as settings

SETTING = "site.office_email"


def email() -> str:
    """Where people write to: the address in the settings, and the sender's until the county has entered its own."""
    config: Config = current_app.config["PORTAL"]
    return parseaddr(config.mail_sender)[1] if is_placeholder() else str(settings.get(SETTING))


def is_placeholder() -> bool:
    """Whether the settings still hold the address the portal comes with; a demonstration may keep it."""
    config: Config = current_app.config["PORTAL"]
    return not config.demo and settings.get(SETTING) == registry.find(SETTING).default
