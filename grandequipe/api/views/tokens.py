"""Keys for programs.

Guarantees: an address that is unknown costs the time of one that is known; five wrong tries in
five minutes for an address from one place are answered by 429; a key is kept nowhere but as
its SHA-256. A POST sent twice under one `Idempotency-Key` must give the same key again, so that
key is derived from the secret of the site and made anew, not read back; once it opens nothing any
more, the POST is carried out anew, and gives another.
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
    """Give a program a key, for an address and a password."""
    member = authenticate(data["email"], data["password"], "api.tokens")
    key = idempotency.given_key()
    if key is None:
        return _new_token(member, data)
    claimed = _claimed(member, key)
    if claimed.status is not None:
        return _same_token(claimed)
    answer = _new_token(member, data, _derived(claimed))
    kept = TokenSchema(exclude=["token"]).dumps(answer).encode()
    idempotency.keep(claimed, Response(status=201), kept)
    return answer


@call("DELETE", "/tokens/current", tag=TAG, answers=None, status=204, any_scope=True)
def revoke_current_token() -> None:
    """Make the key of this call worthless, whatever its scopes."""
    token = current_token()
    if token is None:
        raise NotFound
    revoke_token(token)


def _claimed(member: Member, key: str) -> IdempotencyKey:
    claimed = idempotency.claim(member, key)
    if claimed.status is None or find_token(_derived(claimed)) is not None:
        return claimed
    idempotency.forget(claimed)
    return idempotency.claim(member, key)


def _new_token(member: Member, data: dict[str, Any], key: str | None = None) -> dict[str, Any]:
    key, token = create_token(member, data["name"], data["scopes"], key)
    return {"token": key, "scopes": token.scopes.split(), "expires_at": token.expires_at}


def _same_token(claimed: IdempotencyKey) -> Response:
    answer = {"token": _derived(claimed)} | json.loads(claimed.body or b"{}")
    response = Response(json.dumps(answer), claimed.status, mimetype="application/json")
    response.headers[idempotency.REPLAYED] = "true"
    return response


def _derived(claimed: IdempotencyKey) -> str:
    row = f"{claimed.id} {claimed.member_id} {claimed.created_at.timestamp()}"
    digest = signing.digest("API token", row, claimed.key)
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
