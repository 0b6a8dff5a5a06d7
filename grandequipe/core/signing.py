"""Short words and digests that only this site can have written, for one purpose each.

Guarantee: `signed_value` gives back what `sign` was given, or None: for another purpose, after its
time, changed by one sign, too long, or signed by another site. A `digest` is the same for the same
purpose and parts, and tells nobody who lacks the site's secret what they were.
"""

import hmac
from datetime import datetime
from typing import Any

from flask import current_app
from itsdangerous import BadData, URLSafeSerializer

from grandequipe.core import clock

LONGEST = 500


def sign(purpose: str, value: object, until: datetime) -> str:
    """Write a value that JSON can hold, as a word for forms and addresses."""
    return str(_signer(purpose).dumps([value, int(until.timestamp())]))


def signed_value(purpose: str, token: str) -> Any | None:
    """Give the value that was signed for this purpose, or None where it may not be believed."""
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
