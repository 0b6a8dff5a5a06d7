"""Short words that only this site can have written, for one purpose and until an instant.

Guarantee: `signed_value` gives back what `sign` was given, or None: for another purpose, after its
time, changed by one sign, too long, or signed by another site.
"""

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


def _signer(purpose: str) -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt=f"grandequipe {purpose}")
