"""Who calls: the bearer of a token, or the session of the page that calls.

Guarantee: a browser's cookie alone writes nothing (the page's CSRF token is asked for), and a
token that is sent and wrong is refused, never replaced by a cookie that came with it.
"""

from typing import Literal

from flask import g, request

from grandequipe.api.problems import Lacking
from grandequipe.core.errors import Unauthenticated
from grandequipe.extensions import csrf
from grandequipe.members import identity
from grandequipe.members.models import ApiToken, Member
from grandequipe.members.queries import find_token

Scope = Literal["read", "write"]


def let_in(scope: Scope | None, *, visitors: bool, writes: bool) -> None:
    """Find out who calls; raise Unauthenticated, or Refused where a scope is asked and lacks.

    A call that only reads asks a page for no CSRF token: its answer is for pages of this site
    alone, no matter who has a browser send it.
    """
    token = _bearer_token()
    g.api_token = token
    g.api_member = token.member if token else identity.viewer()
    if token and scope and not token.allows(scope):
        raise Lacking(scope)
    if g.api_member is None and not visitors:
        raise Unauthenticated
    if writes and token is None and g.api_member is not None:
        csrf.protect()


def viewer() -> Member | None:
    """Give the member who calls, or None for a visitor."""
    member: Member | None = g.api_member
    return member


def acting_member() -> Member:
    """Give the member who calls."""
    if g.api_member is None:
        raise Unauthenticated
    member: Member = g.api_member
    return member


def current_token() -> ApiToken | None:
    """Give the token of this call, or None where a session calls."""
    token: ApiToken | None = g.api_token
    return token


def _bearer_token() -> ApiToken | None:
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        return None
    token = find_token(key.strip())
    if token is None:
        raise Unauthenticated
    return token
