"""Security headers on every answer, static files included."""

from flask import Flask, Response

CONTENT_SECURITY_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}


def policy(**exceptions: str) -> str:
    """The content security policy as one header value; `frame_src="'self'"` names an exception."""
    rules = CONTENT_SECURITY_POLICY | {name.replace("_", "-"): value for name, value in exceptions.items()}
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def security_headers(*, https: bool) -> dict[str, str]:
    """Header names and values every answer carries unless its view set its own."""
    headers = {
        "Content-Security-Policy": policy(),
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "same-origin",
        "Permissions-Policy": "camera=(), microphone=(), geolocation=(), browsing-topics=()",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    if https:
        headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    return headers


def init_headers(app: Flask, *, https: bool) -> None:
    """Put the headers on every answer of the application, errors included."""
    headers = security_headers(https=https)

    @app.after_request
    def _add(response: Response) -> Response:
        for name, value in headers.items():
            response.headers.setdefault(name, value)
        if "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "no-store"
        return response
