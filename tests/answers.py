"""What every answer must carry."""

import re

from werkzeug.test import TestResponse

from portal.core.headers import security_headers
from portal.demo.views import PART_POLICY, PREVIEW_POLICY
from portal.files.services import POLICY as FILE_POLICY

# The only answers with headers of their own: a mail of the demonstration, the frame that shows its HTML part, and files
# that people handed in.
_EXCEPTIONS = (
    (re.compile(r"/postfach/[^/]+"), {"Content-Security-Policy": PREVIEW_POLICY}),
    (
        re.compile(r"/postfach/[^/]+/html"),
        {"Content-Security-Policy": PART_POLICY, "X-Frame-Options": "SAMEORIGIN"},
    ),
    (re.compile(r".*/anlagen/[^/]+"), {"Content-Security-Policy": FILE_POLICY}),
)
# Whoever follows a link from a reply page must not carry the personal address along.
_PERSONAL = re.compile(r"/(einladung|vertretung)/[^/]+(/anlagen/[^/]+|/kalender\.ics)?")

# A questionnaire looks the same for everybody and holds nothing of whoever is signed in: the browser may keep it for
# its own back button.
_ALIKE_FOR_ALL = re.compile(r"/befragungen/(?!verwaltung)[^/]+(/fragen)?")


def check_headers(answer: TestResponse, *, signed_in: bool) -> None:
    """The security headers, once each; nothing of a signed-in person may be kept by anybody."""
    names = [name.lower() for name, _value in answer.headers]
    wanted = security_headers(https=False)
    for path, own in _EXCEPTIONS:
        if answer.status_code == 200 and path.fullmatch(answer.request.path):
            wanted |= own
    if _PERSONAL.fullmatch(answer.request.path) and answer.status_code < 429:
        wanted |= {"Referrer-Policy": "no-referrer"}
    for name, value in wanted.items():
        assert names.count(name.lower()) == 1, f"{name} in {answer.request.path}"
        assert answer.headers[name] == value, f"{name} in {answer.request.path}"
    assert "server" not in names
    assert "x-powered-by" not in names
    assert not any(name.startswith("access-control") for name in names)
    kept = answer.headers.get("Cache-Control", "")
    if signed_in and not _ALIKE_FOR_ALL.fullmatch(answer.request.path):
        assert kept == "no-store", f"{answer.request.path} may be kept: {kept}"
    else:
        # The same address shows something else after signing in: whatever is kept is asked for again.
        assert kept in {"no-store", "private, no-cache"}, f"{answer.request.path} may be kept: {kept}"
