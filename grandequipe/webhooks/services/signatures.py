"""Signing what is delivered, as Standard Webhooks says (standardwebhooks.com, version 1).

The secret of a webhook is a digest of its salt by the site's own secret: one who reads the
database alone cannot sign anything.
"""

import base64
import hashlib
import hmac
from datetime import datetime

from grandequipe.core import signing
from grandequipe.webhooks.models import Webhook

PREFIX = "whsec_"
VERSION = "v1"


def secret_of(salt: bytes) -> str:
    """Give the secret of a salt as owners copy it into their receiver: "whsec_" and base64."""
    return PREFIX + base64.b64encode(_key(salt)).decode()


def headers_of(webhook: Webhook, message_id: str, at: datetime, content: bytes) -> dict[str, str]:
    """Give the headers that say which message it is, when it was sent, and that we sent it.

    For a day after a new secret was made both sign, so that receivers can change over in peace.
    """
    moment = str(int(at.timestamp()))
    signed = f"{message_id}.{moment}.".encode() + content
    salts = [webhook.salt]
    if webhook.previous_salt and webhook.previous_until and at < webhook.previous_until:
        salts.append(webhook.previous_salt)
    return {
        "Content-Type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": moment,
        "webhook-signature": " ".join(f"{VERSION},{_signature(salt, signed)}" for salt in salts),
    }


def _signature(salt: bytes, signed: bytes) -> str:
    return base64.b64encode(hmac.digest(_key(salt), signed, hashlib.sha256)).decode()


def _key(salt: bytes) -> bytes:
    return signing.digest("webhook secret", salt)
