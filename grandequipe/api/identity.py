"""Authentication of calls: by a bearer token, or by the session of a page.

Guarantee: a cookie alone writes nothing (the page's CSRF token is required), and an invalid token
is refused, never replaced by a cookie that came with it.
"""

from typing import Literal

from flask import g, request

from grandequipe.api.problems import InsufficientScope
from grandequipe.core.errors import Unauthenticated
from grandequipe.extensions import csrf
from grandequipe.members import identity
from grandequipe.members.models import ApiToken, Member
from grandequipe.members.queries import find_token

Scope = Literal["read", "write"]


def authenticate(scope: Scope | None, *, visitors: bool, writes: bool) -> None:
    """Authenticate the caller; raise Unauthenticated, or InsufficientScope for a token.

    A call that only reads needs no CSRF token: other sites cannot read the response.
    """
    token = _bearer_token()
    g.api_token = token
    g.api_member = token.member if token else identity.viewer()
    if token and scope and not token.allows(scope):
        raise InsufficientScope(scope)
    if g.api_member is None and not visitors:
        raise Unauthenticated
    if writes and token is None and g.api_member is not None:
        csrf.protect()


def viewer() -> Member | None:
    """Give the calling member, or None for a visitor."""
    member: Member | None = g.api_member
    return member


def acting_member() -> Member:
    """Give the calling member, or raise Unauthenticated."""
    if g.api_member is None:
        raise Unauthenticated
    member: Member = g.api_member
    return member


def current_token() -> ApiToken | None:
    """Give the token of this call, or None for a session."""
    token: ApiToken | None = g.api_token
    return token


def _bearer_token() -> ApiToken | None:
    scheme, _, token_text = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        return None
    token = find_token(token_text.strip())
    if token is None:
        raise Unauthenticated
    return token
