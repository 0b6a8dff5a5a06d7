"""Signed tokens and keyed digests that only this site can make, for one purpose each.

Guarantee: `signed_value` returns the value passed to `sign`, or None: for another purpose, after
expiry, changed, too long, or signed by another site. A `digest` is the same for the same purpose
and parts, and reveals them to nobody without the site's secret.
"""

import hmac
from datetime import datetime
from typing import Any

from flask import current_app
from itsdangerous import BadData, URLSafeSerializer

from grandequipe.core import clock

LONGEST = 500


def sign(purpose: str, value: object, until: datetime) -> str:
    """Sign a JSON value as a token for forms and addresses."""
    return str(_signer(purpose).dumps([value, int(until.timestamp())]))


def signed_value(purpose: str, token: str) -> Any | None:
    """Return the value signed for this purpose, or None where the token is invalid."""
    if len(token) > LONGEST:
        return None
    try:
        value, until = _signer(purpose).loads(token)
    except (BadData, UnicodeError):
        return None
    return value if clock.now().timestamp() < until else None


def digest(purpose: str, *parts: str | bytes) -> bytes:
    """Digest some parts, 32 bytes: HMAC-SHA-256 (RFC 2104); each part says how long it is."""
    mac = hmac.new(_secret().encode(), digestmod="sha256")
    for part in (purpose, *parts):
        # Half a pair of surrogates comes from programs, and counts like any other sign.
        each = part if isinstance(part, bytes) else part.encode(errors="surrogatepass")
        mac.update(len(each).to_bytes(8) + each)
    return mac.digest()


def _signer(purpose: str) -> URLSafeSerializer:
    return URLSafeSerializer(_secret(), salt=f"grandequipe {purpose}")


def _secret() -> str:
    return str(current_app.config["SETTINGS"].secret_key)
