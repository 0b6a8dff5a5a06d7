"""API tokens.

Guarantees: an unknown address costs the time of a known one; after five failed attempts in five
minutes for an address from one client the status is 429; of a token only its SHA-256 is stored. A
POST sent twice under one `Idempotency-Key` must return the same token, so that token is derived
from the site's secret, not read back; once it is no longer valid, the POST is carried out anew, and
returns another.
"""

import base64
import json
from typing import Any

from flask import Response

from grandequipe.api import idempotency
from grandequipe.api.calls import call
from grandequipe.api.identity import current_token
from grandequipe.api.models import IdempotencyKey
from grandequipe.api.schemas.tokens import TokenRequest, TokenSchema
from grandequipe.core import signing
from grandequipe.core.errors import NotFound
from grandequipe.members.accounts.password_attempts import authenticate
from grandequipe.members.models import Member
from grandequipe.members.queries import find_token
from grandequipe.members.services import create_token, revoke_token

TAG = "Tokens"


@call(
    "POST",
    "/tokens",
    tag=TAG,
    answers=TokenSchema,
    status=201,
    body=TokenRequest,
    visitors=True,
    refusals=[429],
)
def create_api_token(data: dict[str, Any]) -> Any:
    """Create a token, for an address and a password."""
    member = authenticate(data["email"], data["password"], "api.tokens")
    key = idempotency.request_key()
    if key is None:
        return _create_token(member, data)
    claimed = _claim(member, key)
    if claimed.status is not None:
        return _replay_token(claimed)
    created = _create_token(member, data, _derive_token(claimed))
    stored = TokenSchema(exclude=["token"]).dumps(created).encode()
    idempotency.store_response(claimed, Response(status=201), stored)
    return created


@call("DELETE", "/tokens/current", tag=TAG, answers=None, status=204, any_scope=True)
def revoke_current_token() -> None:
    """Revoke the token of this call, whatever its scopes."""
    token = current_token()
    if token is None:
        raise NotFound
    revoke_token(token)


def _claim(member: Member, key: str) -> IdempotencyKey:
    claimed = idempotency.claim(member, key)
    if claimed.status is None or find_token(_derive_token(claimed)) is not None:
        return claimed
    idempotency.discard(claimed)
    return idempotency.claim(member, key)


def _create_token(member: Member, data: dict[str, Any], text: str | None = None) -> dict[str, Any]:
    text, token = create_token(member, data["name"], data["scopes"], text)
    return {"token": text, "scopes": token.scopes.split(), "expires_at": token.expires_at}


def _replay_token(claimed: IdempotencyKey) -> Response:
    body = {"token": _derive_token(claimed)} | json.loads(claimed.body or b"{}")
    response = Response(json.dumps(body), claimed.status, mimetype="application/json")
    response.headers[idempotency.REPLAYED] = "true"
    return response


def _derive_token(claimed: IdempotencyKey) -> str:
    row = f"{claimed.id} {claimed.member_id} {claimed.created_at.timestamp()}"
    digest = signing.digest("API token", row, claimed.key)
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
