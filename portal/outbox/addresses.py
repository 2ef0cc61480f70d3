"""E-mail addresses as the outbox stores and the mail server takes them."""

import re

from flask_babel import gettext as _

from portal.core.errors import Refusal

_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_LONGEST = 254
_LONGEST_LOCAL = 64


def checked_address(address: str) -> str:
    """The address in lower case, its domain in ASCII (punycode); `Refusal` if no mail could reach it.

    Only the shape is looked at. Umlauts before the @ are refused: many servers do not take them (RFC 6531).
    """
    local, at, domain = address.strip().rpartition("@")
    try:
        # The codec refuses empty and overlong labels, so a trailing or doubled dot ends here, too.
        domain = domain.encode("idna").decode("ascii").lower()
    except UnicodeError:
        domain = ""
    labels = domain.split(".")
    complete = f"{local.lower()}@{domain}"
    if (
        not at
        or len(complete) > _LONGEST
        or len(local) > _LONGEST_LOCAL
        or not _LOCAL.fullmatch(local)
        or len(labels) < 2
        or not all(_LABEL.fullmatch(label) for label in labels)
    ):
        raise Refusal(
            _("Bitte geben Sie eine vollständige E-Mail-Adresse ein, z.\u00a0B. name@verein.example."),
            field="recipient",
        )
    return complete
