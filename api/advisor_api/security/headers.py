"""Headers that every answer carries."""

from __future__ import annotations

SECURITY_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}

CORS_SENT = ["Authorization", "Content-Type", "Idempotency-Key", "X-Request-ID"]
"""Headers that pages of allowed origins may send."""
CORS_EXPOSED = ["Idempotent-Replayed", "Location", "Retry-After", "X-Request-ID"]
"""Headers that they may read."""

# Swagger UI draws its icons from data: images and sets style attributes.
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)

# The page at /: everything it needs comes from this server, and nothing in it is inline.
APP_POLICY = "default-src 'self'; object-src 'none'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
